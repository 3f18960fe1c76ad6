//! What officers have taught to an index: a journal beside it, `INDEX.taught`, to which lines are only ever added.
//!
//! It lies beside the index and not in it, so that teaching writes one line and not 60 MB, and so that an index that is made anew
//! finds what was taught to the one before. Each line is `DIGEST JSON`, the digest being the first half of the SHA-256 of the JSON in
//! hexadecimal digits. A line counts when it stands whole on the disk: what a crash left of one at the end is no line, and is cut off
//! before the next is added.

use super::codes::{shown, why_not};
use super::{Error, HsError};
use domain::Day;
use hsearch::text::{MOST_CHARS, fold, words};
use hsearch::{Hs6, Index, Lesson};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The first line, with the version of the format.
const HEAD: &str = "tidewaiter taught texts 1";

/// Digits of a digest.
const DIGEST: usize = 32;

/// Why nothing can be taught or read.
#[derive(Debug, thiserror::Error)]
pub enum TaughtError {
    /// The journal can't be read or written.
    #[error(transparent)]
    File(#[from] Error),
    /// The journal is of another version.
    #[error("{path} begins with `{found}`, and this program reads `{HEAD}`; use the version of Tidewaiter that wrote it", path = path.display())]
    Version {
        /// The journal.
        path: PathBuf,
        /// Its first line.
        found: String,
    },
    /// A line was changed.
    #[error("{path}: line {line} is damaged; put a copy of the file in its place, or take that line out", path = path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// Nobody stands for it.
    #[error("say who teaches this: --by NAME")]
    NoName,
    /// A text without a word.
    #[error("`{text}` has no word to go by; give the description as declared")]
    NoWords {
        /// Its beginning.
        text: String,
    },
    /// A text that is too long.
    #[error("the text has {chars} characters, and {MOST_CHARS} are read; give the part that describes the goods")]
    TooLong {
        /// Its characters.
        chars: usize,
    },
    /// A code that is no subheading.
    #[error("`{text}` is no subheading; give six digits or more, such as 6109.10")]
    NoSubheading {
        /// Its beginning.
        text: String,
    },
    /// Nothing of that number to withdraw.
    #[error("there is no taught text {id}, or it was withdrawn before; `tidewaiter hs teach --list` shows them")]
    NoLesson {
        /// The number.
        id: u64,
    },
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Its number, from 1.
    id: u64,
    /// The moment, as the clock of the command gave it.
    when: String,
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(flatten)]
    act: Act,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Act {
    Teach { text: String, code: String },
    Withdraw { withdraws: u64 },
}

/// Who does something, when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who.
    pub by: String,
    /// The moment, as `2026-11-30T20:26:02Z`.
    pub when: String,
    /// Why, where it was said.
    pub why: Option<String>,
}

/// A taught text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub id: u64,
    /// The text.
    pub text: String,
    /// The code as it was given, six digits or more.
    pub code: String,
    /// Who taught it, when and why.
    pub taught: Signed,
    /// Who withdrew it.
    pub withdrawn: Option<Signed>,
}

/// What was taught to an index.
#[derive(Clone, Debug, Default)]
pub struct Taught {
    /// All texts, also those withdrawn, in the order in which they were taught.
    pub records: Vec<Record>,
    /// Numbers of texts that have no effect on the index as it is, since it does not have their code.
    pub without_effect: Vec<u64>,
    /// Lines of the journal.
    entries: u64,
}

impl Taught {
    /// Reads what was taught to an index; nothing where no journal is beside it.
    ///
    /// # Errors
    /// [`TaughtError`] for a journal that can't be read, or was changed.
    pub fn read(index: &Path) -> Result<Self, TaughtError> {
        let path = journal(index);
        match fs::read(&path) {
            Ok(bytes) => Ok(Self::of(&path, &bytes)?.0),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::file(&path)(error).into()),
        }
    }

    /// What stands in a journal, and how many of its bytes are whole lines.
    fn of(path: &Path, bytes: &[u8]) -> Result<(Self, usize), TaughtError> {
        let (mut taught, mut whole) = (Self::default(), 0);
        for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let stripped = line.strip_suffix(b"\n");
            let is_head = stripped.map_or(HEAD.as_bytes().starts_with(line), |line| line == HEAD.as_bytes());
            if number == 0 && !is_head {
                let found = shown(&String::from_utf8_lossy(line));
                return Err(TaughtError::Version { path: path.to_owned(), found });
            }
            let Some(line) = stripped else { break };
            if number > 0 {
                let damaged = || TaughtError::Damaged { path: path.to_owned(), line: number + 1 };
                taught.take(entry(line).ok_or_else(damaged)?);
            }
            whole += line.len() + 1;
        }
        Ok((taught, whole))
    }

    fn take(&mut self, entry: Entry) {
        self.entries = entry.id;
        let signed = Signed { by: entry.by, when: entry.when, why: entry.why };
        match entry.act {
            Act::Teach { text, code } => {
                self.records.push(Record { id: entry.id, text, code, taught: signed, withdrawn: None });
            }
            Act::Withdraw { withdraws } => {
                let record = self.records.iter_mut().find(|record| record.id == withdraws);
                if let Some(record) = record {
                    record.withdrawn = Some(signed);
                }
            }
        }
    }

    /// The texts that are not withdrawn, as an index takes them.
    pub fn lessons(&self) -> Vec<Lesson> {
        let standing = self.records.iter().filter(|record| record.withdrawn.is_none());
        standing
            .filter_map(|record| {
                Some(Lesson { id: record.id, text: record.text.clone(), code: Hs6::parse(&record.code)? })
            })
            .collect()
    }

    /// The text of a number.
    pub fn record(&self, id: u64) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    /// How many texts are not withdrawn, by who taught them.
    pub fn standing(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for record in self.records.iter().filter(|record| record.withdrawn.is_none()) {
            *counts.entry(&*record.taught.by).or_default() += 1;
        }
        counts
    }
}

