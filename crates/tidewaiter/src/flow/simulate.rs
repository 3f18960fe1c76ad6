//! Runs a simulated world and writes its files.

use anyhow::Context;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use world::{CheckedScenario, Tally, World};

/// The files of a world, in the order in which they are put in place.
pub const FILES: [&str; 3] = ["declarations.csv", "truth.csv", "schema.toml"];

/// What shall be simulated.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The parameters of the world.
    pub scenario: CheckedScenario,
    /// The seed; the same seed gives the same bytes.
    pub seed: u64,
    /// Declarations, amendments not counted.
    pub declarations: u64,
    /// The folder for the files; made where it does not exist.
    pub out: PathBuf,
    /// Whether files that exist are replaced.
    pub force: bool,
}

/// Simulates and writes, telling `progress` how many declarations each day brought. The files appear under their
/// names only when all of them are complete.
pub fn simulate(plan: &Plan, mut progress: impl FnMut(u64)) -> anyhow::Result<Tally> {
    refuse_to_overwrite(plan)?;
    fs::create_dir_all(&plan.out).with_context(|| format!("can't make the folder {}", plan.out.display()))?;
    let mut world = World::new(plan.scenario.clone(), plan.seed, plan.declarations)?;
    let mut declarations = Draft::begin(&plan.out, FILES[0])?;
    let mut truth = Draft::begin(&plan.out, FILES[1])?;
    let mut schema = Draft::begin(&plan.out, FILES[2])?;
    declarations.write(&world::declarations_header())?;
    truth.write(&world::truth_header())?;
    schema.write(&world::schema(&plan.scenario.parameters().name))?;
    while let Some(day) = world.next_day() {
        declarations.write(&day.declarations)?;
        truth.write(&day.truth)?;
        progress(day.count);
    }
    for draft in [declarations, truth, schema] {
        draft.finish()?;
    }
    Ok(world.tally().clone())
}

fn refuse_to_overwrite(plan: &Plan) -> anyhow::Result<()> {
    for name in FILES {
        let path = plan.out.join(name);
        anyhow::ensure!(
            plan.force || !path.exists(),
            "{} exists already; choose another folder with --out, or replace it with --force",
            path.display()
        );
    }
    Ok(())
}

/// A file that has its final name only once it is complete.
struct Draft {
    file: BufWriter<File>,
    draft: PathBuf,
    path: PathBuf,
}

impl Draft {
    fn begin(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let (path, draft) = (folder.join(name), folder.join(format!(".{name}.part")));
        let file = File::create(&draft).with_context(|| format!("can't write {}", draft.display()))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 20, file), draft, path })
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        self.file.write_all(text.as_bytes()).with_context(|| format!("can't write {}", self.draft.display()))
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.file.flush().with_context(|| format!("can't write {}", self.draft.display()))?;
        fs::rename(&self.draft, &self.path).with_context(|| format!("can't name {}", self.path.display()))
    }
}
