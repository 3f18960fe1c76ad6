//! A world's files, read back.

use std::collections::HashMap;
use std::sync::OnceLock;
use world::{Scenario, World};

/// One row of `declarations.csv` with its truth.
pub(crate) struct Row {
    cells: Vec<String>,
    truth: Vec<String>,
}

/// A world's files.
pub(crate) struct Table {
    columns: HashMap<String, usize>,
    truth_columns: HashMap<String, usize>,
    pub(crate) rows: Vec<Row>,
    pub(crate) world: World,
}

/// A cell of a row by the name of its column.
pub(crate) struct Cells<'a>(&'a Table, &'a Row);

impl<'a> Cells<'a> {
    pub(crate) fn get(&self, column: &str) -> &'a str {
        &self.1.cells[self.0.columns[column]]
    }

    pub(crate) fn truth(&self, column: &str) -> &'a str {
        &self.1.truth[self.0.truth_columns[column]]
    }

    pub(crate) fn number(&self, column: &str) -> f64 {
        self.get(column).parse().unwrap_or(f64::NAN)
    }

    pub(crate) fn truth_number(&self, column: &str) -> f64 {
        self.truth(column).parse().unwrap_or(f64::NAN)
    }

    pub(crate) fn irregular(&self) -> bool {
        self.truth("irregular") == "1"
    }

    pub(crate) fn inspected(&self) -> bool {
        self.get("inspected") == "1"
    }

    pub(crate) fn found(&self) -> bool {
        self.get("finding") == "1"
    }

    /// Declaration and version.
    pub(crate) fn declaration(&self) -> (&'a str, &'a str) {
        (self.get("declaration_no"), self.get("version"))
    }
}

impl Table {
    pub(crate) fn cells(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows.iter().map(move |row| Cells(self, row))
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// A share of rows.
    pub(crate) fn share(&self, among: impl Fn(&Cells<'_>) -> bool, holds: impl Fn(&Cells<'_>) -> bool) -> f64 {
        let (mut some, mut all) = (0.0, 0.0);
        for cells in self.cells().filter(|cells| among(cells)) {
            all += 1.0;
            some += f64::from(u8::from(holds(&cells)));
        }
        some / all
    }
}

/// The whole text of a world's two tables.
pub(crate) fn texts(world: &mut World) -> (String, String) {
    let (mut declarations, mut truth) = (world::declarations_header(), world::truth_header());
    while let Some(day) = world.next_day() {
        declarations.push_str(&day.declarations);
        truth.push_str(&day.truth);
    }
    (declarations, truth)
}

/// A world of a scenario, given as the changes to the default one.
pub(crate) fn simulate(changes: &str, seed: u64, declarations: u64) -> Table {
    let scenario = Scenario::parse(changes).unwrap().check().unwrap();
    read(World::new(scenario, seed, declarations).unwrap())
}

/// The default world that several tests look at.
pub(crate) fn default_world() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| simulate("", 42, 40_000))
}

/// A world whose irregularities have nothing to do with parties.
pub(crate) fn no_party_world() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let scenario = Scenario::built_in("no-party-signal").unwrap().check().unwrap();
        read(World::new(scenario, 42, 40_000).unwrap())
    })
}

fn read(mut world: World) -> Table {
    let (declarations, truth) = texts(&mut world);
    let (truth_columns, truth) = parse(&truth);
    let truths: HashMap<Vec<String>, Vec<String>> = truth.into_iter().map(|row| (row[..3].to_vec(), row)).collect();
    let (columns, rows) = parse(&declarations);
    let rows = rows.into_iter().map(|cells| {
        let key = ["declaration_no", "item_no", "version"].map(|name| cells[columns[name]].clone()).to_vec();
        Row { truth: truths[&key].clone(), cells }
    });
    Table { rows: rows.collect(), columns, truth_columns, world }
}

fn parse(text: &str) -> (HashMap<String, usize>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().iter().enumerate().map(|(index, name)| (name.to_owned(), index)).collect();
    let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect());
    (columns, rows.collect())
}
