//! What an assessment says in words: figures, reasons, steps and warnings, all with texts of `locales/*.ftl`.

use super::dashed;
use crate::view::number::{figure, grouped, percent};
use crate::view::words::Words;
use domain::Role;
use risk::readiness::{
    Adjusted, AssessedField, Assignment, DataWarning, Grade, Ground, Measure, NextStep, RandomDraw, Readiness, Verdict,
};
use std::collections::BTreeMap;

/// Figures told of a use that is ready; all those that hold a use back are told.
const TOLD_WHEN_READY: usize = 4;

/// A figure in words, with the bound it has still to reach.
pub(super) fn ground(ground: &Ground, words: &Words) -> String {
    let id = format!("assess-measure-{}", dashed(ground.measure.name()));
    if ground.measure.is_answer() {
        let answer = match ground.value {
            value if value >= 1.0 => "yes",
            value if value > 0.0 => "unsaid",
            _ => "no",
        };
        return words.text(&id, &[("answer", answer)]);
    }
    let number = |value: f64| if ground.measure.is_share() { percent(value) } else { grouped(value) };
    let told = [("name", words.text(&id, &[])), ("value", number(ground.value))];
    let [name, value] = told.each_ref().map(|(name, text)| (*name, text.as_str()));
    match ground.grade() {
        Grade::Ready => words.text("assess-ground", &[name, value]),
        Grade::Gaps => words.text("assess-ground-ready-from", &[name, value, ("bound", &number(ground.ready_from))]),
        Grade::NotYet => {
            words.text("assess-ground-usable-from", &[name, value, ("bound", &number(ground.usable_from))])
        }
    }
}

/// Why a use has its grade: the figures that hold it back, or the first of those that bear it.
pub(super) fn why(verdict: &Verdict, words: &Words) -> String {
    let of_grade = verdict.grounds.iter().filter(|ground| ground.grade() == verdict.grade);
    let told = if verdict.grade == Grade::Ready { TOLD_WHEN_READY } else { usize::MAX };
    // Answers come after figures where all is well: "no column looks like a leak" alone says little.
    let (answers, figures): (Vec<&Ground>, Vec<&Ground>) = of_grade.partition(|ground| ground.measure.is_answer());
    let ordered = if verdict.grade == Grade::Ready { [figures, answers] } else { [answers, figures] };
    ordered.concat().into_iter().take(told).map(|one| ground(one, words)).collect::<Vec<_>>().join("; ")
}

/// What to do next.
pub(super) fn step(step: NextStep, readiness: &Readiness, words: &Words) -> String {
    match step {
        NextStep::NameFindings => words.text("assess-step-name-findings", &[]),
        NextStep::Use(capability) => words.text(&format!("assess-step-use-{}", dashed(capability.name())), &[]),
        NextStep::Improve(measure) => improve(measure, readiness, words),
    }
}

fn improve(measure: Measure, readiness: &Readiness, words: &Words) -> String {
    let source = source(measure).filter(|role| !readiness.roles.contains(role));
    if let Some(role) = source {
        let what = words.text(&format!("assess-role-{}", dashed(role.name())), &[]);
        return words.text("assess-step-name-role", &[("role", role.name()), ("what", &what)]);
    }
    if measure == Measure::RandomKept {
        let id = format!("assess-step-random-{}", dashed(readiness.draw.assignment.name()));
        return words.text(&id, &[]);
    }
    words.text(&format!("assess-step-{}", dashed(measure.name())), &[])
}

/// The role that a measure is taken from, where it is one.
const fn source(measure: Measure) -> Option<Role> {
    Some(match measure {
        Measure::ImporterFilled => Role::Importer,
        Measure::CodeFilled => Role::HsCode,
        Measure::SelectionKnown => Role::Inspected,
        Measure::Dated => Role::FindingDate,
        Measure::ExtraRevenue => Role::ExtraRevenue,
        Measure::Described | Measure::Telling => Role::Description,
        Measure::RandomKept | Measure::RandomLabelled | Measure::RandomFound => Role::SelectedBy,
        _ => return None,
    })
}

/// A warning in words.
pub(super) fn warning(warning: &DataWarning, words: &Words) -> String {
    let id = format!("assess-warning-{}", dashed(warning.name()));
    let text = |arguments: &[(&str, &str)]| words.text(&id, arguments);
    match warning {
        DataWarning::Leak(leak) => {
            text(&[("column", &leak.column), ("auc", &figure(Some(leak.auc))), ("share", &percent(leak.pure_findings))])
        }
        DataWarning::Overwritten { field, same, of } => text(&[
            ("field", &words.text(&format!("assess-field-{}", dashed(field.name())), &[])),
            ("same", &grouped(*same as f64)),
            ("of", &grouped(*of as f64)),
        ]),
        DataWarning::RandomBroken { p } => text(&[("p", &p_value(*p))]),
        DataWarning::RandomAmongTheRest | DataWarning::SelectionUnknown => text(&[]),
        DataWarning::RepeatsCarryResults { share, found_again } => {
            text(&[("share", &percent(*share)), ("again", &percent(*found_again))])
        }
        DataWarning::Drift { aspect, month, index } => text(&[
            ("aspect", &words.text(&format!("assess-aspect-{}", aspect.name()), &[])),
            ("month", &month.to_string()),
            ("index", &format!("{index:.2}")),
        ]),
        DataWarning::HardlyFilled { role, share } => text(&[("role", role.name()), ("share", &percent(*share))]),
        DataWarning::OneClass { found } => text(&[("found", if *found { "yes" } else { "no" })]),
    }
}

