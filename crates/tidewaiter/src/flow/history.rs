//! Building a history out of files, and keeping it in a state file.

use super::Error;
use super::ahead::Ahead;
use super::declarations;
use super::write::replace;
use crate::intake::{Progress, Reading, Schema, Summary};
use domain::Day;
use risk::model::{Model, Shape};
use risk::{History, HistoryRules, Keyed};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a model needs to know of a schema's columns.
pub fn shape(schema: &Schema) -> Shape {
    Shape {
        rules: HistoryRules {
            labels: schema.label_rules(),
            columns: schema.categorical().len(),
            money_decimals: schema.file().money_decimals as u8,
        },
        categorical: schema.categorical().to_vec(),
        numeric: schema.numeric().to_vec(),
        judged: schema.hs_index().is_some(),
    }
}

/// Checks that a model was trained on the columns of a schema, and gives the shape under which both read history.
///
/// # Errors
/// [`Error::Columns`] where they differ.
pub fn shape_for(schema: &Schema, model: &Model) -> Result<Shape, Error> {
    let columns = |shape: &Shape| [shape.categorical.clone(), shape.numeric.clone()].concat();
    let (of_schema, of_model) = (shape(schema), model.shape().clone());
    if columns(&of_schema) != columns(&of_model) {
        return Err(Error::Columns { schema: columns(&of_schema), model: columns(&of_model) });
    }
    if of_schema.judged != of_model.judged {
        return Err(Error::Judging { model: of_model.judged });
    }
    Ok(of_model)
}

/// A history, and the declarations of its files that lie ahead of it.
///
/// Files of history may go on where the data begin, or cover the same days. A declaration is seen against what was known
/// on its day, so files are taken in as far as the day of the declaration that comes next, and no farther.
pub struct Past {
    /// What has been taken in.
    pub history: History,
    /// What has not.
    pub upcoming: Upcoming,
}

/// Declarations of history files that are still to be taken in, in the order of their days.
pub struct Upcoming {
    declarations: Option<Ahead>,
    next: Option<Keyed>,
}

impl Upcoming {
    /// Whether a declaration of that day or an earlier one is still to be taken in.
    ///
    /// # Errors
    /// Where a file can't be read.
    pub fn is_behind(&mut self, day: Day) -> Result<bool, Error> {
        if self.next.is_none() {
            self.next = self.declarations.as_mut().and_then(Iterator::next).transpose()?;
        }
        Ok(self.next.as_ref().is_some_and(|keyed| keyed.record.declaration.header.day <= day))
    }

    /// Hands on the declarations up to and with a day.
    ///
    /// # Errors
    /// Where a file can't be read.
    pub fn take_until(
        &mut self,
        day: Day,
        mut observe: impl FnMut(&Keyed),
        mut progress: impl FnMut(Progress),
    ) -> Result<(), Error> {
        let mut count = 0u64;
        while self.is_behind(day)? {
            self.next.take().iter().for_each(&mut observe);
            count += 1;
            if count.is_multiple_of(1024) {
                self.declarations.iter().for_each(|declarations| progress(declarations.progress()));
            }
        }
        Ok(())
    }

    fn summary(&self) -> Summary {
        self.declarations.as_ref().map(|declarations| declarations.summary().clone()).unwrap_or_default()
    }
}

impl Past {
    /// Opens a history: the first file may be a state file, the others are declarations with their results. Nothing of
    /// the latter is taken in yet.
    ///
    /// # Errors
    /// Where a file can't be read or fits neither the schema nor the rules.
    pub fn open(shape: &Shape, schema: &Schema, files: &[PathBuf], today: Day) -> Result<Self, Error> {
        let (history, declarations) = begin(shape, files)?;
        let reading = Reading { today, outcomes: true, rejects: None };
        let declarations = match declarations {
            [] => None,
            files => Some(Ahead::new(declarations::open(schema, files, reading)?, history.keying())),
        };
        Ok(Self { history, upcoming: Upcoming { declarations, next: None } })
    }

    /// Takes in the declarations up to and with a day.
    ///
    /// # Errors
    /// Where a file can't be read.
    pub fn catch_up(&mut self, day: Day, progress: impl FnMut(Progress)) -> Result<(), Error> {
        let history = &mut self.history;
        let observe = |keyed: &Keyed| {
            history.advance(keyed.record.declaration.header.day);
            history.observe_keyed(keyed);
        };
        self.upcoming.take_until(day, observe, progress)
    }
}

/// The history that the first file keeps, if it is a state file, or else an empty one; and the files that follow.
///
/// # Errors
/// Where the state file can't be read or does not fit the rules, or another stands among the files that follow.
pub fn begin<'a>(shape: &Shape, files: &'a [PathBuf]) -> Result<(History, &'a [PathBuf]), Error> {
    let (state, declarations) = match files.split_first() {
        Some((first, rest)) if is_state(first)? => (Some(first), rest),
        _ => (None, files),
    };
    for path in declarations {
        if is_state(path)? {
            return Err(Error::StateFileOrder);
        }
    }
    let Some(path) = state else { return Ok((History::new(shape.rules.clone()), declarations)) };
    let bytes = fs::read(path).map_err(Error::file(path))?;
    let history = History::from_bytes(&bytes, shape.rules.clone());
    Ok((history.map_err(|source| Error::History { path: path.clone(), source })?, declarations))
}

/// Reads a whole history from files, as [`Past::open`] does and then to their end.
///
/// # Errors
/// As [`Past::open`].
pub fn load(
    shape: &Shape,
    schema: &Schema,
    files: &[PathBuf],
    today: Day,
    progress: impl FnMut(Progress),
) -> Result<(History, Summary), Error> {
    let mut past = Past::open(shape, schema, files, today)?;
    past.catch_up(Day::from_epoch_days(i32::MAX), progress)?;
    Ok((past.history, past.upcoming.summary()))
}

/// Brings a state file up to date with further declarations: a day costs a day. Without the file a new one is made.
///
/// # Errors
/// As [`load`]; the old file stays as it was.
pub fn update(
    state: &Path,
    schema: &Schema,
    files: &[PathBuf],
    today: Day,
    progress: impl FnMut(Progress),
) -> Result<Updated, Error> {
    let mut all = Vec::with_capacity(files.len() + 1);
    if state.exists() {
        all.push(state.to_owned());
    }
    all.extend_from_slice(files);
    let mut past = Past::open(&shape(schema), schema, &all, today)?;
    let before = past.history.declarations();
    past.catch_up(Day::from_epoch_days(i32::MAX), progress)?;
    let (history, summary) = (past.history, past.upcoming.summary());
    let bytes = history.to_bytes().map_err(|source| Error::History { path: state.to_owned(), source })?;
    replace(state, &bytes)?;
    Ok(Updated { added: history.declarations() - before, history, summary })
}

/// What an update came to.
#[derive(Debug)]
pub struct Updated {
    /// The history as it is now.
    pub history: History,
    /// What was read.
    pub summary: Summary,
    /// Declarations that were new to it.
    pub added: u64,
}

fn is_state(path: &Path) -> Result<bool, Error> {
    let mut start = Vec::new();
    fs::File::open(path).and_then(|file| file.take(8).read_to_end(&mut start)).map_err(Error::file(path))?;
    Ok(History::is_state(&start))
}
