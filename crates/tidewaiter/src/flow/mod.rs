//! The use cases. Whatever writes goes through here; the command line, and later the API and the pages, only call it.

mod ahead;
pub mod assess;
mod declarations;
pub mod demo;
mod error;
pub mod evaluate;
pub mod explain;
pub mod history;
pub mod hs;
pub mod pilot;
mod plausibility;
pub mod schema;
pub mod score;
pub mod select;
pub mod simulate;
mod starter;
pub mod train;
pub mod validate;
pub mod write;

pub use error::Error;
