//! What `assess` found, as JSON; the page and the text are made from the same values.

mod sentence;
mod shape;
mod text;

pub(crate) use sentence::p_value;
pub use shape::*;
pub use text::text;
pub(crate) use text::{control_name, figures, group_name, overview};

use crate::flow::assess::Assessment;
use crate::intake::Schema;
use crate::view::words::Words;
use domain::Role;
use risk::readiness::{
    AssessedField, Changes, Delay, Grade, Ground, ITEM_CLASSES, MonthCounts, RandomDraw, Rates, Verdict, share,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Quantiles of delays that are told.
const QUANTILES: [f64; 4] = [0.1, 0.5, 0.9, 0.99];

impl AssessmentView {
    /// The view of an assessment.
    pub fn new(schema: &Schema, files: &[PathBuf], assessment: &Assessment, words: &Words) -> Self {
        let Assessment { summary, readiness, verdicts, warnings, day } = assessment;
        let warning = |warning| WarningView {
            id: risk::readiness::DataWarning::name(warning),
            message: sentence::warning(warning, words),
        };
        Self {
            format: "tidewaiter-assessment 1",
            schema: schema.name().to_owned(),
            files: files.iter().map(|file| file.display().to_string()).collect(),
            results_known_by: day.to_string(),
            data: DataView {
                rows: summary.rows,
                items: summary.items,
                declarations: summary.declarations,
                rejected: summary.rejected,
                first_day: summary.first_day.map(|day| day.to_string()).unwrap_or_default(),
                last_day: summary.last_day.map(|day| day.to_string()).unwrap_or_default(),
                months: readiness.traffic.months.len(),
            },
            capabilities: verdicts.iter().map(|verdict| capability(verdict, assessment, words)).collect(),
            warnings: warnings.iter().map(warning).collect(),
            roles: roles(assessment),
            quality: quality(assessment),
            results: results(assessment),
            delays: readiness.results.delays.iter().map(|(name, delay)| delay_view(name, delay)).collect(),
            random: random(&readiness.draw, words),
            adjusted: adjusted(assessment, words),
            leaks: readiness.leaks.iter().map(LeakView::new).collect(),
            traffic: traffic(assessment),
            months: months(assessment),
        }
    }
}

fn capability(verdict: &Verdict, assessment: &Assessment, words: &Words) -> CapabilityView {
    let ground = |ground: &Ground| GroundView {
        id: ground.measure.name(),
        value: ground.value,
        usable_from: ground.usable_from,
        ready_from: ground.ready_from,
        grade: ground.grade().name(),
        text: sentence::ground(ground, words),
    };
    CapabilityView {
        id: verdict.capability.name(),
        name: words.text(&format!("assess-use-{}", dashed(verdict.capability.name())), &[]),
        grade: verdict.grade.name(),
        grade_text: words.text(&format!("assess-grade-{}", dashed(verdict.grade.name())), &[]),
        why: sentence::why(verdict, words),
        grounds: verdict.grounds.iter().map(ground).collect(),
        next_step: StepView {
            id: verdict.next.name(),
            text: sentence::step(verdict.next, &assessment.readiness, words),
        },
    }
}

/// The id of a text after the stable name of a value.
pub(crate) fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn roles(assessment: &Assessment) -> RolesView {
    let readiness = &assessment.readiness;
    let present = readiness.fills.iter().map(|(role, fill)| RoleView {
        role: role.name(),
        filled: share(fill.filled, fill.of),
        of: fill.of,
    });
    let missing = Role::ALL.iter().filter(|role| !readiness.roles.contains(role));
    RolesView { present: present.collect(), missing: missing.map(|role| role.name()).collect() }
}

fn quality(assessment: &Assessment) -> QualityView {
    let Assessment { summary, readiness, .. } = assessment;
    let month_names = |months: &BTreeMap<risk::readiness::Month, u64>| {
        months.iter().map(|(month, count)| (month.to_string(), *count)).collect()
    };
    let note = |((kind, role), months): (&(domain::QualityKind, Role), &BTreeMap<_, u64>)| {
        let count = months.values().sum();
        let by_month = month_names(months);
        NoteView { kind: kind.name(), role: role.name(), items: count, share: share(count, summary.items), by_month }
    };
    let reject = |((column, reason), tally): (&(String, &'static str), &crate::intake::Tally)| RejectView {
        column: column.clone(),
        reason,
        rows: tally.count,
    };
    QualityView {
        notes: readiness.traffic.notes.iter().map(note).collect(),
        rejects: summary.rejects.iter().map(reject).collect(),
    }
}

fn results(assessment: &Assessment) -> ResultsView {
    let results = &assessment.readiness.results;
    let group = |groups: &BTreeMap<&'static str, Rates>| {
        groups.iter().map(|(name, rates)| RatesView::new(name, rates)).collect::<Vec<_>>()
    };
    ResultsView {
        inspected_items: results.inspected_items,
        with_extra_revenue: results.with_extra_revenue,
        dates_assumed: results.assumed_share(),
        all: RatesView::new("all", &results.all),
        by_office: results.by_office.iter().map(|(name, rates)| RatesView::new(name, rates)).collect(),
        by_lane: group(&results.by_lane),
        by_control: group(&results.by_control),
        by_selection: group(&results.by_selection),
    }
}

fn delay_view(control: &'static str, delay: &Delay) -> DelayView {
    let [p10, p50, p90, p99] = QUANTILES.map(|share| delay.quantile(share));
    let longest = delay.days.keys().next_back().copied();
    DelayView { control, dated: delay.dated(), assumed: delay.assumed, p10, p50, p90, p99, longest }
}

fn random(draw: &RandomDraw, words: &Words) -> RandomView {
    let test = |test: &risk::readiness::SampleTest| TestView {
        id: test.aspect.name(),
        groups: test.groups,
        chi_square: test.chi_square,
        p: test.p,
        p_corrected: test.corrected,
    };
    let found = draw.found_share();
    RandomView {
        assignment: draw.assignment.name(),
        message: sentence::draw(draw, words),
        eligible: draw.all.eligible,
        drawn: draw.all.drawn,
        selected_otherwise: draw.all.otherwise,
        mandatory: draw.mandatory,
        share: draw.share(),
        stated_share: draw.stated,
        design_effect: draw.design_effect,
        tests: draw.tests.iter().map(test).collect(),
        labelled: draw.labelled,
        found: draw.found,
        found_share: found.map(|(share, low, high)| IntervalView { estimate: share, low, high }),
    }
}

fn adjusted(assessment: &Assessment, words: &Words) -> AdjustedView {
    let adjusted = &assessment.readiness.adjusted;
    let changes = |changes: &Changes| ChangesView { items: changes.items(), changed: changes.changed_share() };
    let field = |field: AssessedField| {
        let one = adjusted.get(&field)?;
        Some(FieldView {
            role: field.name(),
            in_order: changes(&one.in_order),
            concerned: changes(&one.concerned),
            other_findings: changes(&one.other_findings),
            p: one.p_value(),
            looks_overwritten: one.looks_overwritten(),
        })
    };
    AdjustedView {
        message: sentence::adjusted(adjusted, words),
        fields: AssessedField::ALL.into_iter().filter_map(field).collect(),
    }
}

fn traffic(assessment: &Assessment) -> TrafficView {
    let traffic = &assessment.readiness.traffic;
    let classes = ITEM_CLASSES.iter().enumerate().map(|(place, least)| {
        let next = ITEM_CLASSES.get(place + 1).map(|next| next - 1);
        ItemClassView { from: *least, to: next, declarations: traffic.by_items[place] }
    });
    let repeats = &traffic.repeats;
    TrafficView {
        importers: traffic.importers(),
        codes: traffic.codes(),
        mean_items: traffic.mean_items(),
        most_items: traffic.most_items,
        items_per_declaration: classes.collect(),
        repeats: traffic.repeat_share(),
        repeats_with_both_results: repeats.both_labelled,
        repeats_with_same_result: share(repeats.same_result, repeats.both_labelled),
        findings_found_again: share(repeats.found_again, repeats.after_finding),
    }
}

fn months(assessment: &Assessment) -> Vec<MonthView> {
    let readiness = &assessment.readiness;
    let month = |(month, counts): (&risk::readiness::Month, &MonthCounts)| {
        let drawn = readiness.draw.months.get(month);
        let shifts = readiness.drift.get(month).into_iter().flatten();
        MonthView {
            month: month.to_string(),
            declarations: counts.declarations,
            items: counts.items,
            inspected: share(counts.inspected, counts.declarations),
            labelled: counts.labelled,
            found: share(counts.findings, counts.labelled),
            noted: share(counts.noted, counts.items),
            importers: counts.importers,
            new_importers: share(counts.new_importer, counts.with_importer),
            codes: counts.codes,
            new_codes: share(counts.new_code, counts.with_code),
            repeats: share(counts.repeats, counts.items),
            drift: shifts
                .map(|(aspect, shift)| (aspect.name(), ShiftView { index: shift.index, noise: shift.noise }))
                .collect(),
            random: drawn.map(|drawn| RandomMonthView {
                eligible: drawn.counts.eligible,
                drawn: drawn.counts.drawn,
                due: drawn.due,
                p_corrected: drawn.corrected,
            }),
        }
    };
    readiness.traffic.months.iter().map(month).collect()
}

impl RatesView {
    fn new(name: &str, rates: &Rates) -> Self {
        Self {
            name: name.to_owned(),
            declarations: rates.declarations,
            inspected: rates.inspected,
            inspected_share: share(rates.inspected, rates.declarations),
            labelled: rates.labelled,
            findings: rates.findings,
            found_share: share(rates.findings, rates.labelled),
        }
    }
}

impl LeakView {
    fn new(leak: &risk::evaluate::Leak) -> Self {
        Self { column: leak.column.clone(), auc: leak.auc, pure_findings: leak.pure_findings }
    }
}

/// How many uses have each grade: ready, with gaps, not yet.
pub(crate) fn grades(view: &AssessmentView) -> [usize; 3] {
    [Grade::Ready, Grade::Gaps, Grade::NotYet]
        .map(|grade| view.capabilities.iter().filter(|capability| capability.grade == grade.name()).count())
}

/// The next steps that open most, weightiest first: a step counts twice for a use that is not ready yet.
pub(crate) fn first_steps(view: &AssessmentView) -> Vec<&str> {
    let mut steps: Vec<(&str, usize)> = Vec::new();
    for capability in &view.capabilities {
        let weight = match capability.grade {
            grade if grade == Grade::NotYet.name() => 2,
            grade if grade == Grade::Gaps.name() => 1,
            _ => continue,
        };
        let text = capability.next_step.text.as_str();
        match steps.iter_mut().find(|(known, _)| *known == text) {
            Some((_, sum)) => *sum += weight,
            None => steps.push((text, weight)),
        }
    }
    steps.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    steps.into_iter().map(|(text, _)| text).collect()
}
