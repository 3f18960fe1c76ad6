//! Policies that passed their check.

use super::policy::{CapacityRule, Effort, Limit, Objective, Policy, RandomFloor};
use domain::{ControlKind, Day, Lane};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is wrong with a policy and what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// The random floor is zero or below.
    #[error(
        "random.share is {0}, but the random floor can't be zero: without declarations picked by chance alone nobody \
         can tell what the ranking misses, and the model ends up learning from its own choices. Set random.share above \
         0; 0.01 (one in a hundred) is a common floor"
    )]
    NoRandomFloor(f64),
    /// The random floor is so small that it picks nothing in years.
    #[error(
        "random.share is {share}, and the least that is of use is {least} (one in a thousand): below it the floor picks \
         next to nothing and can't show what the ranking misses; 0.01 (one in a hundred) is a common floor",
        least = RandomFloor::LEAST_SHARE
    )]
    RandomFloorTooLow {
        /// What stands there.
        share: f64,
    },
    /// A share or credit outside 0-1.
    #[error("{name} is {value}; give a number from 0 to 1")]
    NotAShare {
        /// Where it stands.
        name: String,
        /// What stands there.
        value: f64,
    },
    /// A weight that is negative or no number.
    #[error("{name} is {value}; give a number of 0 or more")]
    NotAWeight {
        /// Where it stands.
        name: String,
        /// What stands there.
        value: f64,
    },
    /// An objective without any weight.
    #[error("the objective gives no weight to anything; give finding, revenue or safety a weight above 0")]
    NoObjective,
    /// Safety is asked for but no goods have a safety weight.
    #[error("the objective gives weight to safety, but no goods have one; add [[safety]] with hs and weight")]
    NoSafetyWeights,
    /// A safety weight for something that is not the beginning of a commodity code.
    #[error("[[safety]] hs = \"{0}\": give 2 to 12 digits, the beginning of a commodity code")]
    SafetyCode(String),
    /// No lanes.
    #[error("the policy has no lanes; add [[lane]] with lane = \"red\", \"yellow\" or \"blue\" and its controls")]
    NoLanes,
    /// A lane named twice, or green.
    #[error(
        "lane {0} can't be filled by the ranking twice, and green not at all; name red, yellow and blue at most once"
    )]
    LaneTwice(&'static str),
    /// A control that does not belong to its lane.
    #[error("control {control} belongs to lane {belongs}, not to lane {lane}; move it")]
    ControlInWrongLane {
        /// The control.
        control: &'static str,
        /// The lane it stands under.
        lane: &'static str,
        /// The lane it belongs to.
        belongs: &'static str,
    },
    /// A lane without controls.
    #[error("lane {0} has no controls; name at least one")]
    NoControls(&'static str),
    /// A control without effort.
    #[error("control {0} has no effort of at least one minute; add [effort.{0}] with minutes = ...")]
    NoEffort(&'static str),
    /// Two capacities for the same office, control and days.
    #[error(
        "two capacities for {control} at office {office} hold on the same days; remove one, or give one a date or days \
         of its own"
    )]
    CapacityTwice {
        /// The control.
        control: &'static str,
        /// The office.
        office: String,
    },
    /// Two examiners of the same name.
    #[error("examiner {0} is listed twice; give every examiner a name or number of their own")]
    ExaminerTwice(String),
}

/// A policy that can be applied, with its identity.
#[derive(Clone, Debug)]
pub struct CheckedPolicy {
    policy: Policy,
    id: Box<str>,
}

impl Policy {
    /// Checks the policy.
    ///
    /// # Errors
    /// Names the first thing that is wrong, why, and what to write instead.
    pub fn check(self) -> Result<CheckedPolicy, PolicyError> {
        check_chance(&self)?;
        check_objective(&self)?;
        check_lanes(&self)?;
        check_efforts(&self)?;
        check_capacities(&self)?;
        check_examiners(&self)?;
        let digest = Sha256::digest(canonical(&self).as_bytes());
        let id = digest[..8].iter().fold(String::new(), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        });
        Ok(CheckedPolicy { policy: self, id: id.into() })
    }
}

impl CheckedPolicy {
    /// The identity of the policy: the first 16 hexadecimal digits of the SHA-256 of [`CheckedPolicy::canonical`].
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The policy itself.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The canonical text of the policy: one line for each setting, in a fixed order, whatever the file looked like.
    pub fn canonical(&self) -> String {
        canonical(&self.policy)
    }

