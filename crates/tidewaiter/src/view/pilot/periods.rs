//! The periods of a pilot as a table.

use super::PilotView;

/// All periods of all strategies as CSV.
///
/// # Errors
/// None in practice: the table is written to memory.
pub fn periods(view: &PilotView) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record([
        "strategy",
        "start",
        "declarations",
        "picks",
        "known",
        "found",
        "revenue",
        "predicted",
        "findings",
        "oracle_found",
        "oracle_revenue",
        "auc",
        "brier",
        "explored",
        "drift",
        "stability",
        "training",
    ])?;
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let count = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    for strategy in &view.strategies {
        for one in &strategy.periods {
            writer.write_record([
                &strategy.name,
                &one.start,
                &one.declarations.to_string(),
                &one.picks.to_string(),
                &one.known.to_string(),
                &one.found.to_string(),
                &one.revenue.to_string(),
                &number(one.predicted),
                &count(one.findings),
                &count(one.oracle_found),
                &number(one.oracle_revenue),
                &number(one.auc),
                &number(one.brier),
                &one.explored.to_string(),
                &number(one.drift),
                &number(one.stability),
                one.training,
            ])?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
