//! The folder of a demo.

use super::super::write::replace;
use super::super::{Error, select};
use super::{DemoError, Request};
use domain::Day;
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

pub(super) const WORLD: &str = "world";
pub(super) const SCHEMA: &str = "world/schema.toml";
pub(super) const HS_INDEX: &str = "world/hs.index";
pub(super) const DECLARATIONS: &str = "world/declarations.csv";
pub(super) const TRUTH: &str = "world/truth.csv";
pub(super) const PAST: &str = "past.csv";
pub(super) const QUARTER: &str = "quarter.csv";
pub(super) const TODAY: &str = "today.csv";
pub(super) const POLICY: &str = "policy.toml";
pub(super) const SECRET: &str = "secret";
pub(super) const SCORES: &str = "scores.csv";
pub(super) const SELECTION: &str = "selection.csv";
pub(super) const EVALUATION: &str = "evaluation.json";
pub(super) const REPORT: &str = "report.html";
pub(super) const PILOT: &str = "pilot";

/// Says that a folder is a demo's.
const MARK: &str = "demo.json";

const FORMAT: &str = "tidewaiter-demo 1";

/// The files of a demo and what each of them is for, by the id of a text.
pub const FILES: [(&str, &str); 12] = [
    (REPORT, "demo-file-report"),
    (PILOT, "demo-file-pilot"),
    (SELECTION, "demo-file-selection"),
    (SCORES, "demo-file-scores"),
    (EVALUATION, "demo-file-evaluation"),
    ("*.tw", "demo-file-models"),
    (POLICY, "demo-file-policy"),
    (SECRET, "demo-file-secret"),
    (PAST, "demo-file-past"),
    (QUARTER, "demo-file-quarter"),
    (TODAY, "demo-file-today"),
    (WORLD, "demo-file-world"),
];

/// The policy that ships with the product.
const EXAMPLE_POLICY: &str = include_str!("../../../../../policies/demo.toml");

/// The folder of a demo.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, or takes that of an earlier demo, and puts policy and secret there. The secret comes from the
    /// seed, so that the demo can be repeated; real ones come from the operating system.
    pub(super) fn prepare(request: &Request) -> Result<Self, DemoError> {
        let dir = &request.dir;
        fs::create_dir_all(dir).map_err(Error::file(dir))?;
        let folder = Self(dir.clone());
        let is_empty = fs::read_dir(dir).map_err(Error::file(dir))?.next().is_none();
        if !is_empty && !request.force && !folder.is_demo() {
            return Err(DemoError::Occupied(dir.clone()));
        }
        let mark = serde_json::json!({
            "format": FORMAT, "seed": request.seed, "declarations": request.declarations, "language": request.language,
        });
        replace(&folder.path(MARK), (serde_json::to_string_pretty(&mark)? + "\n").as_bytes())?;
        replace(&folder.path(POLICY), EXAMPLE_POLICY.as_bytes())?;
        folder.put_secret(&Sha256::digest(format!("tidewaiter demo, seed {}", request.seed)))?;
        Ok(folder)
    }

    fn is_demo(&self) -> bool {
        let mark = fs::read(self.path(MARK)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        mark.is_some_and(|mark: serde_json::Value| mark["format"] == FORMAT)
    }

    fn put_secret(&self, secret: &[u8]) -> Result<(), Error> {
        let path = self.path(SECRET);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).and_then(|mut file| file.write_all(secret)).map_err(Error::file(&path))
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// What the selection of the last day depends on; `model` is the name of the model's file.
    pub(super) fn inputs(&self, model: &Path, today: Day) -> Inputs {
        Inputs {
            schema: self.path(SCHEMA),
            data: [self.path(TODAY)],
            scores: self.path(SCORES),
            model: self.path(model),
            policy: self.path(POLICY),
            secret: self.path(SECRET),
            today,
        }
    }
}

/// The paths that a selection depends on.
pub(super) struct Inputs {
    schema: PathBuf,
    data: [PathBuf; 1],
    scores: PathBuf,
    model: PathBuf,
    policy: PathBuf,
    secret: PathBuf,
    today: Day,
}

impl Inputs {
    pub(super) fn borrow(&self) -> select::Inputs<'_> {
        select::Inputs {
            schema: &self.schema,
            data: &self.data,
            scores: &self.scores,
            model: Some(&self.model),
            policy: &self.policy,
            secret: &self.secret,
            previous: &[],
            date: None,
            today: self.today,
        }
    }
}
