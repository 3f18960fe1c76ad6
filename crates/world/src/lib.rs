//! A seeded simulator of import traffic for the demo, lessons, tests and benchmarks.
//!
//! Open customs data are few, so the product carries a world of its own: importers, brokers and consignors that come
//! and go, goods with prices, latent rings that run schemes, an administration that inspects a tenth, examiners who
//! err. What was declared and found goes to `declarations.csv`; what is true goes to `truth.csv` and nowhere else.
//! `docs/WORLD.md` says what is simulated and how. Values only: the binary writes the files.
//!
//! ```
//! use world::{Scenario, World};
//!
//! let scenario = Scenario::built_in("default")?.check()?;
//! let mut world = World::new(scenario, 42, 500)?;
//! let mut declarations = world::declarations_header();
//! while let Some(day) = world.next_day() {
//!     declarations.push_str(&day.declarations);
//! }
//! assert_eq!(world.tally().declarations, 500);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod country;
mod declaration;
mod describe;
mod dirt;
mod goods;
mod lodge;
mod outcome;
mod paper;
mod policy;
mod price;
mod ring;
mod rng;
mod scenario;
mod scheme;
mod setting;
mod shipment;
mod table;
mod tariff;
mod trader;
mod traffic;

pub use goods::{Agency, Catalogue, CatalogueError, Good, Sector};
pub use paper::container_check_digit;
pub use scenario::{
    CheckedScenario, Dirt, Irregular, Policy, Prices, Results, Scenario, ScenarioError, SchemeWeights, Schemes, Traders,
};
pub use scheme::Scheme;
pub use table::{Tally, declarations_header, schema, truth_header};
pub use traffic::{Batch, World};