/// Teaches an index that a text has a code; gives its number.
///
/// # Errors
/// [`HsError::Taught`] for a text without words, for a code that is no subheading, or without a name; [`HsError::OlderEdition`] and the
/// like for a code that the index does not answer with on the day; where the journal can't be written.
pub fn teach(path: &Path, index: &Index, text: &str, code: &str, signed: Signed, day: Day) -> Result<u64, HsError> {
    let chars = text.chars().count();
    if chars > MOST_CHARS {
        return Err(TaughtError::TooLong { chars }.into());
    }
    if words(&fold(text)).is_empty() {
        return Err(TaughtError::NoWords { text: shown(text) }.into());
    }
    let subheading = Hs6::parse(code).ok_or_else(|| TaughtError::NoSubheading { text: shown(code) })?;
    if let Some(why) = why_not(index, subheading, day) {
        return Err(why);
    }
    let digits = code.chars().filter(char::is_ascii_digit).collect();
    Ok(append(path, signed, |_| Ok(Act::Teach { text: text.to_owned(), code: digits }))?)
}

/// Withdraws a taught text, so that it has no effect any more.
///
/// # Errors
/// [`TaughtError::NoLesson`] where there is none of that number, [`TaughtError::NoName`] without a name; where the journal can't be
/// written.
pub fn withdraw(path: &Path, id: u64, signed: Signed) -> Result<(), TaughtError> {
    let act = |taught: &Taught| match taught.record(id) {
        Some(Record { withdrawn: None, .. }) => Ok(Act::Withdraw { withdraws: id }),
        _ => Err(TaughtError::NoLesson { id }),
    };
    append(path, signed, act).map(|_| ())
}

/// The journal of an index.
fn journal(index: &Path) -> PathBuf {
    let mut name = index.as_os_str().to_owned();
    name.push(".taught");
    PathBuf::from(name)
}

/// Adds a line to the journal of an index, by itself among all programs that add to it, and gives its number.
fn append(
    index: &Path,
    signed: Signed,
    act: impl FnOnce(&Taught) -> Result<Act, TaughtError>,
) -> Result<u64, TaughtError> {
    if signed.by.trim().is_empty() {
        return Err(TaughtError::NoName);
    }
    let path = journal(index);
    let failed = |source| TaughtError::File(Error::file(&path)(source));
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let (taught, whole) = Taught::of(&path, &bytes)?;
    let id = taught.entries + 1;
    let entry = Entry { id, when: signed.when, by: signed.by, why: signed.why, act: act(&taught)? };
    let head = if whole == 0 { format!("{HEAD}\n") } else { String::new() };
    let line = line(&entry).map_err(std::io::Error::from).map_err(failed)?;
    file.set_len(whole as u64).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.write_all(format!("{head}{line}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    if whole == 0 {
        sync_folder(&path).map_err(failed)?;
    }
    Ok(id)
}

/// Makes the name of a new file as durable as its content.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn line(entry: &Entry) -> serde_json::Result<String> {
    let json = serde_json::to_string(entry)?;
    Ok(format!("{} {json}", digest(json.as_bytes())))
}

fn entry(line: &[u8]) -> Option<Entry> {
    let (stated, json) = line.split_at_checked(DIGEST)?;
    let json = json.strip_prefix(b" ")?;
    (digest(json).as_bytes() == stated).then(|| serde_json::from_slice(json).ok()).flatten()
}

fn digest(json: &[u8]) -> String {
    Sha256::digest(json).iter().take(DIGEST / 2).map(|byte| format!("{byte:02x}")).collect()
}