    /// The safety weight of a commodity code: that of the longest listed beginning, 0 where none fits.
    pub fn safety_weight(&self, code: &str) -> f64 {
        (2..=code.len())
            .rev()
            .find_map(|length| self.policy.safety_weights.get(code.get(..length)?))
            .copied()
            .unwrap_or(0.0)
    }

    /// The officer-time of `control` on `declarations` with `items` goods items together, in minutes.
    pub(crate) fn minutes(&self, control: ControlKind, declarations: u64, items: u64) -> u64 {
        let Effort { minutes, minutes_per_item } =
            self.policy.efforts.get(&control).copied().unwrap_or(Effort { minutes: 0, minutes_per_item: 0 });
        declarations * u64::from(minutes) + items * u64::from(minutes_per_item)
    }

    /// The limit of `control` at `office` on `day`; nothing where no rule fits.
    pub(crate) fn limit(&self, office: &str, control: ControlKind, day: Day) -> Limit {
        let fits = |rule: &&CapacityRule| {
            rule.control == control && rule.office.as_ref().is_none_or(|name| name == office) && rule.when.holds_on(day)
        };
        let rules = self.policy.capacities.iter().filter(fits);
        rules.max_by_key(|rule| (rule.office.is_some(), rule.when.clone())).map_or(Limit::Minutes(0), |rule| rule.limit)
    }

    /// The part of the objective that is left to a trader of this AEO type.
    pub(crate) fn after_credit(&self, aeo: Option<&str>) -> f64 {
        let credits = &self.policy.aeo_credits;
        let credit = aeo.and_then(|kind| credits.get(kind).or_else(|| credits.get("*")));
        1.0 - credit.copied().unwrap_or(0.0)
    }
}

fn share(name: impl Into<String>, value: f64) -> Result<(), PolicyError> {
    if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(PolicyError::NotAShare { name: name.into(), value }) }
}

fn weight(name: impl Into<String>, value: f64) -> Result<(), PolicyError> {
    if (0.0..1e12).contains(&value) { Ok(()) } else { Err(PolicyError::NotAWeight { name: name.into(), value }) }
}

fn check_chance(policy: &Policy) -> Result<(), PolicyError> {
    if policy.random.share <= 0.0 {
        return Err(PolicyError::NoRandomFloor(policy.random.share));
    }
    share("random.share", policy.random.share)?;
    if policy.random.share < RandomFloor::LEAST_SHARE {
        return Err(PolicyError::RandomFloorTooLow { share: policy.random.share });
    }
    share("exploration.share", policy.exploration.share)?;
    share("blind.share", policy.blind_share)?;
    weight("exploration.uncertainty", policy.exploration.uncertainty)?;
    weight("exploration.novelty", policy.exploration.novelty)?;
    policy.aeo_credits.iter().try_for_each(|(kind, credit)| share(format!("aeo.{kind}"), *credit))
}

fn check_objective(policy: &Policy) -> Result<(), PolicyError> {
    let weights = policy.objective.weights();
    for (name, value) in ["finding", "revenue", "safety"].into_iter().zip(weights) {
        weight(format!("objective.{name}"), value)?;
    }
    for (code, value) in &policy.safety_weights {
        weight(format!("safety weight of {code}"), *value)?;
        if !(2..=12).contains(&code.len()) || !code.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(PolicyError::SafetyCode(code.clone()));
        }
    }
    if weights.iter().sum::<f64>() == 0.0 {
        return Err(PolicyError::NoObjective);
    }
    let no_safety = policy.safety_weights.values().all(|value| *value == 0.0);
    if matches!(policy.objective, Objective::Safety | Objective::Weighted { .. }) && weights[2] > 0.0 && no_safety {
        return Err(PolicyError::NoSafetyWeights);
    }
    Ok(())
}

fn check_lanes(policy: &Policy) -> Result<(), PolicyError> {
    if policy.lanes.is_empty() {
        return Err(PolicyError::NoLanes);
    }
    let mut seen = BTreeSet::from([Lane::Green]);
    for rule in &policy.lanes {
        let lane = rule.lane.name();
        if !seen.insert(rule.lane) {
            return Err(PolicyError::LaneTwice(lane));
        }
        if rule.controls.is_empty() {
            return Err(PolicyError::NoControls(lane));
        }
        if let Some(control) = rule.controls.iter().find(|control| control.lane() != rule.lane) {
            let belongs = control.lane().name();
            return Err(PolicyError::ControlInWrongLane { control: control.name(), lane, belongs });
        }
        share(format!("rate of lane {lane}"), rule.rate.unwrap_or(0.0))?;
        share(format!("min_probability of lane {lane}"), rule.min_probability)?;
    }
    Ok(())
}

