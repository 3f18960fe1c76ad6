//! The figures of `docs/WORLD.md`: `cargo run --release -p tidewaiter-world --example figures -- [SEED [DECLARATIONS [DIR]]]`.
//! With a folder, the files of the default scenario are written there too.

use std::error::Error;
use world::{Scenario, World};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: u64| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let (seed, declarations) = (number(0, 42)?, number(1, 60_000)?);
    for name in Scenario::BUILT_IN {
        let started = std::time::Instant::now();
        let mut world = World::new(Scenario::built_in(name)?.check()?, seed, declarations)?;
        let (mut rows, mut truth) = (world::declarations_header(), world::truth_header());
        while let Some(day) = world.next_day() {
            rows.push_str(&day.declarations);
            truth.push_str(&day.truth);
        }
        println!("{name}: {:?} in {:.2} s", world.tally(), started.elapsed().as_secs_f64());
        if let Some(folder) = arguments.get(2) {
            let folder = std::path::Path::new(folder).join(name);
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("declarations.csv"), rows)?;
            std::fs::write(folder.join("truth.csv"), truth)?;
            std::fs::write(folder.join("schema.toml"), world::schema(name))?;
        }
    }
    Ok(())
}
