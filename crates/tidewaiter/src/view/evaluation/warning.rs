//! Warnings in words.

use super::WarningView;
use risk::evaluate::{Leak, Warning};

pub(super) fn view(warning: &Warning, models: &[String]) -> WarningView {
    WarningView { id: warning.name(), message: message(warning, models) }
}

fn message(warning: &Warning, models: &[String]) -> String {
    let name = |model: usize| models.get(model).map_or("the model", String::as_str);
    match warning {
        Warning::Repeats(skill) => format!(
            "{}: repeats explain most of the skill. {:.0} % of the declarations repeat training rows; a dictionary of \
             repeats alone has AUC {:.3}, the model {:.3}, and on novel declarations {:.3}. Expect the last figure on \
             declarations that are new",
            name(skill.model),
            skill.repeat_share * 100.0,
            skill.auc_lookup,
            skill.auc,
            skill.auc_novel
        ),
        Warning::Leak(leak) => leak_message(leak),
        Warning::FindingDateAssumed { items, days } => format!(
            "{items} results have no finding date: taken as known {days} days after lodgement. If they were known \
             later, the figures are too good"
        ),
        Warning::BeforeAsOf { model, declarations } => format!(
            "{}: {declarations} declarations lie on or before the day up to which the model learnt; it may have learnt \
             from them",
            name(*model)
        ),
        Warning::HistoryOverlaps { heard, before } => overlap(*heard, *before),
        Warning::SelectedOnly { labelled, declarations, random } => format!(
            "only {labelled} of {declarations} declarations have a known result, {random} of them drawn at random. The \
             others were chosen, so the figures hold for declarations like those chosen, not for all traffic"
        ),
        Warning::SelectionUnknown { declarations } => format!(
            "all {declarations} declarations have a result and nothing says how they were chosen for examination. The \
             figures hold for examined declarations; the share of findings is no base rate"
        ),
    }
}

/// That a history knows more of declarations than was known on their day.
pub fn overlap(heard: u64, before: u64) -> String {
    format!(
        "the history knows too much: {heard} of the declarations stand in it themselves and {before} are dated before the \
         last day of its state file. Their own results, or what became known later, may be in what is read here. Leave the \
         declarations themselves out of the history, and take a state file that ends before them"
    )
}

fn leak_message(leak: &Leak) -> String {
    let mut message = format!("column `{}` looks like a leak: alone, without any history, it ", leak.column);
    if leak.pure_findings > 0.0 {
        let share = leak.pure_findings * 100.0;
        message += &format!("has values under which nothing but findings stand, {share:.0} % of all findings, and ");
    }
    message += &format!(
        "separates findings with AUC {:.3}. Make sure that it is known at lodgement, else take it out of the schema and \
         train again",
        leak.auc
    );
    message
}
