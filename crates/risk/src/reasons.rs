//! Reasons: contributions told as facts an officer can check.
//!
//! Every input of a model has a [`Subject`]; the contributions of one subject become one reason, with the numbers that
//! were known at the item's moment. The texts live with the languages of the binary. A price reference may raise a
//! doubt; no reason proposes a value.

use crate::features::{Feature, Subject};
use crate::history::{Facts, PriceReference, ProfileFact, Seen};
use crate::model::Contributions;
use domain::{Argument, Audience, Explanation, FindingKind, Reason, ReasonId, Record, Score, Text};
use std::collections::BTreeMap;

type Arguments = Vec<(&'static str, Argument)>;

/// What a reason leaf is made of, before its contribution is known.
struct Told {
    id: ReasonId,
    arguments: Arguments,
    audience: Audience,
}

fn told(id: ReasonId, audience: Audience, arguments: Arguments) -> Told {
    Told { id, arguments, audience }
}

/// The tree of reasons of a score: topics, below them one leaf a subject, then `base` and `calibration`. All
/// contributions add up to `calibrated`, the log-odds of the score.
pub fn explain(facts: &Facts<'_>, features: &[Feature], contributions: &Contributions, calibrated: f64) -> Reason {
    let mut by_subject: BTreeMap<Subject, f64> = BTreeMap::new();
    for (feature, contribution) in features.iter().zip(&contributions.features) {
        *by_subject.entry(feature.subject).or_default() += contribution;
    }
    for (profile, contribution) in contributions.profiles.iter().enumerate() {
        *by_subject.entry(Subject::Profile(profile as u16)).or_default() += contribution;
    }
    let mut topics: BTreeMap<ReasonId, Vec<Reason>> = BTreeMap::new();
    for (subject, contribution) in by_subject.into_iter().filter(|(_, contribution)| *contribution != 0.0) {
        let Told { id, arguments, audience } = tell(subject, facts);
        topics.entry(topic(subject)).or_default().push(Reason::leaf(id, arguments, contribution, audience));
    }
    let mut parts: Vec<Reason> = topics.into_iter().map(|(topic, leaves)| Reason::group(topic, leaves)).collect();
    parts.push(Reason::leaf("base", Vec::new(), contributions.base, Audience::Court));
    let uncalibrated: f64 = parts.iter().map(|part| part.contribution).sum();
    parts.push(Reason::leaf("calibration", Vec::new(), calibrated - uncalibrated, Audience::Court));
    Reason::group("score", parts)
}

/// The reasons of a declaration: those of the item that weighs most, and one leaf for what its other items add. The item
/// is named by its number.
pub fn explain_declaration(record: &Record, items: &[Score], probability: f64) -> Explanation {
    let numbered = record.declaration.items.iter().zip(items);
    let heaviest =
        numbered.max_by(|a, b| a.1.probability().total_cmp(&b.1.probability()).then(b.0.number.cmp(&a.0.number)));
    let Some((item, score)) = heaviest else { return Explanation::SkippedInBulk };
    let Explanation::Reasons(tree) = score.explanation() else { return Explanation::SkippedInBulk };
    if items.len() == 1 {
        return Explanation::Reasons(tree.clone());
    }
    let log_odds = |p: f64| p.ln() - (-p).ln_1p();
    let arguments = vec![("item", count(u64::from(item.number))), ("others", count(items.len() as u64 - 1))];
    let others = log_odds(probability) - tree.contribution;
    let others = Reason::leaf("other-items", arguments, others, Audience::Inspector);
    Explanation::Reasons(Reason::group("declaration", vec![tree.clone(), others]))
}

/// The leaves that raise the score most, highest first; `base` and `calibration` are never among them. Leaves whose words
/// would not tell an officer why come only where there is nothing else: a model may well count against a trader that it
/// has been known for long, but nobody can check that at a counter.
pub fn top(reason: &Reason, count: usize, reader: Audience) -> Vec<&Reason> {
    let technical = ["base", "calibration"];
    let mut leaves = reason.leaves();
    leaves.retain(|leaf| leaf.contribution > 0.0 && !technical.contains(&leaf.id) && reader.may_see(leaf.audience));
    // What the item that weighs most says comes before the number of the others.
    let is_of_others = |leaf: &Reason| leaf.id == "other-items";
    leaves.sort_by(|a, b| is_of_others(a).cmp(&is_of_others(b)).then(b.contribution.total_cmp(&a.contribution)));
    let (mut telling, rest): (Vec<&Reason>, Vec<&Reason>) = leaves.into_iter().partition(|leaf| is_telling(leaf));
    if telling.is_empty() {
        telling.extend(rest.first());
    }
    telling.truncate(count);
    telling
}

/// Whether the words of a reason that raises a score say why: a rate of findings above the average, something new or
/// unlike what is usual; not that all is as ever, nor a bare fact of the declaration.
fn is_telling(leaf: &Reason) -> bool {
    let argument = |name: &str| leaf.arguments.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument);
    let number = |name: &str| match argument(name) {
        Some(Argument::Count(count)) => *count as f64,
        Some(Argument::Share(share)) => *share,
        _ => 0.0,
    };
    match leaf.id {
        "profile-findings" => number("found") > number("average") * number("inspected"),
        "data-quality" => number("notes") > 0.0,
        "split" => number("shipments") > 0.0,
        "journey" => number("alerts") > 0.0,
        "plausibility" => false,
        "charges" => !leaf.arguments.is_empty(),
        "profile-clean"
        | "profile-unknown"
        | "importer-known"
        | "declarant-known"
        | "consignor-known"
        | "assortment-known"
        | "code-usual"
        | "repeat-none"
        | "repeat-clean"
        | "near-repeat-clean"
        | "near-repeat-uninspected"
        | "price-usual"
        | "calendar"
        | "code"
        | "mass"
        | "valuation" => false,
        _ => true,
    }
}

