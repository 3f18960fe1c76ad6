//! Selecting, and proving afterwards that nothing else could have been selected.

mod previous;
mod scores;
mod secret;

pub use scores::{Scores, Told};
pub use secret::{create_secret, read_secret};

use super::Error;
use crate::intake::{self, Progress, Reading, Schema, Summary};
use crate::view::{policy, selection};
use domain::{Day, Record, Role, canonical};
use risk::select::{Candidate, CheckedPolicy, Draw, PolicyError, Secret, SelectError};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Why nothing was selected.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// Files can't be read or written.
    #[error(transparent)]
    File(#[from] Error),
    /// The policy is no valid TOML, or has keys that policies don't have.
    #[error("{path} is no policy file: {source}", path = path.display())]
    PolicyFile {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// The policy can't be applied.
    #[error("{path}: {source}", path = path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// Why, and what to write.
        source: PolicyError,
    },
    /// A table lacks a column.
    #[error("{path} has no column `{column}`; give a file written by `tidewaiter {command}`", path = path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// The command that writes such files.
        command: &'static str,
    },
    /// A row of a table can't be used.
    #[error("{path} line {line}: {problem}", path = path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Scores of another model.
    #[error(
        "the scores were made by model {scores}, the model file is {model}; score with this model, or give the other"
    )]
    Model {
        /// Model id in the scores.
        scores: String,
        /// Model id of the file.
        model: String,
    },
    /// Scores of declarations that are not in the data.
    #[error(
        "{count} declarations in the scores are not in the data, such as `{example}`; give the data that were scored"
    )]
    Unknown {
        /// How many.
        count: usize,
        /// One of them.
        example: String,
    },
    /// The secret file has no bytes.
    #[error(
        "the secret file {path} is empty; make one with `tidewaiter select commit --new --seed-secret-file {path}`",
        path = path.display()
    )]
    EmptySecret {
        /// The file.
        path: PathBuf,
    },
    /// Nothing can be drawn from these candidates.
    #[error(transparent)]
    Select(#[from] SelectError),
}

/// Everything a selection depends on.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// Schema file.
    pub schema: &'a Path,
    /// Data files.
    pub data: &'a [PathBuf],
    /// Scores file.
    pub scores: &'a Path,
    /// Model file, whose id the scores must bear.
    pub model: Option<&'a Path>,
    /// Policy file.
    pub policy: &'a Path,
    /// Secret file.
    pub secret: &'a Path,
    /// Earlier selections, oldest first, which this one may not fall behind.
    pub previous: &'a [PathBuf],
    /// The one day to draw; every day of the data where missing.
    pub date: Option<Day>,
    /// The day on which the data are read.
    pub today: Day,
}

/// A selection with all that its table tells.
#[derive(Debug)]
pub struct Selection {
    /// What took part.
    pub candidates: Vec<Candidate>,
    /// What the scores said of each candidate, word for word.
    pub told: Vec<Told>,
    /// One draw a day.
    pub draws: Vec<Draw>,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub commitment: String,
    /// Whether the secret is shorter than 32 bytes, so that it might be guessed from its commitment.
    pub weak_secret: bool,
    /// Name of the policy.
    pub policy_name: String,
    /// Identity of the policy.
    pub policy_id: Box<str>,
    /// Identity of the model, empty where there are no scores.
    pub model_id: String,
    /// First 16 hexadecimal digits of the SHA-256 of the scores file.
    pub scores_id: String,
    /// Rows of the data with a mandatory control of which this role is not given or can't be read.
    pub incomplete_mandatory: Vec<(Role, u64)>,
}

/// Selects, day by day. Writes nothing.
///
/// # Errors
/// Where files can't be read or don't belong together, or the policy can't be applied.
pub fn select(inputs: &Inputs, progress: impl FnMut(Progress)) -> Result<Selection, SelectionError> {
    let schema = Schema::load(inputs.schema).map_err(Error::from)?;
    let policy = read_policy(inputs.policy)?;
    let secret_bytes = read_secret(inputs.secret)?;
    let secret =
        Secret::new(&secret_bytes).ok_or_else(|| SelectionError::EmptySecret { path: inputs.secret.to_owned() })?;
    let mut scores = Scores::read(inputs.scores)?;
    if let (Some(path), Some(scores)) = (inputs.model, scores.model_id()) {
        let model = short_id(&std::fs::read(path).map_err(Error::file(path))?);
        if scores != model {
            return Err(SelectionError::Model { scores: scores.to_owned(), model });
        }
    }
    let mut earlier = previous::read(inputs.previous)?;
    let (candidates, told, summary) = candidates(&schema, inputs, &policy, &mut scores, progress)?;
    if let Some((count, example)) = scores.unused() {
        return Err(SelectionError::Unknown { count, example });
    }
    let draws = risk::select::select_days(&candidates, &policy, &secret, &mut earlier)?;
    Ok(Selection {
        candidates,
        told,
        draws,
        commitment: selection::hex(&secret.commitment()),
        weak_secret: secret_bytes.len() < 32,
        policy_name: policy.policy().name.clone(),
        policy_id: policy.id().into(),
        model_id: scores.model_id().unwrap_or_default().to_owned(),
        scores_id: scores.id().to_owned(),
        incomplete_mandatory: incomplete_mandatory(&summary),
    })
}

