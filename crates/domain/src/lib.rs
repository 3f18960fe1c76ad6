//! The vocabulary of Tidewaiter: declarations, goods items, findings, scores and their reasons.
//!
//! Values only. Nothing here reads a file, a clock or the environment, and nothing here is serialisable: the edge owns
//! views of these types. The one exception is [`canonical`], whose bytes are frozen because draws and logs rest on them.
//!
//! Three rules of the product are carried by these types:
//!
//! - what was **declared** ([`Declaration`]) and what was **found** ([`Inspection`]) are different values, so that an
//!   assessed amount can never be mistaken for a declared one;
//! - everything that was learnt later carries the day on which it became known ([`Inspection::known_on`]);
//! - a [`Score`] can't be built without its reasons, model and as-of moment.
//!
//! ```
//! use domain::{Day, HsCode};
//!
//! let (code, repaired) = HsCode::parse("10121").expect("five digits have lost their leading zero");
//! assert_eq!((code.as_str(), repaired), ("010121", true));
//! assert_eq!(Day::parse("2021-03-01", &["%Y-%m-%d"]).unwrap().to_string(), "2021-03-01");
//! ```
#![deny(missing_docs)]

pub mod canonical;
mod code;
mod country;
mod day;
mod decimal;
mod declaration;
mod finding;
mod journey;
mod normalise;
mod plausibility;
mod quality;
mod reason;
mod role;
mod score;
mod selection;

pub use code::{CodeError, HsCode};
pub use country::Country;
pub use day::{Day, Moment};
pub use decimal::{Decimals, parse_number, parse_scaled};
pub use declaration::{
    AeoStatus, Declaration, GoodsItem, Header, MandatoryControl, Mode, Quantity, Record, Text, UNIT_PIECES,
};
pub use finding::{Assessed, Check, Control, Finding, FindingKind, FindingStatus, Gravity, Inspection, LabelRules};
pub use journey::Journey;
pub use normalise::{Conventions, Normalised, RawItem, Rejection, normalise};
pub use plausibility::Plausibility;
pub use quality::{Quality, QualityKind};
pub use reason::{Argument, Audience, Reason, ReasonId};
pub use role::Role;
pub use score::{Explanation, ModelId, Score};
pub use selection::{ControlKind, Lane, SelectedBy};
