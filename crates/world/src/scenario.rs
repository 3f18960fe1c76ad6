//! The parameters of a world: read from TOML, then checked.

use domain::Day;
use serde::Deserialize;

/// Parameters as a scenario file gives them, not yet checked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name, written into summaries.
    pub name: String,
    /// First day of lodgement, `YYYY-MM-DD`.
    pub start: String,
    /// Months simulated.
    pub months: u32,
    /// Who takes part.
    pub traders: Traders,
    /// How goods are priced.
    pub prices: Prices,
    /// What goes wrong.
    pub irregular: Irregular,
    /// Which schemes are in fashion.
    pub schemes: Schemes,
    /// What the administration inspected.
    pub policy: Policy,
    /// What inspections found.
    pub results: Results,
    /// How dirty the file is.
    pub dirt: Dirt,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traders {
    /// Declarations for each regular importer in business.
    pub declarations_per_importer: f64,
    /// Declarations for each broker.
    pub declarations_per_broker: f64,
    /// Declarations for each examiner.
    pub declarations_per_examiner: f64,
    /// Exponent of the activity of importers by rank.
    pub importer_zipf: f64,
    /// Exponent of the activity of brokers by rank.
    pub broker_zipf: f64,
    /// Share of declarations by importers that come once.
    pub one_off_share: f64,
    /// Mean exits a year of a regular importer; another takes its place.
    pub importer_exit_per_year: f64,
    /// Mean exits a year of a broker.
    pub broker_exit_per_year: f64,
    /// Share of importers that are authorised economic operators.
    pub aeo_share: f64,
    /// Share of ties between parties of one group.
    pub related_share: f64,
}

/// How goods are priced; standard deviations of natural logarithms.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Between origins of the same subheading.
    pub origin_sd: f64,
    /// Between the quality tiers of importers' lines.
    pub tier_sd: f64,
    /// Between consignors.
    pub consignor_sd: f64,
    /// From shipment to shipment.
    pub noise_sd: f64,
    /// Of the yearly trends of subheadings.
    pub trend_sd: f64,
    /// Amplitude of the season.
    pub season: f64,
    /// Month after which prices jump; 0 for none.
    pub shock_month: u32,
    /// Of the jumps of sectors.
    pub shock_sd: f64,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Irregular {
    /// Whether irregularity hangs on parties at all.
    pub by_party: bool,
    /// Rate of every item where it does not.
    pub rate: f64,
    /// Share of regular importers that belong to a ring.
    pub ring_importers: f64,
    /// Importers in a ring.
    pub importers_per_ring: f64,
    /// Share of a campaign's declarations that are irregular.
    pub ring_intensity: f64,
    /// Share of the items of an irregular declaration that are.
    pub item_share: f64,
    /// Mean length of a campaign in days.
    pub campaign_days: f64,
    /// Mean pause between campaigns in days.
    pub pause_days: f64,
    /// Rate among importers that come once.
    pub one_off_rate: f64,
    /// Rate of honest errors.
    pub honest_rate: f64,
    /// Median of declared over true value in undervaluation.
    pub undervaluation_depth: f64,
    /// Whether rings change their ways when one of them is caught.
    pub adapt: bool,
}

/// Which schemes are in fashion when a campaign begins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schemes {
    /// At the start of the world.
    pub start: SchemeWeights,
    /// At its end.
    pub end: SchemeWeights,
}

/// Weights of the schemes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeWeights {
    /// Value below the true one.
    pub undervaluation: f64,
    /// A neighbour of lower duty declared.
    pub misclassification: f64,
    /// An origin declared that has a preference or no trade defence duty.
    pub false_origin: f64,
    /// Less quantity and mass than there is.
    pub quantity: f64,
    /// Prohibited or counterfeit goods under a cover.
    pub prohibited: f64,
    /// One consignment cut into parcels of low value.
    pub split: f64,
    /// Importers that exist for weeks and undervalue.
    pub shell: f64,
}

/// What the administration inspected.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Share of declarations inspected before or at release.
    pub inspection_rate: f64,
    /// Share drawn at random.
    pub random_rate: f64,
    /// Share picked by officers without a recorded reason.
    pub officer_rate: f64,
    /// Share audited after clearance.
    pub audit_rate: f64,
    /// Items of a declaration examined at most.
    pub examined_items: u32,
    /// Share of declarations amended by a second version.
    pub amended_share: f64,
    /// Share of declarations that join an earlier transport document.
    pub groupage_share: f64,
}

