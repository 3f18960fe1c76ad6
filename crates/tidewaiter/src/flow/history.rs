//! Building a history out of files, and keeping it in a state file.

use super::Error;
use super::write::replace;
use crate::intake::{self, Progress, Reading, Schema, Summary};
use domain::Day;
use risk::model::{Model, Shape};
use risk::{History, HistoryRules};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a model needs to know of a schema's columns.
pub fn shape(schema: &Schema) -> Shape {
    Shape {
        rules: HistoryRules { labels: schema.label_rules(), columns: schema.categorical().len() },
        categorical: schema.categorical().to_vec(),
        numeric: schema.numeric().to_vec(),
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
    Ok(of_model)
}

/// Reads a history from files: the first may be a state file, the others are declarations with their results.
///
/// # Errors
/// Where a file can't be read or fits neither the schema nor the rules.
pub fn load(
    shape: &Shape,
    schema: &Schema,
    files: &[PathBuf],
    today: Day,
    progress: impl FnMut(Progress),
) -> Result<(History, Summary), Error> {
    let (state, declarations) = match files.split_first() {
        Some((first, rest)) if is_state(first)? => (Some(first), rest),
        _ => (None, files),
    };
    for path in declarations {
        if is_state(path)? {
            return Err(Error::StateFileOrder);
        }
    }
    let mut history = match state {
        Some(path) => {
            let bytes = fs::read(path).map_err(Error::file(path))?;
            History::from_bytes(&bytes, shape.rules.clone())
                .map_err(|source| Error::History { path: path.clone(), source })?
        }
        None => History::new(shape.rules.clone()),
    };
    let summary = extend(&mut history, schema, declarations, today, progress)?;
    Ok((history, summary))
}

/// Adds declarations and their results to a history.
fn extend(
    history: &mut History,
    schema: &Schema,
    files: &[PathBuf],
    today: Day,
    mut progress: impl FnMut(Progress),
) -> Result<Summary, Error> {
    if files.is_empty() {
        return Ok(Summary::default());
    }
    let mut declarations = intake::open(schema, files, Reading { today, outcomes: true, rejects: None })?;
    let mut count = 0u64;
    while let Some(record) = declarations.next() {
        let record = record?;
        history.advance(record.declaration.header.day);
        history.observe(&record);
        count += 1;
        if count.is_multiple_of(1024) {
            progress(declarations.progress());
        }
    }
    Ok(declarations.summary().clone())
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
) -> Result<(History, Summary), Error> {
    let mut all = Vec::with_capacity(files.len() + 1);
    if state.exists() {
        all.push(state.to_owned());
    }
    all.extend_from_slice(files);
    let (history, summary) = load(&shape(schema), schema, &all, today, progress)?;
    let bytes = history.to_bytes().map_err(|source| Error::History { path: state.to_owned(), source })?;
    replace(state, &bytes)?;
    Ok((history, summary))
}

fn is_state(path: &Path) -> Result<bool, Error> {
    let mut start = Vec::new();
    fs::File::open(path).and_then(|file| file.take(8).read_to_end(&mut start)).map_err(Error::file(path))?;
    Ok(History::is_state(&start))
}
