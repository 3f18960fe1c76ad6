//! Runs a simulated world and writes its files.

use super::Error;
use super::write::NewFile;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use world::{CatalogueError, CheckedScenario, Tally, World};

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

/// Why no world was written.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A file is there already.
    #[error("{path} exists already; choose another folder with --out, or replace it with --force", path = .0.display())]
    Exists(PathBuf),
    /// The catalogue of goods is wrong.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A file can't be written.
    #[error(transparent)]
    File(#[from] Error),
}

/// Simulates and writes, telling `progress` how many declarations each day brought. The files appear under their
/// names only when all of them are complete.
///
/// # Errors
/// Where a file exists and must not be replaced, or can't be written.
pub fn simulate(plan: &Plan, mut progress: impl FnMut(u64)) -> Result<Tally, SimulateError> {
    refuse_to_overwrite(plan)?;
    fs::create_dir_all(&plan.out).map_err(Error::file(&plan.out))?;
    let mut world = World::new(plan.scenario.clone(), plan.seed, plan.declarations)?;
    let paths = FILES.map(|name| plan.out.join(name));
    let [mut declarations, mut truth, mut schema] = [
        begin(&paths[0], &world::declarations_header())?,
        begin(&paths[1], &world::truth_header())?,
        begin(&paths[2], &world::schema(&plan.scenario.parameters().name))?,
    ];
    while let Some(day) = world.next_day() {
        declarations.write_all(day.declarations.as_bytes()).map_err(Error::file(&paths[0]))?;
        truth.write_all(day.truth.as_bytes()).map_err(Error::file(&paths[1]))?;
        progress(day.count);
    }
    schema.flush().map_err(Error::file(&paths[2]))?;
    for file in [declarations, truth, schema] {
        file.finish()?;
    }
    Ok(world.tally().clone())
}

fn refuse_to_overwrite(plan: &Plan) -> Result<(), SimulateError> {
    let existing = FILES.map(|name| plan.out.join(name)).into_iter().find(|path| path.exists());
    match existing.filter(|_| !plan.force) {
        Some(path) => Err(SimulateError::Exists(path)),
        None => Ok(()),
    }
}

fn begin(path: &Path, head: &str) -> Result<NewFile, Error> {
    let mut file = NewFile::create(path)?;
    file.write_all(head.as_bytes()).map_err(Error::file(path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Schema;
    use world::Scenario;

    fn plan(out: &Path, force: bool) -> Plan {
        let scenario = Scenario::built_in("default").unwrap().check().unwrap();
        Plan { scenario, seed: 5, declarations: 300, out: out.to_owned(), force }
    }

    #[test]
    fn files_are_whole_and_not_overwritten_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new/world");
        let mut counted = 0;
        let tally = simulate(&plan(&out, false), |count| counted += count).unwrap();
        assert_eq!((tally.declarations, counted), (300, 300));
        let mut names: Vec<String> =
            fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["declarations.csv", "schema.toml", "truth.csv"], "no drafts stay behind");
        let before = fs::read(out.join(FILES[0])).unwrap();
        let refused = simulate(&plan(&out, false), |_| ()).unwrap_err().to_string();
        assert!(refused.contains("--force"), "{refused}");
        simulate(&plan(&out, true), |_| ()).unwrap();
        assert_eq!(fs::read(out.join(FILES[0])).unwrap(), before, "the same seed gives the same bytes");
    }

    #[test]
    fn intake_understands_the_schema() {
        let schema = Schema::parse(&world::schema("default"), "schema.toml").unwrap();
        assert!(schema.has(domain::Role::FindingDate) && schema.has(domain::Role::SelectionProbability));
    }
}
