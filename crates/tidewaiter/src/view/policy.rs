//! Policy files: TOML as officers write it, made into the unchecked policy of `risk`.

use domain::{ControlKind, Day, Lane};
use risk::select::{CapacityRule, Effort, Examiner, LaneRule, Limit, Objective, Policy, When};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::collections::BTreeMap;

/// Reads a policy file. What is not written takes the value of [`Policy::default`].
///
/// # Errors
/// Where the text is no TOML, has a key that policies don't have, or a value that its key can't have; the message names
/// the line.
pub fn parse(text: &str) -> Result<Policy, toml::de::Error> {
    toml::from_str::<File>(text)?.policy()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    objective: Option<ObjectiveTable>,
    lane: Option<Vec<LaneTable>>,
    #[serde(default)]
    effort: BTreeMap<String, EffortTable>,
    #[serde(default)]
    capacity: Vec<CapacityTable>,
    #[serde(default)]
    random: RandomTable,
    #[serde(default)]
    exploration: ExplorationTable,
    #[serde(default)]
    aeo: BTreeMap<String, f64>,
    importer_cap_per_day: Option<u32>,
    blind: Option<BlindTable>,
    #[serde(default)]
    examiner: Vec<ExaminerTable>,
    #[serde(default)]
    safety: Vec<SafetyTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectiveTable {
    kind: String,
    #[serde(default)]
    finding: f64,
    #[serde(default)]
    revenue: f64,
    #[serde(default)]
    safety: f64,
    #[serde(default)]
    per_officer_hour: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LaneTable {
    #[serde(deserialize_with = "lane")]
    lane: Lane,
    #[serde(deserialize_with = "controls")]
    controls: Vec<ControlKind>,
    rate: Option<f64>,
    #[serde(default)]
    min_probability: f64,
    #[serde(default = "yes")]
    spill: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EffortTable {
    minutes: u32,
    #[serde(default)]
    minutes_per_item: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CapacityTable {
    office: Option<String>,
    #[serde(deserialize_with = "control")]
    control: ControlKind,
    hours: Option<f64>,
    count: Option<u64>,
    days: Option<Vec<String>>,
    date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RandomTable {
    share: Option<f64>,
    at_least: Option<u32>,
    control: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplorationTable {
    share: Option<f64>,
    uncertainty: Option<f64>,
    novelty: Option<f64>,
    control: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlindTable {
    share: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExaminerTable {
    name: String,
    office: Option<String>,
    hours: f64,
    #[serde(default, deserialize_with = "controls")]
    controls: Vec<ControlKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SafetyTable {
    hs: String,
    weight: f64,
}

impl File {
    fn policy(self) -> Result<Policy, toml::de::Error> {
        let mut policy = Policy::default();
        if let Some(name) = self.name {
            policy.name = name;
        }
        if let Some(table) = self.objective {
            policy.per_officer_hour = table.per_officer_hour;
            policy.objective = table.objective()?;
        }
        if let Some(lanes) = self.lane {
            policy.lanes = lanes.into_iter().map(LaneTable::rule).collect();
        }
        for (name, EffortTable { minutes, minutes_per_item }) in self.effort {
            policy.efforts.insert(parse_control(&name)?, Effort { minutes, minutes_per_item });
        }
        policy.capacities = self.capacity.into_iter().map(CapacityTable::rule).collect::<Result<_, _>>()?;
        let random = &mut policy.random;
        random.share = self.random.share.unwrap_or(random.share);
        random.at_least = self.random.at_least.unwrap_or(random.at_least);
        random.control = self.random.control.map_or(Ok(random.control), |name| parse_control(&name))?;
        let exploration = &mut policy.exploration;
        exploration.share = self.exploration.share.unwrap_or(exploration.share);
        exploration.uncertainty = self.exploration.uncertainty.unwrap_or(exploration.uncertainty);
        exploration.novelty = self.exploration.novelty.unwrap_or(exploration.novelty);
        exploration.control = self.exploration.control.map_or(Ok(exploration.control), |name| parse_control(&name))?;
        policy.aeo_credits = self.aeo;
        policy.importer_cap_per_day = self.importer_cap_per_day;
        policy.blind_share = self.blind.map_or(policy.blind_share, |table| table.share);
        policy.examiners = self.examiner.into_iter().map(ExaminerTable::examiner).collect::<Result<_, _>>()?;
        policy.safety_weights = self.safety.into_iter().map(|table| (table.hs, table.weight)).collect();
        Ok(policy)
    }
}

impl ObjectiveTable {
    fn objective(&self) -> Result<Objective, toml::de::Error> {
        let weighted = Objective::Weighted { finding: self.finding, revenue: self.revenue, safety: self.safety };
        let has_weights = self.finding != 0.0 || self.revenue != 0.0 || self.safety != 0.0;
        let objective = match &*self.kind {
            "weighted" => return Ok(weighted),
            "finding" => Objective::Finding,
            "revenue" => Objective::Revenue,
            "safety" => Objective::Safety,
            other => {
                return Err(toml::de::Error::custom(format!(
                    "objective.kind = \"{other}\" is unknown: write finding, revenue, safety or weighted"
                )));
            }
        };
        if has_weights {
            let message = "weights of an objective need kind = \"weighted\"; write that, or take the weights out";
            return Err(toml::de::Error::custom(message));
        }
        Ok(objective)
    }
}

impl LaneTable {
    fn rule(self) -> LaneRule {
        let Self { lane, controls, rate, min_probability, spill } = self;
        LaneRule { lane, controls, rate, min_probability, spill }
    }
}

impl CapacityTable {
    fn rule(self) -> Result<CapacityRule, toml::de::Error> {
        let limit = match (self.hours, self.count) {
            (Some(hours), None) => Limit::Minutes(minutes(hours)?),
            (None, Some(count)) => Limit::Count(count),
            _ => return Err(toml::de::Error::custom("[[capacity]] needs either hours or count")),
        };
        let when = match (self.days, self.date) {
            (None, None) => When::Always,
            (Some(days), None) => When::Weekdays(days.iter().map(|name| weekday(name)).collect::<Result<_, _>>()?),
            (None, Some(date)) => When::Date(Day::parse(&date, &["%Y-%m-%d"]).ok_or_else(|| {
                toml::de::Error::custom(format!("[[capacity]] date = \"{date}\": write it as \"2026-12-25\""))
            })?),
            _ => return Err(toml::de::Error::custom("[[capacity]] takes days or a date, not both")),
        };
        Ok(CapacityRule { office: some_office(self.office), control: self.control, when, limit })
    }
}

impl ExaminerTable {
    fn examiner(self) -> Result<Examiner, toml::de::Error> {
        let controls = if self.controls.is_empty() { ControlKind::ALL.to_vec() } else { self.controls };
        Ok(Examiner { name: self.name, office: some_office(self.office), minutes: minutes(self.hours)?, controls })
    }
}

fn some_office(office: Option<String>) -> Option<String> {
    office.filter(|name| name != "*")
}

fn yes() -> bool {
    true
}

fn minutes(hours: f64) -> Result<u64, toml::de::Error> {
    if (0.0..1e9).contains(&hours) {
        Ok((hours * 60.0).round() as u64)
    } else {
        Err(toml::de::Error::custom(format!("hours = {hours}: give a number of 0 or more")))
    }
}

fn weekday(name: &str) -> Result<u8, toml::de::Error> {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    (0..).zip(names).find(|(_, known)| *known == name).map(|(number, _)| number).ok_or_else(|| {
        toml::de::Error::custom(format!("days has \"{name}\": write mon, tue, wed, thu, fri, sat or sun"))
    })
}

fn parse_control(name: &str) -> Result<ControlKind, toml::de::Error> {
    ControlKind::parse(name).ok_or_else(|| {
        toml::de::Error::custom(format!("there is no control \"{name}\": write audit, document, scan or physical"))
    })
}

fn control<'de, D: Deserializer<'de>>(input: D) -> Result<ControlKind, D::Error> {
    parse_control(&String::deserialize(input)?).map_err(D::Error::custom)
}

fn controls<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<ControlKind>, D::Error> {
    let names = Vec::<String>::deserialize(input)?;
    names.iter().map(|name| parse_control(name).map_err(D::Error::custom)).collect()
}

fn lane<'de, D: Deserializer<'de>>(input: D) -> Result<Lane, D::Error> {
    let name = String::deserialize(input)?;
    Lane::parse(&name)
        .ok_or_else(|| D::Error::custom(format!("there is no lane \"{name}\": write red, yellow or blue")))
}
