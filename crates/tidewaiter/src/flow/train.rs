//! Training a model on an administration's declarations.

use super::Error;
use super::ahead::Ahead;
use super::declarations;
use super::write::replace;
use crate::intake::{Progress, Reading, Schema, Summary};
use domain::{Day, Role};
use risk::model::{CheckedTrainParams, Model, Shape, Trainer};
use std::fs;
use std::path::{Path, PathBuf};

/// Fits a model on what was known by `as_of` (by default the last day).
///
/// # Errors
/// Where nothing can be learnt.
pub fn fit(
    schema: &Schema,
    trainer: &Trainer,
    as_of: Option<Day>,
    params: &CheckedTrainParams,
) -> Result<Model, Error> {
    Ok(trainer.finish(schema.name(), as_of, params)?)
}

/// A model whose network goes on learning by what became known after it was trained.
///
/// # Errors
/// Where the trainer has read another past than the model, the model has no network, or nothing became known.
pub fn refresh(
    trainer: &Trainer,
    model: &Model,
    as_of: Option<Day>,
    params: &CheckedTrainParams,
) -> Result<Model, Error> {
    Ok(trainer.refresh(model, as_of, params)?)
}

/// Reads declarations with their results once, counting as `shape` says; the trainer then fits as many models on them as
/// are wanted.
///
/// # Errors
/// Where files can't be read or the schema names no results.
pub fn read(
    schema: &Schema,
    shape: Shape,
    files: &[PathBuf],
    today: Day,
    mut progress: impl FnMut(Progress),
) -> Result<(Trainer, Summary), Error> {
    if !schema.has(Role::Finding) {
        return Err(Error::NoFindings);
    }
    let declarations = declarations::open(schema, files, Reading { today, outcomes: true, rejects: None })?;
    let mut trainer = Trainer::new(shape);
    let mut declarations = Ahead::new(declarations, trainer.history().keying());
    let mut count = 0u64;
    while let Some(keyed) = declarations.next() {
        trainer.add(&keyed?)?;
        count += 1;
        if count.is_multiple_of(1024) {
            progress(declarations.progress());
        }
    }
    Ok((trainer, declarations.summary().clone()))
}

/// Writes a model file.
///
/// # Errors
/// Where the folder can't be written.
pub fn save(model: &Model, path: &Path) -> Result<(), Error> {
    let bytes = model.to_bytes().map_err(|source| Error::Model { path: path.to_owned(), source })?;
    replace(path, &bytes)
}

/// Opens a model file.
///
/// # Errors
/// Where the file can't be read or is no model.
pub fn open(path: &Path) -> Result<Model, Error> {
    let bytes = fs::read(path).map_err(Error::file(path))?;
    Model::from_bytes(&bytes).map_err(|source| Error::Model { path: path.to_owned(), source })
}