/// What an officer should check first, by the kind of finding that past cases and the reasons point to.
pub fn check_first(reason: &Reason, facts: &Facts<'_>) -> FindingKind {
    let mut weight: BTreeMap<FindingKind, f64> = BTreeMap::new();
    for leaf in reason.leaves().into_iter().filter(|leaf| leaf.contribution > 0.0) {
        let kind = match leaf.id {
            "price-low" | "price-high" | "value" | "valuation" | "valuation-related" | "charges" | "split" => {
                FindingKind::Value
            }
            "code-switch"
            | "code-switch-no-lower"
            | "code"
            | "plausibility"
            | "plausibility-better"
            | "plausibility-better-higher"
            | "rate" => FindingKind::Classification,
            "route" | "route-indirect" | "origin-new-to-importer" => FindingKind::Origin,
            "mass" => FindingKind::Quantity,
            "data-quality" => FindingKind::Paperwork,
            _ => continue,
        };
        *weight.entry(kind).or_default() += leaf.contribution;
    }
    for profile in &facts.profiles {
        let found: u32 = profile.by_kind.iter().map(|count| u32::from(*count)).sum();
        for (kind, count) in FindingKind::ALL.iter().zip(profile.by_kind).filter(|_| found > 0) {
            *weight.entry(*kind).or_default() += 0.05 * f64::from(count) / f64::from(found);
        }
    }
    let heaviest = weight.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    heaviest.map_or(FindingKind::Value, |(kind, _)| kind)
}

fn topic(subject: Subject) -> ReasonId {
    match subject {
        Subject::Value | Subject::UnitPrice | Subject::Charges | Subject::Valuation => "topic-price",
        Subject::Tax | Subject::Mass | Subject::Code | Subject::CodeSwitch | Subject::Plausibility => "topic-goods",
        Subject::Origin | Subject::Journey => "topic-route",
        Subject::Profile(_) => "topic-findings",
        Subject::Importer | Subject::Declarant | Subject::Consignor | Subject::Assortment => "topic-parties",
        Subject::Repeat | Subject::NearRepeat | Subject::Split => "topic-repeats",
        Subject::Calendar | Subject::Quality | Subject::Column(_) | Subject::Number(_) => "topic-declaration",
    }
}