/// What is known of the random draw, in words.
pub(super) fn draw(draw: &RandomDraw, words: &Words) -> String {
    let mut arguments = vec![
        ("drawn", grouped(draw.all.drawn as f64)),
        ("eligible", grouped(draw.all.eligible as f64)),
        ("share", percent(draw.share().unwrap_or_default())),
        ("p", p_value(draw.tests.iter().map(|test| test.corrected).fold(1.0, f64::min))),
    ];
    let worst = draw.tests.iter().min_by(|a, b| a.corrected.total_cmp(&b.corrected));
    let worst = worst.map(|test| words.text(&format!("assess-test-{}", dashed(test.aspect.name())), &[]));
    arguments.push(("worst", worst.unwrap_or_default()));
    let text = |id: &str, arguments: &[(&'static str, String)]| {
        let arguments: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        words.text(id, &arguments)
    };
    let mut message = text(&format!("assess-draw-{}", dashed(draw.assignment.name())), &arguments);
    let told = [Assignment::Kept, Assignment::AmongTheRest, Assignment::Broken].contains(&draw.assignment);
    if let (true, Some(stated)) = (told, draw.stated) {
        message += &format!(" {}", text("assess-draw-stated", &[("stated", percent(stated))]));
    }
    if let (true, Some((share, low, high))) = (told, draw.found_share()) {
        let found = [("found", percent(share)), ("low", percent(low)), ("high", percent(high))];
        message += &format!(" {}", text("assess-draw-found", &found));
    }
    message
}

/// What is known of assessed values, in words.
pub(super) fn adjusted(all: &BTreeMap<AssessedField, Adjusted>, words: &Words) -> String {
    if all.is_empty() {
        return words.text("assess-adjusted-none", &[]);
    }
    let field = |(field, adjusted): (&AssessedField, &Adjusted)| {
        let share = |changes: &risk::readiness::Changes| {
            changes.changed_share().map_or_else(|| words.text("assess-nothing", &[]), percent)
        };
        let name = words.text(&format!("assess-field-{}", dashed(field.name())), &[]);
        words.text(
            "assess-adjusted",
            &[
                ("field", &name),
                ("concerned", &share(&adjusted.concerned)),
                ("order", &share(&adjusted.in_order)),
                ("others", &share(&adjusted.other_findings)),
            ],
        )
    };
    all.iter().map(field).collect::<Vec<_>>().join(" ")
}

/// A p-value as people read it.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.0001 { "< 0.0001".to_owned() } else { format!("{p:.4}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Day, LabelRules};
    use risk::readiness::{Aspect, Assessor, Capability, Month, SampleAspect, Setting};

    fn nothing(roles: &[Role]) -> Readiness {
        let setting = Setting {
            roles: roles.iter().copied().collect(),
            labels: LabelRules::default(),
            categorical: Vec::new(),
            numeric: Vec::new(),
            day: Day::from_epoch_days(20_000),
            random_share: None,
        };
        Assessor::new(setting).finish()
    }

    fn is_told(text: &str) {
        assert!(!text.is_empty() && !text.contains("assess-") && !text.contains('{'), "{text}");
    }

    #[test]
    fn every_figure_and_step_has_its_words() {
        let words = Words::new("en", &[], &[]).unwrap();
        for roles in [&[][..], Role::ALL] {
            let mut readiness = nothing(roles);
            for verdict in readiness.verdicts() {
                is_told(&words.text(&format!("assess-use-{}", dashed(verdict.capability.name())), &[]));
                is_told(&why(&verdict, &words));
                for one in &verdict.grounds {
                    is_told(&ground(one, &words));
                    is_told(&step(NextStep::Improve(one.measure), &readiness, &words));
                }
            }
            for assignment in [Assignment::Kept, Assignment::AmongTheRest, Assignment::Broken, Assignment::TooFew] {
                readiness.draw.assignment = assignment;
                is_told(&step(NextStep::Improve(Measure::RandomKept), &readiness, &words));
                is_told(&draw(&readiness.draw, &words));
            }
        }
        Capability::ALL.into_iter().for_each(|one| is_told(&step(NextStep::Use(one), &nothing(&[]), &words)));
        is_told(&step(NextStep::NameFindings, &nothing(&[]), &words));
    }

    #[test]
    fn every_warning_has_its_words() {
        let words = Words::new("en", &[], &[]).unwrap();
        let month = Month::of(Day::from_epoch_days(20_000));
        let leak = risk::evaluate::Leak { column: "amended".into(), auc: 0.99, pure_findings: 0.5 };
        let mut warnings = vec![
            DataWarning::Leak(leak),
            DataWarning::RandomBroken { p: 0.001 },
            DataWarning::RandomAmongTheRest,
            DataWarning::SelectionUnknown,
            DataWarning::RepeatsCarryResults { share: 0.5, found_again: 0.9 },
            DataWarning::HardlyFilled { role: Role::Fob, share: 0.01 },
            DataWarning::OneClass { found: true },
            DataWarning::OneClass { found: false },
        ];
        let overwritten = |field| DataWarning::Overwritten { field, same: 3, of: 9 };
        warnings.extend(AssessedField::ALL.map(overwritten));
        warnings.extend(Aspect::ALL.map(|aspect| DataWarning::Drift { aspect, month, index: 0.4 }));
        warnings.iter().for_each(|one| is_told(&warning(one, &words)));
        let tests = [SampleAspect::Rule, SampleAspect::Months, SampleAspect::Offices, SampleAspect::ImporterMet];
        for aspect in tests.into_iter().chain([SampleAspect::Chapters, SampleAspect::Values, SampleAspect::ValueTrend])
        {
            is_told(&words.text(&format!("assess-test-{}", dashed(aspect.name())), &[]));
        }
        is_told(&adjusted(&BTreeMap::from([(AssessedField::Value, Adjusted::default())]), &words));
        is_told(&adjusted(&BTreeMap::new(), &words));
    }
}
