//! The figures of `docs/WORLD.md`: `cargo run --release -p tidewaiter-world --example figures -- [SEED [DECLARATIONS]]`.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use world::{Scenario, Scheme, World};

/// Columns whose different values are counted.
const COUNTED: [&str; 10] = [
    "importer_tin",
    "declarant_code",
    "consignor_code",
    "carrier_code",
    "hs_code",
    "origin_country",
    "office",
    "transport_document",
    "containers",
    "examiner",
];
const REPEAT_KEY: [&str; 7] =
    ["importer_tin", "consignor_code", "hs_code", "origin_country", "quantity", "net_mass_kg", "customs_value"];
const LAST_QUARTER: &str = "2025-10-01";

/// Counts over the rows of a world.
#[derive(Default)]
struct Figures {
    columns: HashMap<String, usize>,
    rows: u64,
    values: HashMap<&'static str, HashSet<String>>,
    repeat_keys: HashSet<String>,
    repeats: u64,
    importers_before: HashSet<String>,
    last_quarter: u64,
    unseen: u64,
    items: HashMap<String, u64>,
    by_importer: HashMap<String, u64>,
    irregular_by_importer: HashMap<String, u64>,
    extra: Vec<f64>,
}

impl Figures {
    fn read(&mut self, declarations: &str, truth: &str) -> Result<(), Box<dyn Error>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(declarations.as_bytes());
        for record in reader.records() {
            let record = record?;
            let cell = |name: &str| record.get(self.columns[name]).unwrap_or_default();
            let importer = cell("importer_tin").to_owned();
            let key = REPEAT_KEY.map(cell).join("|");
            let (day, number) =
                (cell("lodgement_date").to_owned(), cell("declaration_no").to_owned() + cell("version"));
            for name in COUNTED {
                self.values.entry(name).or_default().insert(cell(name).to_owned());
            }
            self.rows += 1;
            self.repeats += u64::from(!self.repeat_keys.insert(key));
            *self.items.entry(number).or_default() += 1;
            *self.by_importer.entry(importer.clone()).or_default() += 1;
            if day.as_str() < LAST_QUARTER {
                self.importers_before.insert(importer);
            } else {
                self.last_quarter += 1;
                self.unseen += u64::from(!self.importers_before.contains(&importer));
            }
        }
        self.read_truth(declarations, truth)
    }

    fn read_truth(&mut self, declarations: &str, truth: &str) -> Result<(), Box<dyn Error>> {
        let mut importers = HashMap::new();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(declarations.as_bytes());
        for record in reader.records() {
            let record = record?;
            let cell = |name: &str| record.get(self.columns[name]).unwrap_or_default().to_owned();
            importers.insert(cell("declaration_no"), cell("importer_tin"));
        }
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(truth.as_bytes());
        for record in reader.records() {
            let record = record?;
            if &record[3] == "1" {
                *self.irregular_by_importer.entry(importers[&record[0]].clone()).or_default() += 1;
                self.extra.push(record[6].parse()?);
            }
        }
        Ok(())
    }

    fn print(mut self) {
        println!("  distinct values:");
        for name in COUNTED {
            println!("    {name:20} {}", self.values.get(name).map_or(0, HashSet::len));
        }
        let share = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "  rows of the last quarter from importers unseen before: {:.1} %",
            share(self.unseen, self.last_quarter)
        );
        println!("  rows that repeat an earlier row by the repeat key:      {:.1} %", share(self.repeats, self.rows));
        let few = self.items.values().filter(|items| **items <= 3).count() as u64;
        println!(
            "  declarations of 1 to 3 items:                           {:.1} %",
            share(few, self.items.len() as u64)
        );
        let hundredth = self.by_importer.len() / 100;
        println!(
            "  rows of the busiest hundredth of importers:             {:.1} %",
            top(&self.by_importer, hundredth)
        );
        println!(
            "  irregular rows of the worst hundredth of importers:     {:.1} %",
            top(&self.irregular_by_importer, hundredth)
        );
        self.extra.sort_by(|a, b| b.total_cmp(a));
        let total: f64 = self.extra.iter().sum();
        for (name, part) in [("hundredth", 100), ("tenth", 10)] {
            let held: f64 = self.extra[..self.extra.len() / part].iter().sum();
            println!("  extra revenue of the top {name:9} of irregular rows:    {:.1} %", 100.0 * held / total);
        }
    }
}

/// Per cent of all counts that the first few hold.
fn top(counts: &HashMap<String, u64>, first: usize) -> f64 {
    let mut counts: Vec<u64> = counts.values().copied().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let whole: u64 = counts.iter().sum();
    100.0 * counts.iter().take(first).sum::<u64>() as f64 / whole.max(1) as f64
}

fn print_tally(tally: &world::Tally) {
    let versions = tally.declarations + tally.amendments;
    let share = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
    println!("  declarations {}, amendments {}, rows {}", tally.declarations, tally.amendments, tally.items);
    println!("  irregular rows:         {:.2} %", share(tally.irregular_items(), tally.items));
    for (scheme, count) in Scheme::CAMPAIGNS.into_iter().chain([Scheme::HonestError]).zip(tally.irregular) {
        println!("    {:18} {count}", scheme.name());
    }
    println!(
        "  extra revenue in truth: {:.0}, on file {:.0}",
        tally.extra_minor as f64 / 100.0,
        tally.found_minor as f64 / 100.0
    );
    println!("  declarations inspected: {:.2} %", share(tally.inspected, versions));
    println!("    at random             {:.2} %", share(tally.random, versions));
    println!("    by law                {:.2} %", share(tally.mandatory, versions));
    println!(
        "  rows with a result:     {}, of them findings {} ({:.2} %)",
        tally.results,
        tally.findings,
        share(tally.findings, tally.results)
    );
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: u64| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let (seed, declarations) = (number(0, 42)?, number(1, 60_000)?);
    let header = world::declarations_header();
    let names = header.trim().split(',').enumerate();
    let columns: HashMap<String, usize> = names.map(|(index, name)| (name.to_owned(), index)).collect();
    for name in Scenario::BUILT_IN {
        let mut world = World::new(Scenario::built_in(name)?.check()?, seed, declarations)?;
        let mut figures = Figures { columns: columns.clone(), ..Figures::default() };
        while let Some(day) = world.next_day() {
            figures.read(&day.declarations, &day.truth)?;
        }
        println!("{name}, seed {seed}:");
        print_tally(world.tally());
        figures.print();
        println!();
    }
    Ok(())
}