/// What mandatory controls in the data lack. They are done all the same, but somebody has to answer for them.
fn incomplete_mandatory(summary: &Summary) -> Vec<(Role, u64)> {
    let roles = [Role::MandatoryBasis, Role::MandatoryKind, Role::MandatoryAgency];
    let count = |role| {
        let noted = summary.quality.iter().filter(|((_, noted), _)| *noted == role);
        (role, noted.map(|(_, tally)| tally.count).sum())
    };
    roles.into_iter().map(count).filter(|(_, count)| *count > 0).collect()
}

/// Reads and checks a policy file.
///
/// # Errors
/// Where it can't be read or applied; messages say what to write instead.
pub fn read_policy(path: &Path) -> Result<CheckedPolicy, SelectionError> {
    let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
    let policy = policy::parse(&text).map_err(|source| SelectionError::PolicyFile { path: path.to_owned(), source })?;
    policy.check().map_err(|source| SelectionError::Policy { path: path.to_owned(), source })
}

fn candidates(
    schema: &Schema,
    inputs: &Inputs,
    policy: &CheckedPolicy,
    scores: &mut Scores,
    mut progress: impl FnMut(Progress),
) -> Result<(Vec<Candidate>, Vec<Told>, Summary), SelectionError> {
    let reading = Reading { today: inputs.today, outcomes: false, rejects: None };
    let mut declarations = intake::open(schema, inputs.data, reading).map_err(Error::from)?;
    let (mut candidates, mut told) = (Vec::new(), Vec::new());
    while let Some(record) = declarations.next() {
        let record = record.map_err(Error::from)?;
        let (score, words) = scores.take(&record.declaration.header.id);
        if inputs.date.is_none_or(|date| date == record.declaration.header.day) {
            candidates.push(Candidate { score, ..candidate(record, policy) });
            told.push(words);
        }
        if candidates.len().is_multiple_of(4_096) {
            progress(declarations.progress());
        }
    }
    Ok((candidates, told, declarations.summary().clone()))
}

fn candidate(record: Record, policy: &CheckedPolicy) -> Candidate {
    let declaration = record.declaration;
    let digest = canonical::digest(&declaration);
    let weights = declaration.items.iter().filter_map(|item| item.code.as_ref());
    let safety_weight = weights.map(|code| policy.safety_weight(code.as_str())).fold(0.0, f64::max);
    let header = declaration.header;
    Candidate {
        id: header.id,
        version: header.version,
        digest,
        day: header.day,
        office: header.office,
        importer: header.importer,
        consignment: header.consignment,
        aeo: header.aeo.map(|status| status.kind),
        mandatory: header.mandatory,
        score: None,
        items: declaration.items.len() as u32,
        safety_weight,
        previous: None,
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of a file's bytes.
fn short_id(bytes: &[u8]) -> String {
    selection::hex(&Sha256::digest(bytes)[..8])
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is as data, scores, policy and secret make it.
    Same {
        /// Rows compared.
        rows: usize,
    },
    /// The secret is not the one that was committed to.
    OtherSecret {
        /// The commitment published.
        published: String,
        /// That of the secret given.
        actual: String,
    },
    /// A row differs.
    Differs {
        /// Line of the file.
        line: usize,
        /// Id of the declaration that should stand there, or that does.
        id: String,
        /// What should stand there and what does.
        difference: String,
    },
}

/// Selects again and compares the table byte by byte.
///
/// # Errors
/// As [`select`], and where the table can't be read.
pub fn verify(
    inputs: &Inputs,
    table: &Path,
    commitment: Option<&str>,
    progress: impl FnMut(Progress),
) -> Result<Verdict, SelectionError> {
    let found = std::fs::read(table).map_err(Error::file(table))?;
    let selection = select(inputs, progress)?;
    if let Some(published) = commitment.filter(|text| !text.eq_ignore_ascii_case(&selection.commitment)) {
        return Ok(Verdict::OtherSecret { published: published.to_owned(), actual: selection.commitment });
    }
    let expected = selection::table(&selection).map_err(Error::table(table))?;
    Ok(compare(&expected, &found))
}

fn compare(expected: &[u8], found: &[u8]) -> Verdict {
    let lines = |bytes: &[u8]| bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (expected, found) = (lines(expected), lines(found));
    let differing = (0..expected.len().max(found.len())).find(|line| expected.get(*line) != found.get(*line));
    let Some(line) = differing else { return Verdict::Same { rows: expected.len().saturating_sub(1) } };
    let (should, does) = (fields(expected.get(line)), fields(found.get(line)));
    let id = should.get(3).or(does.get(3)).cloned().unwrap_or_default();
    let column = (0..should.len().max(does.len())).find(|column| should.get(*column) != does.get(*column));
    let difference = match (column, should.is_empty(), does.is_empty()) {
        (_, true, _) => "this row should not be there".to_owned(),
        (_, _, true) => "this row is missing".to_owned(),
        (Some(column), ..) => {
            let cell = |fields: &[String]| fields.get(column).cloned().unwrap_or_default();
            let name = selection::COLUMNS.get(column).copied().unwrap_or("a column too many");
            format!("{name} should be \"{}\" and is \"{}\"", cell(&should), cell(&does))
        }
        (None, ..) => "the row is written with other quotes or line ends".to_owned(),
    };
    Verdict::Differs { line: line + 1, id, difference }
}

fn fields(line: Option<&Vec<u8>>) -> Vec<String> {
    let Some(line) = line else { return Vec::new() };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&line[..]);
    let record = reader.byte_records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect()
}