/// What inspections found.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// Mean chance that an examiner sees what the control can show.
    pub skill_mean: f64,
    /// Standard deviation of it between examiners.
    pub skill_sd: f64,
    /// Share of examiners who see half as much.
    pub lenient_share: f64,
    /// Rate of findings where everything was in order.
    pub false_finding_rate: f64,
    /// Rate of appeals against findings.
    pub appeal_rate: f64,
    /// Rate of honest errors that the trader discloses.
    pub disclosure_rate: f64,
    /// Days between the last declaration and the taking of the file.
    pub extract_after_days: i32,
}

/// How dirty the file is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dirt {
    /// Factor on all rates of dirty data; 0 for clean files.
    pub level: f64,
}

/// Why a scenario can't be simulated.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not TOML, or a key that is not known.
    #[error("the scenario can't be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A value out of its range.
    #[error("scenario {name}: {key} is {value}, but must lie between {low} and {high}")]
    Range {
        /// Name of the scenario.
        name: String,
        /// The key.
        key: &'static str,
        /// Its value.
        value: f64,
        /// Least value allowed.
        low: f64,
        /// Greatest value allowed.
        high: f64,
    },
    /// A start that is no date.
    #[error("scenario {name}: start is {start:?}, but must be a date such as 2024-01-01")]
    Start {
        /// Name of the scenario.
        name: String,
        /// What stood there.
        start: String,
    },
    /// A scenario name that is not built in.
    #[error("there is no built-in scenario {0:?}; there are default, strong-drift and no-party-signal, or give a file")]
    Unknown(String),
}

const DEFAULT: &str = include_str!("../scenarios/default.toml");

impl Scenario {
    /// The names of the scenarios that are part of the program.
    pub const BUILT_IN: [&str; 3] = ["default", "strong-drift", "no-party-signal"];

    /// A scenario that is part of the program.
    pub fn built_in(name: &str) -> Result<Self, ScenarioError> {
        match name {
            "default" => Self::parse(""),
            "strong-drift" => Self::parse(include_str!("../scenarios/strong-drift.toml")),
            "no-party-signal" => Self::parse(include_str!("../scenarios/no-party-signal.toml")),
            other => Err(ScenarioError::Unknown(other.into())),
        }
    }

    /// Reads a scenario; what the text does not say is as in the default scenario.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let mut table: toml::Table = toml::from_str(DEFAULT)?;
        merge(&mut table, toml::from_str(text)?);
        Ok(table.try_into()?)
    }

    /// Checks every parameter.
    pub fn check(self) -> Result<CheckedScenario, ScenarioError> {
        for (key, value, low, high) in self.ranges() {
            if !(low..=high).contains(&value) {
                return Err(ScenarioError::Range { name: self.name.clone(), key, value, low, high });
            }
        }
        let Some(start) = Day::parse(&self.start, &["%Y-%m-%d"]) else {
            return Err(ScenarioError::Start { name: self.name.clone(), start: self.start.clone() });
        };
        let end = (0..self.months).fold(start, |day, _| day.plus(i32::from(day.days_in_month())));
        Ok(CheckedScenario { scenario: self, start, end })
    }

    #[rustfmt::skip]
    fn ranges(&self) -> Vec<(&'static str, f64, f64, f64)> {
        let (traders, prices, irregular) = (&self.traders, &self.prices, &self.irregular);
        let (policy, results) = (&self.policy, &self.results);
        let mut ranges = vec![
            ("months", f64::from(self.months), 1.0, 240.0),
            ("traders.declarations_per_importer", traders.declarations_per_importer, 1.0, 1e6),
            ("traders.declarations_per_broker", traders.declarations_per_broker, 1.0, 1e6),
            ("traders.declarations_per_examiner", traders.declarations_per_examiner, 1.0, 1e6),
            ("traders.importer_zipf", traders.importer_zipf, 0.0, 3.0),
            ("traders.broker_zipf", traders.broker_zipf, 0.0, 3.0),
            ("traders.one_off_share", traders.one_off_share, 0.0, 0.9),
            ("traders.importer_exit_per_year", traders.importer_exit_per_year, 0.0, 12.0),
            ("traders.broker_exit_per_year", traders.broker_exit_per_year, 0.0, 12.0),
            ("traders.aeo_share", traders.aeo_share, 0.0, 1.0),
            ("traders.related_share", traders.related_share, 0.0, 1.0),
            ("prices.origin_sd", prices.origin_sd, 0.0, 2.0),
            ("prices.tier_sd", prices.tier_sd, 0.0, 2.0),
            ("prices.consignor_sd", prices.consignor_sd, 0.0, 2.0),
            ("prices.noise_sd", prices.noise_sd, 0.0, 2.0),
            ("prices.trend_sd", prices.trend_sd, 0.0, 2.0),
            ("prices.season", prices.season, 0.0, 1.0),
            ("prices.shock_sd", prices.shock_sd, 0.0, 2.0),
            ("irregular.rate", irregular.rate, 0.0, 1.0),
            ("irregular.ring_importers", irregular.ring_importers, 0.0, 1.0),
            ("irregular.importers_per_ring", irregular.importers_per_ring, 1.0, 1e4),
            ("irregular.ring_intensity", irregular.ring_intensity, 0.0, 1.0),
            ("irregular.item_share", irregular.item_share, 0.0, 1.0),
            ("irregular.campaign_days", irregular.campaign_days, 1.0, 1e5),
            ("irregular.pause_days", irregular.pause_days, 1.0, 1e5),
            ("irregular.one_off_rate", irregular.one_off_rate, 0.0, 1.0),
            ("irregular.honest_rate", irregular.honest_rate, 0.0, 1.0),
            ("irregular.undervaluation_depth", irregular.undervaluation_depth, 0.05, 0.95),
            ("policy.inspection_rate", policy.inspection_rate, 0.0, 1.0),
            ("policy.random_rate", policy.random_rate, 0.0, 1.0),
            ("policy.officer_rate", policy.officer_rate, 0.0, 1.0),
            ("policy.audit_rate", policy.audit_rate, 0.0, 0.5),
            ("policy.examined_items", f64::from(policy.examined_items), 1.0, 80.0),
            ("policy.amended_share", policy.amended_share, 0.0, 0.5),
            ("policy.groupage_share", policy.groupage_share, 0.0, 0.9),
            ("results.skill_mean", results.skill_mean, 0.0, 1.0),
            ("results.skill_sd", results.skill_sd, 0.0, 1.0),
            ("results.lenient_share", results.lenient_share, 0.0, 1.0),
            ("results.false_finding_rate", results.false_finding_rate, 0.0, 1.0),
            ("results.appeal_rate", results.appeal_rate, 0.0, 1.0),
            ("results.disclosure_rate", results.disclosure_rate, 0.0, 1.0),
            ("results.extract_after_days", f64::from(results.extract_after_days), 0.0, 1e4),
            ("dirt.level", self.dirt.level, 0.0, 20.0),
        ];
        ranges.extend(self.schemes.start.list().map(|weight| ("schemes.start", weight, 0.0, 1e6)));
        ranges.extend(self.schemes.end.list().map(|weight| ("schemes.end", weight, 0.0, 1e6)));
        ranges
    }
}