fn tell(subject: Subject, facts: &Facts<'_>) -> Told {
    match subject {
        Subject::Value => amount("value", facts.amounts.value),
        Subject::Mass => told("mass", Audience::Trader, option("mass_kg", facts.amounts.mass_kg.map(Argument::Number))),
        Subject::UnitPrice => unit_price(facts),
        Subject::Tax => tax(facts),
        Subject::Charges => charges(facts),
        Subject::Valuation => valuation(facts),
        Subject::Code => told("code", Audience::Trader, option("code", facts.item.code.map(Argument::Code))),
        Subject::Origin => route(facts),
        Subject::Profile(index) => profile(facts, usize::from(index)),
        Subject::Importer => party("importer-new", "importer-known", &facts.header.importer, &facts.novelty.importer),
        Subject::Declarant => declarant(facts),
        Subject::Consignor => consignor(facts),
        Subject::Assortment => assortment(facts),
        Subject::CodeSwitch => code_switch(facts),
        Subject::Repeat => repeat(&facts.repeats.exact, &facts.repeats.exact_outcome),
        Subject::NearRepeat => near_repeat(&facts.repeats.near, &facts.repeats.near_outcome),
        Subject::Split => split(facts),
        Subject::Calendar => told("calendar", Audience::Inspector, vec![("day", Argument::Date(facts.header.day))]),
        Subject::Quality => quality(facts),
        Subject::Plausibility => plausibility(facts),
        Subject::Journey => journey(facts),
        Subject::Column(index) => column(facts, usize::from(index)),
        Subject::Number(index) => {
            let number = facts.item.numeric.get(usize::from(index)).copied().unwrap_or(f64::NAN);
            told(
                "number",
                Audience::Inspector,
                vec![("column", count(u64::from(index))), ("value", Argument::Number(number))],
            )
        }
    }
}

fn count(count: u64) -> Argument {
    Argument::Count(count)
}

fn option(name: &'static str, argument: Option<Argument>) -> Arguments {
    argument.map(|argument| (name, argument)).into_iter().collect()
}

fn text(name: &'static str, text: &Text) -> Arguments {
    option(name, text.clone().map(Argument::Text))
}

fn amount(id: ReasonId, amount: Option<f64>) -> Told {
    told(id, Audience::Trader, option("amount", amount.map(|a| Argument::AmountMinor((a * 100.0).round() as i64))))
}

/// "Unit price 1.12 USD/kg is 62 % below the median 2.95 for 610910 from CN (412 items)".
fn unit_price(facts: &Facts<'_>) -> Told {
    let Some(price) = &facts.amounts.unit_price else { return told("price-missing", Audience::Trader, Vec::new()) };
    let mut arguments =
        vec![("price", Argument::UnitPrice(f64::from(price.log).exp())), ("unit", Argument::Text(price.unit.clone()))];
    arguments.extend(text("currency", &price.currency));
    let levels = facts.prices.levels.iter().enumerate().skip(1);
    let Some((level, reference)) = levels.filter_map(|(level, r)| Some((level, r.as_ref()?))).next() else {
        return told("price-unreferenced", Audience::Inspector, arguments);
    };
    arguments.extend(reference_arguments(facts, level, reference));
    let share = f64::from(price.log - reference.median_log).exp() - 1.0;
    arguments.push(("share", Argument::Share(share.abs())));
    let id = match share {
        share if share.abs() < USUAL_SHARE => "price-usual",
        share if share < 0.0 => "price-low",
        _ => "price-high",
    };
    told(id, Audience::Inspector, arguments)
}

/// A price this close to the median is told as the usual one.
const USUAL_SHARE: f64 = 0.02;

fn reference_arguments(facts: &Facts<'_>, level: usize, reference: &PriceReference) -> Arguments {
    let median = ("median", Argument::UnitPrice(f64::from(reference.median_log).exp()));
    let mut arguments = vec![median, ("items", count(u64::from(reference.seen)))];
    arguments.extend(option("code", facts.item.code.map(Argument::Code)));
    let within = ["importer", "code and origin", "code", "heading"];
    arguments.push(("within", Argument::Term(within.get(level).copied().unwrap_or("heading"))));
    if level == 1 {
        arguments.extend(option("origin", facts.item.origin.map(Argument::Country)));
    }
    arguments
}

fn tax(facts: &Facts<'_>) -> Told {
    let mut arguments = option("rate", facts.item.rate_ppm.map(|rate| Argument::Share(rate as f64 / 1e6)));
    let stake = facts.amounts.stake.map(|stake| Argument::AmountMinor((stake * 100.0).round() as i64));
    arguments.extend(option("stake", stake));
    told("rate", Audience::Inspector, arguments)
}

fn route(facts: &Facts<'_>) -> Told {
    let mut arguments = option("origin", facts.item.origin.map(Argument::Country));
    arguments.extend(option("departure", facts.header.departure.map(Argument::Country)));
    let is_direct = facts.item.origin.zip(facts.header.departure).is_none_or(|(origin, departure)| origin == departure);
    told(if is_direct { "route" } else { "route-indirect" }, Audience::Trader, arguments)
}

