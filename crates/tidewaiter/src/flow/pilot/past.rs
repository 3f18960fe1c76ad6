//! The past of a pilot, read into memory.

use super::{PilotError, PilotRequest};
use crate::flow::declarations;
use crate::flow::evaluate::Truth;
use crate::flow::history::shape;
use crate::intake::{Reading, Summary};
use domain::{Day, Finding, FindingStatus, Inspection, Record, Role};
use risk::History;
use risk::evaluate::recorded_outcome;
use risk::replay::gap::Observed;
use risk::replay::{Declared, Present, Stream, controls_of};
use std::collections::BTreeMap;

/// What was read.
pub(super) struct Past {
    pub(super) stream: Stream,
    pub(super) summary: Summary,
    pub(super) has_extra_revenue: bool,
    /// Whether the files tell who was inspected.
    pub(super) was_inspected: bool,
    /// By month, what the records say, whatever the truth is.
    pub(super) observed: BTreeMap<(i16, i8), Observed>,
}

/// Reads the files.
pub(super) fn read(
    request: &PilotRequest<'_>,
    progress: &(dyn Fn(&'static str, u64) + Sync),
) -> Result<Past, PilotError> {
    let schema = request.schema;
    let shape = shape(schema);
    let rules = schema.label_rules();
    let decimals = schema.file().money_decimals;
    let truth = request.truth.map(|path| Truth::read(path, &rules, decimals)).transpose()?;
    let has_extra = schema.has(Role::ExtraRevenue);
    let keying = History::new(shape.rules.clone()).keying();
    let reading = Reading { today: request.today, outcomes: true, rejects: None };
    let mut records = declarations::open(schema, request.data, reading)?;
    let (mut declarations, mut observed) = (Vec::new(), BTreeMap::<(i16, i8), Observed>::new());
    while let Some(record) = records.next() {
        let mut record = record?;
        // The truth stands in for the inspections below, so what they tell is read first.
        let (present, controls) = (Present::of(&record), controls_of(&record));
        let recorded = recorded_outcome(&record, &rules, Day::from_epoch_days(i32::MAX), has_extra);
        let (year, month, _) = record.declaration.header.day.ymd();
        observed.entry((year, month)).or_default().record(&record, present, recorded);
        let outcome = match &truth {
            Some(truth) => {
                record.inspections = revealed(&record, &truth.items(&record)?, schema.known_after_days());
                Some(truth.outcome(&record)?)
            }
            None => recorded,
        };
        declarations.push(Declared { keyed: keying.keyed(record), outcome, present, controls });
        if declarations.len().is_multiple_of(4_096) {
            progress("reading declarations", records.progress().percent());
        }
    }
    let was_inspected = declarations.iter().any(|declared| declared.present == Present::Released);
    let has_extra_revenue = truth.is_some() || has_extra;
    Ok(Past {
        stream: Stream::new(shape, declarations, request.period, has_extra_revenue),
        summary: records.summary().clone(),
        has_extra_revenue,
        was_inspected,
        observed,
    })
}

/// What a control would reveal of a simulated declaration, known so many days after lodgement.
fn revealed(record: &Record, items: &[(bool, f64)], days: i32) -> Vec<Option<Inspection>> {
    let finding = |extra_minor: f64| Finding {
        kind: None,
        gravity: None,
        status: FindingStatus::Final,
        status_on: None,
        extra_revenue_minor: Some(extra_minor as i64),
    };
    let inspection = |(irregular, extra_minor): &(bool, f64)| Inspection {
        known_on: record.declaration.header.day.plus(days),
        known_on_assumed: false,
        control: None,
        selected_by: None,
        selection_probability: None,
        examiner: None,
        assessed: Default::default(),
        finding: irregular.then(|| finding(*extra_minor)),
    };
    items.iter().map(|item| Some(inspection(item))).collect()
}
