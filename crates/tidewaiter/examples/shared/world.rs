//! A simulated world in a folder of its own.

use std::error::Error;
use std::path::PathBuf;
use tidewaiter::flow::simulate::{Plan, simulate};
use tidewaiter::intake::Schema;
use world::Scenario;

/// A world; its files go when it does.
pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) schema: Schema,
}

impl World {
    /// The world of a scenario and a seed; `default` has so many declarations unless told otherwise, as in `default:60000`.
    pub(crate) fn simulated(scenario: &str, seed: u64, declarations: u64) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let (name, declarations) = match scenario.split_once(':') {
            Some((name, declarations)) => (name, declarations.parse()?),
            None => (scenario, declarations),
        };
        let scenario = Scenario::built_in(name)?.check()?;
        let plan = Plan { scenario, seed, declarations, out: folder.path().to_owned(), force: true };
        simulate(&plan, |_| ())?;
        let schema = Schema::load(&folder.path().join("schema.toml"))?;
        Ok(Self { folder, schema })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("declarations.csv")
    }

    pub(crate) fn truth(&self) -> PathBuf {
        self.folder.path().join("truth.csv")
    }
}