impl SchemeWeights {
    /// In the order of [`crate::Scheme::CAMPAIGNS`].
    pub(crate) fn list(&self) -> [f64; 7] {
        [
            self.undervaluation,
            self.misclassification,
            self.false_origin,
            self.quantity,
            self.prohibited,
            self.split,
            self.shell,
        ]
    }
}

fn merge(base: &mut toml::Table, changes: toml::Table) {
    for (key, value) in changes {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(changes)) => merge(inner, changes),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// A scenario whose parameters are known to be usable.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedScenario {
    scenario: Scenario,
    start: Day,
    end: Day,
}

impl CheckedScenario {
    /// The parameters.
    pub fn parameters(&self) -> &Scenario {
        &self.scenario
    }

    /// First day of lodgement.
    pub fn start(&self) -> Day {
        self.start
    }

    /// The day after the last day of lodgement.
    pub fn end(&self) -> Day {
        self.end
    }

    /// The day on which the file is taken: nothing that became known later stands in it.
    pub fn extracted_on(&self) -> Day {
        self.end.plus(self.scenario.results.extract_after_days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_scenarios_pass_and_cover_two_years() {
        for name in Scenario::BUILT_IN {
            let checked = Scenario::built_in(name).unwrap().check().unwrap();
            assert_eq!(checked.parameters().name, name);
            assert_eq!(
                (checked.start().to_string(), checked.end().to_string()),
                ("2024-01-01".into(), "2026-01-01".into())
            );
        }
    }

    #[test]
    fn wrong_parameters_are_named() {
        for (text, message) in [
            ("[irregular]\nhonest_rate = 1.5", "irregular.honest_rate is 1.5"),
            ("months = 0", "months is 0"),
            ("start = 'soon'", "start is \"soon\""),
            ("[policy]\nrandom_rate = nan", "policy.random_rate is NaN"),
        ] {
            let error = Scenario::parse(text).unwrap().check().unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
        assert!(Scenario::parse("[policy]\nrandomness = 1").unwrap_err().to_string().contains("randomness"));
        assert!(Scenario::built_in("mars").unwrap_err().to_string().contains("strong-drift"));
    }
}