fn charges(facts: &Facts<'_>) -> Told {
    let item = facts.item;
    let share = |part: Option<i64>, whole: Option<i64>| match (part, whole.filter(|whole| *whole > 0)) {
        (Some(part), Some(whole)) => Some(Argument::Share(part as f64 / whole as f64)),
        _ => None,
    };
    let freight = option("freight", share(item.freight_minor, item.value_minor()));
    let fob = option("fob", share(item.fob_minor, item.cif_minor));
    told("charges", Audience::Trader, [freight, fob].concat())
}

fn valuation(facts: &Facts<'_>) -> Told {
    let method = option("method", facts.item.valuation_method.map(|method| count(u64::from(method))));
    let id = match facts.item.related_party {
        Some(true) => "valuation-related",
        _ => "valuation",
    };
    told(id, Audience::Trader, method)
}

/// "3 of 11 earlier declarations under 6109 were found undervalued".
fn profile(facts: &Facts<'_>, index: usize) -> Told {
    let (Some(spec), Some(fact)) = (facts.specs.get(index), facts.profiles.get(index)) else {
        return told("profile-unknown", Audience::Targeter, Vec::new());
    };
    let mut arguments = vec![
        ("profile", Argument::Text(spec.name.as_str().into())),
        ("found", count(u64::from(fact.found_count))),
        ("inspected", count(u64::from(fact.inspected_count))),
        ("average", Argument::Share(f64::from(facts.overall_rate))),
    ];
    let value =
        spec.fields.iter().filter_map(|field| field.text(facts.declared(), facts.money_unit)).collect::<Vec<_>>();
    arguments.push(("value", Argument::Text(value.join(" / ").into())));
    if let Some(days) = fact.last_found_days {
        arguments.push(("last_found", Argument::Days(i64::from(days))));
    }
    if let Some(kind) = main_kind(fact) {
        arguments.push(("kind", Argument::Term(kind.name())));
    }
    let id = match (fact.inspected_count, fact.found_count) {
        (0, _) => "profile-unknown",
        (_, 0) => "profile-clean",
        _ => "profile-findings",
    };
    told(id, Audience::Targeter, arguments)
}

/// The kind that most findings under a profile were of.
fn main_kind(fact: &ProfileFact) -> Option<FindingKind> {
    let most = fact.by_kind.iter().copied().max().filter(|most| *most > 0)?;
    FindingKind::ALL.iter().zip(fact.by_kind).find(|(_, count)| *count == most).map(|(kind, _)| *kind)
}

fn seen(seen: &Seen) -> Arguments {
    let mut arguments = vec![("declarations", count(u64::from(seen.declarations.unwrap_or(0))))];
    arguments.extend(option("first", seen.first_days.map(|days| Argument::Days(i64::from(days)))));
    arguments
}

/// Days for which a party counts as new.
const NEW_DAYS: i32 = 90;

fn party(new: ReasonId, known: ReasonId, id: &Text, party: &Seen) -> Told {
    let is_new = party.first_days.is_none_or(|days| days < NEW_DAYS);
    told(if is_new { new } else { known }, Audience::Targeter, [text("party", id), seen(party)].concat())
}

fn declarant(facts: &Facts<'_>) -> Told {
    let (header, novelty) = (facts.header, &facts.novelty);
    if novelty.importer_declarant.declarations == Some(0) && novelty.importer.declarations > Some(0) {
        return told("declarant-new-to-importer", Audience::Targeter, text("party", &header.declarant));
    }
    party("declarant-new", "declarant-known", &header.declarant, &novelty.declarant)
}

fn consignor(facts: &Facts<'_>) -> Told {
    let (header, novelty) = (facts.header, &facts.novelty);
    if novelty.importer_consignor.declarations == Some(0) && novelty.importer.declarations > Some(0) {
        return told("consignor-new-to-importer", Audience::Targeter, text("party", &header.consignor));
    }
    party("consignor-new", "consignor-known", &header.consignor, &novelty.consignor)
}

