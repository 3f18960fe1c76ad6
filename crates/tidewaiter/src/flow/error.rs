//! What can go wrong in a use case, with what to do next.

use crate::intake::{IntakeError, SchemaError};
use risk::StateError;
use risk::model::{FileError, TrainError};
use std::path::{Path, PathBuf};

/// Why a use case could not be carried out. Nothing was written unless a message says so.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The schema is wrong.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Files can't be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// No model can be made.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The numerics refused.
    #[error(transparent)]
    Numerics(#[from] learn::Error),
    /// A file can't be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A model file can't be used.
    #[error("{path}: {source}", path = path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        source: FileError,
    },
    /// A history file can't be used.
    #[error("{path}: {source}", path = path.display())]
    History {
        /// The file.
        path: PathBuf,
        /// Why.
        source: StateError,
    },
    /// An index of HS codes can't be used.
    #[error(transparent)]
    Hs(Box<super::hs::HsError>),
    /// Descriptions can't be judged.
    #[error(transparent)]
    HsSearch(#[from] hsearch::Error),
    /// Descriptions are judged for one of schema and model, and not for the other.
    #[error("{}", judging(*.model))]
    Judging {
        /// Whether the model was trained on judged descriptions; the schema then names no index, and otherwise one.
        model: bool,
    },
    /// The schema has other columns than the model was trained on.
    #[error(
        "the schema declares the further columns {schema}, the model was trained on {model}; use the schema it was \
         trained with, or train a model with this one",
        schema = listed(schema),
        model = listed(model)
    )]
    Columns {
        /// Columns of the schema.
        schema: Vec<String>,
        /// Columns of the model.
        model: Vec<String>,
    },
    /// Several state files, or one that does not come first.
    #[error("a history can start from one state file only, and it must be the first file given")]
    StateFileOrder,
    /// A declaration that was asked for is not in the files.
    #[error("no declaration `{0}` in the data; ids are written as in the file")]
    NoSuchDeclaration(String),
    /// The schema names no column for the results of inspections.
    #[error("the schema has no role `finding`, so there is nothing to learn from; name the column that tells results")]
    NoFindings,
    /// The files hold nothing to work on.
    #[error("not one usable row in the files; `tidewaiter validate` with the same schema says why each was refused")]
    NoRows,
    /// A table can't be written.
    #[error("{path}: {source}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: csv::Error,
    },
}

impl Error {
    /// An error of the system about a file.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }

    /// An error of the CSV writer about a file.
    pub fn table(path: &Path) -> impl FnOnce(csv::Error) -> Self {
        move |source| Self::Table { path: path.to_owned(), source }
    }
}

fn listed(columns: &[String]) -> String {
    if columns.is_empty() { "none".to_owned() } else { format!("`{}`", columns.join("`, `")) }
}

fn judging(model: bool) -> &'static str {
    match model {
        true => {
            "the model was trained with descriptions judged by an index of HS codes, and the schema names none; add `hs_index` \
             under [descriptions], or train a model without"
        }
        false => {
            "the schema judges descriptions by an index of HS codes, and the model was trained without; train a model with this \
             schema, or take `hs_index` out of it"
        }
    }
}