fn check_efforts(policy: &Policy) -> Result<(), PolicyError> {
    let in_lanes = policy.lanes.iter().flat_map(|rule| &rule.controls);
    let drawn = [&policy.random.control, &policy.exploration.control];
    for control in in_lanes.chain(drawn) {
        if policy.efforts.get(control).is_none_or(|effort| effort.minutes == 0) {
            return Err(PolicyError::NoEffort(control.name()));
        }
    }
    Ok(())
}

fn check_capacities(policy: &Policy) -> Result<(), PolicyError> {
    for (index, rule) in policy.capacities.iter().enumerate() {
        let clash = |other: &&CapacityRule| {
            let same_days = match (&other.when, &rule.when) {
                (super::When::Weekdays(a), super::When::Weekdays(b)) => a.iter().any(|day| b.contains(day)),
                (a, b) => a == b,
            };
            other.office == rule.office && other.control == rule.control && same_days
        };
        if policy.capacities[..index].iter().any(|other| clash(&other)) {
            let office = rule.office.clone().unwrap_or_else(|| "*".into());
            return Err(PolicyError::CapacityTwice { control: rule.control.name(), office });
        }
    }
    Ok(())
}

fn check_examiners(policy: &Policy) -> Result<(), PolicyError> {
    let mut names = BTreeSet::new();
    match policy.examiners.iter().find(|examiner| !names.insert(&examiner.name)) {
        Some(examiner) => Err(PolicyError::ExaminerTwice(examiner.name.clone())),
        None => Ok(()),
    }
}

/// Debug representations of plain values are stable enough to be hashed only as long as nobody renames a field, so every
/// setting is written out by hand; a golden test keeps the text.
fn canonical(policy: &Policy) -> String {
    let mut text = String::from("tidewaiter policy 1\n");
    let mut line = |parts: &[&dyn std::fmt::Display]| {
        for (index, part) in parts.iter().enumerate() {
            let part = part.to_string().replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
            let _ = write!(text, "{}{part}", if index == 0 { "" } else { "\t" });
        }
        text.push('\n');
    };
    line(&[&"name", &policy.name]);
    let [finding, revenue, safety] = policy.objective.weights();
    line(&[&"objective", &finding, &revenue, &safety, &policy.per_officer_hour]);
    for rule in &policy.lanes {
        let rate = rule.rate.map_or("none".into(), |rate| rate.to_string());
        line(&[&"lane", &rule.lane.name(), &names(&rule.controls), &rate, &rule.min_probability, &rule.spill]);
    }
    for (control, effort) in &policy.efforts {
        line(&[&"effort", &control.name(), &effort.minutes, &effort.minutes_per_item]);
    }
    let mut capacities: Vec<_> = policy.capacities.iter().map(capacity_parts).collect();
    capacities.sort();
    capacities.iter().for_each(|[office, control, when, limit]| line(&[&"capacity", office, control, when, limit]));
    let (random, exploration) = (&policy.random, &policy.exploration);
    line(&[&"random", &random.share, &random.at_least, &random.control.name()]);
    let weights = (exploration.uncertainty, exploration.novelty);
    line(&[&"exploration", &exploration.share, &weights.0, &weights.1, &exploration.control.name()]);
    policy.aeo_credits.iter().for_each(|(kind, credit)| line(&[&"aeo", kind, credit]));
    line(&[&"importer_cap_per_day", &policy.importer_cap_per_day.map_or("none".into(), |cap| cap.to_string())]);
    line(&[&"blind", &policy.blind_share]);
    for examiner in &policy.examiners {
        let office = examiner.office.as_deref().unwrap_or("*");
        line(&[&"examiner", &examiner.name, &office, &examiner.minutes, &names(&examiner.controls)]);
    }
    policy.safety_weights.iter().for_each(|(code, weight)| line(&[&"safety", code, weight]));
    text
}

fn capacity_parts(rule: &CapacityRule) -> [String; 4] {
    let when = match &rule.when {
        super::When::Always => "always".into(),
        super::When::Weekdays(days) => {
            let days: BTreeSet<_> = days.iter().map(u8::to_string).collect();
            days.into_iter().collect::<Vec<_>>().join(",")
        }
        super::When::Date(day) => day.to_string(),
    };
    let limit = match rule.limit {
        Limit::Minutes(minutes) => format!("minutes {minutes}"),
        Limit::Count(count) => format!("count {count}"),
    };
    [rule.office.clone().unwrap_or_else(|| "*".into()), rule.control.name().into(), when, limit]
}

fn names(controls: &[ControlKind]) -> String {
    controls.iter().map(|control| control.name()).collect::<Vec<_>>().join(",")
}
