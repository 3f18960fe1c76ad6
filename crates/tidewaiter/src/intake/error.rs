//! What stops intake. Rows never do: they become items with notes, or lines in the rejects file.

use std::path::PathBuf;

/// Why files can't be read on.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// A file can't be opened, read or decompressed.
    #[error("can't read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file without any line.
    #[error("{} is empty: it has not even a header; remove it from the list", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Columns of the schema that the file lacks.
    #[error("{} lacks columns of the schema:{}", path.display(), missing.iter().map(|text| format!("\n  {text}")).collect::<String>())]
    Columns {
        /// The file.
        path: PathBuf,
        /// Each missing column with the role it is to play and the nearest one that there is.
        missing: Vec<String>,
    },
    /// A wanted column that stands in the header more than once.
    #[error("{} has the column `{column}` twice; rename one of them", path.display())]
    ColumnTwice {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// A Parquet file that can't be read.
    #[error("can't read {} as Parquet: {message}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the Parquet reader says.
        message: String,
    },
    /// The rejects file can't be written.
    #[error("can't write the rejects file {}", path.display())]
    Rejects {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Rows out of order can't be sorted on disk.
    #[error("can't sort the rows by date in a temporary file; see that {} has room", std::env::temp_dir().display())]
    Sort(#[source] std::io::Error),
    /// The thread that reads ended without saying why.
    #[error("reading ended before the end of the files; this is a defect, please report it")]
    Interrupted,
}