fn assortment(facts: &Facts<'_>) -> Told {
    let novelty = &facts.novelty;
    let new = |seen: &Seen| seen.declarations == Some(0);
    if new(&novelty.importer_origin) {
        let origin = option("origin", facts.item.origin.map(Argument::Country));
        return told("origin-new-to-importer", Audience::Inspector, origin);
    }
    let code = option("code", facts.item.code.map(Argument::Code));
    if new(&novelty.importer_hs4) {
        return told("goods-new-to-importer", Audience::Inspector, code);
    }
    if new(&novelty.hs6_origin) {
        let origin = option("origin", facts.item.origin.map(Argument::Country));
        return told("goods-new-from-origin", Audience::Inspector, [code, origin].concat());
    }
    told("assortment-known", Audience::Inspector, seen(&novelty.importer_hs4))
}

fn code_switch(facts: &Facts<'_>) -> Told {
    let Some(switch) = facts.switches[1].or(facts.switches[0]) else {
        return told("code-usual", Audience::Inspector, Vec::new());
    };
    let usual = Argument::Text(format!("{:06}", switch.usual_hs6).into());
    let mut arguments = vec![("usual", usual)];
    arguments.extend(option("code", facts.item.code.map(Argument::Code)));
    let drop = switch.rate_drop.map(|drop| Argument::Share(f64::from(drop)));
    arguments.extend(option("rate_drop", drop));
    let is_lower = switch.rate_drop.is_some_and(|drop| drop > 0.0);
    told(if is_lower { "code-switch" } else { "code-switch-no-lower" }, Audience::Inspector, arguments)
}

fn outcome(fact: &ProfileFact) -> Arguments {
    let (found, inspected) = (u64::from(fact.found_count), u64::from(fact.inspected_count));
    vec![("found", count(found)), ("inspected", count(inspected))]
}

fn repeat(exact: &Seen, fact: &ProfileFact) -> Told {
    let id = match (exact.declarations.unwrap_or(0), fact.inspected_count, fact.found_count) {
        (0, 0, _) => "repeat-none",
        (_, 0, _) => "repeat-uninspected",
        (_, _, 0) => "repeat-clean",
        _ => "repeat-findings",
    };
    told(id, Audience::Inspector, [seen(exact), outcome(fact)].concat())
}

fn near_repeat(near: &Seen, fact: &ProfileFact) -> Told {
    let id = match (fact.inspected_count, fact.found_count) {
        (0, _) => "near-repeat-uninspected",
        (_, 0) => "near-repeat-clean",
        _ => "near-repeat-findings",
    };
    told(id, Audience::Inspector, [seen(near), outcome(fact)].concat())
}

fn split(facts: &Facts<'_>) -> Told {
    let shipments = u64::from(facts.split.shipments);
    let value = Argument::AmountMinor((f64::from(facts.split.value_minor) * 100.0 / facts.money_unit) as i64);
    told("split", Audience::Inspector, vec![("shipments", count(shipments)), ("value", value)])
}

fn quality(facts: &Facts<'_>) -> Told {
    let mut arguments = vec![("notes", count(facts.quality.len() as u64))];
    if let Some(note) = facts.quality.first() {
        arguments.push(("first", Argument::Term(note.kind.name())));
        arguments.push(("role", Argument::Term(note.role.name())));
    }
    told("data-quality", Audience::Trader, arguments)
}

fn plausibility(facts: &Facts<'_>) -> Told {
    let Some(verdict) = facts.plausibility else { return told("plausibility", Audience::Inspector, Vec::new()) };
    let mut arguments = vec![("probability", Argument::Share(verdict.probability))];
    let Some(better) = verdict.better else { return told("plausibility", Audience::Inspector, arguments) };
    arguments.push(("better", Argument::Text(better.hs6().into())));
    let drop = facts.better.and_then(|better| better.rate_drop).filter(|drop| *drop > 0.0);
    let id = if drop.is_some() { "plausibility-better-higher" } else { "plausibility-better" };
    arguments.extend(option("rate_drop", drop.map(|drop| Argument::Share(f64::from(drop)))));
    told(id, Audience::Inspector, arguments)
}

fn journey(facts: &Facts<'_>) -> Told {
    let alerts = facts.journey.map(|journey| count(u64::from(journey.alerts)));
    told("journey", Audience::Inspector, option("alerts", alerts))
}

fn column(facts: &Facts<'_>, index: usize) -> Told {
    let value = facts.item.categorical.get(index).cloned().flatten();
    let mut arguments = vec![("column", count(index as u64))];
    arguments.extend(option("value", value.map(Argument::Text)));
    told("column", Audience::Inspector, arguments)
}
