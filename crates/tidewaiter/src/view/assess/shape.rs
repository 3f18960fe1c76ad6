//! The JSON of an assessment, format `tidewaiter-assessment 1`. Shares lie between 0 and 1; null where there is nothing to
//! take a share of.

use serde::Serialize;
use std::collections::BTreeMap;

/// What `tidewaiter assess --json` prints.
#[derive(Debug, Serialize)]
pub struct AssessmentView {
    /// `tidewaiter-assessment 1`.
    pub format: &'static str,
    /// Name of the schema.
    pub schema: String,
    /// The files read.
    pub files: Vec<String>,
    /// Results known by this day count.
    pub results_known_by: String,
    /// What was read.
    pub data: DataView,
    /// The verdicts.
    pub capabilities: Vec<CapabilityView>,
    /// What has to be known first, the weightiest first.
    pub warnings: Vec<WarningView>,
    /// Roles of the schema.
    pub roles: RolesView,
    /// Notes on the data and refused rows.
    pub quality: QualityView,
    /// Who was inspected and what was found.
    pub results: ResultsView,
    /// Days from lodgement until results were known, by control.
    pub delays: Vec<DelayView>,
    /// The random draw.
    pub random: RandomView,
    /// Values as declared against values as assessed.
    pub adjusted: AdjustedView,
    /// Columns that alone separate findings from the rest.
    pub leaks: Vec<LeakView>,
    /// Items per declaration, importers, codes, repeats.
    pub traffic: TrafficView,
    /// Month by month.
    pub months: Vec<MonthView>,
}

/// What was read.
#[derive(Debug, Serialize)]
pub struct DataView {
    /// Rows, headers not counted.
    pub rows: u64,
    /// Goods items made of them.
    pub items: u64,
    /// Declarations, each version for itself.
    pub declarations: u64,
    /// Rows refused.
    pub rejected: u64,
    /// First day of lodgement.
    pub first_day: String,
    /// Last day of lodgement.
    pub last_day: String,
    /// Months with declarations.
    pub months: usize,
}

/// The verdict on one use of the data.
#[derive(Debug, Serialize)]
pub struct CapabilityView {
    /// Stable name.
    pub id: &'static str,
    /// Name in words.
    pub name: String,
    /// `ready`, `usable_with_gaps` or `not_yet`.
    pub grade: &'static str,
    /// The grade in words.
    pub grade_text: String,
    /// Why, in words.
    pub why: String,
    /// The figures behind it.
    pub grounds: Vec<GroundView>,
    /// What helps most.
    pub next_step: StepView,
}

/// A figure against its bounds.
#[derive(Debug, Serialize)]
pub struct GroundView {
    /// Stable name.
    pub id: &'static str,
    /// Its value; answers are 1 for yes and 0 for no.
    pub value: f64,
    /// From here the use has gaps.
    pub usable_from: f64,
    /// From here it is ready.
    pub ready_from: f64,
    /// The grade of this figure alone.
    pub grade: &'static str,
    /// The figure in words.
    pub text: String,
}

/// A step to take.
#[derive(Debug, Serialize)]
pub struct StepView {
    /// Stable name.
    pub id: String,
    /// In words.
    pub text: String,
}

/// A warning.
#[derive(Debug, Serialize)]
pub struct WarningView {
    /// Stable name.
    pub id: &'static str,
    /// In words.
    pub message: String,
}

/// Roles of the schema.
#[derive(Debug, Serialize)]
pub struct RolesView {
    /// Roles with a source.
    pub present: Vec<RoleView>,
    /// Roles without.
    pub missing: Vec<&'static str>,
}

/// A role with a source.
#[derive(Debug, Serialize)]
pub struct RoleView {
    /// The role.
    pub role: &'static str,
    /// Share of the items that have a usable value.
    pub filled: Option<f64>,
    /// Items that could have one.
    pub of: u64,
}

/// Data quality.
#[derive(Debug, Serialize)]
pub struct QualityView {
    /// Notes by kind and role.
    pub notes: Vec<NoteView>,
    /// Refused rows by column and reason.
    pub rejects: Vec<RejectView>,
}

/// How often something was noted.
#[derive(Debug, Serialize)]
pub struct NoteView {
    /// Kind of the note.
    pub kind: &'static str,
    /// Role that it concerns.
    pub role: &'static str,
    /// Items concerned.
    pub items: u64,
    /// Share of all items.
    pub share: Option<f64>,
    /// Items by month.
    pub by_month: BTreeMap<String, u64>,
}

/// Rows refused for one reason.
#[derive(Debug, Serialize)]
pub struct RejectView {
    /// The column; empty where the row itself can't be read.
    pub column: String,
    /// Why.
    pub reason: &'static str,
    /// Rows.
    pub rows: u64,
}

/// Results.
#[derive(Debug, Serialize)]
pub struct ResultsView {
    /// Items that were inspected.
    pub inspected_items: u64,
    /// Findings with extra revenue on record.
    pub with_extra_revenue: u64,
    /// Share of inspected items whose result has no date.
    pub dates_assumed: Option<f64>,
    /// All declarations.
    pub all: RatesView,
    /// By office.
    pub by_office: Vec<RatesView>,
    /// By lane.
    pub by_lane: Vec<RatesView>,
    /// By control.
    pub by_control: Vec<RatesView>,
    /// By why they were selected.
    pub by_selection: Vec<RatesView>,
}

/// Counts of one group.
#[derive(Debug, Serialize)]
pub struct RatesView {
    /// The group; `-` where it is not given.
    pub name: String,
    /// Declarations.
    pub declarations: u64,
    /// Declarations of which an item was inspected.
    pub inspected: u64,
    /// Their share.
    pub inspected_share: Option<f64>,
    /// Items with a known result that counts.
    pub labelled: u64,
    /// Those with a finding.
    pub findings: u64,
    /// Their share.
    pub found_share: Option<f64>,
}

/// Days until results of one control were known.
#[derive(Debug, Serialize)]
pub struct DelayView {
    /// The control.
    pub control: &'static str,
    /// Results with a date.
    pub dated: u64,
    /// Results whose day was assumed.
    pub assumed: u64,
    /// Days within which a tenth was known.
    pub p10: Option<i32>,
    /// Half.
    pub p50: Option<i32>,
    /// Nine tenths.
    pub p90: Option<i32>,
    /// Ninety-nine hundredths.
    pub p99: Option<i32>,
    /// The longest.
    pub longest: Option<i32>,
}

/// The random draw.
#[derive(Debug, Serialize)]
pub struct RandomView {
    /// `no_role`, `too_few_draws`, `kept`, `among_the_rest` or `broken`.
    pub assignment: &'static str,
    /// In words.
    pub message: String,
    /// Declarations that could be drawn.
    pub eligible: u64,
    /// Drawn.
    pub drawn: u64,
    /// Selected otherwise before release.
    pub selected_otherwise: u64,
    /// Outside the draw, under a mandatory control.
    pub mandatory: u64,
    /// Share drawn.
    pub share: Option<f64>,
    /// Share that the rule states.
    pub stated_share: Option<f64>,
    /// Declarations that came with one drawn, itself included.
    pub design_effect: f64,
    /// The tests.
    pub tests: Vec<TestView>,
    /// Drawn declarations with a result.
    pub labelled: u64,
    /// Those with a finding.
    pub found: u64,
    /// Their share with its 95 % interval.
    pub found_share: Option<IntervalView>,
}

/// One test of the draw.
#[derive(Debug, Serialize)]
pub struct TestView {
    /// What it looks at.
    pub id: &'static str,
    /// Groups compared.
    pub groups: usize,
    /// The statistic; null for the exact test.
    pub chi_square: Option<f64>,
    /// P-value by itself.
    pub p: f64,
    /// P-value corrected for the number of tests.
    pub p_corrected: f64,
}

/// A share with its interval.
#[derive(Debug, Serialize)]
pub struct IntervalView {
    /// The share.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Declared against assessed values.
#[derive(Debug, Serialize)]
pub struct AdjustedView {
    /// In words.
    pub message: String,
    /// By field.
    pub fields: Vec<FieldView>,
}

/// One field.
#[derive(Debug, Serialize)]
pub struct FieldView {
    /// The role of the assessed value.
    pub role: &'static str,
    /// Items in order.
    pub in_order: ChangesView,
    /// Items with a finding that has to change the field.
    pub concerned: ChangesView,
    /// Items with another finding.
    pub other_findings: ChangesView,
    /// P-value against one in ten unchanged among those concerned.
    pub p: f64,
    /// Whether the declared value looks written over.
    pub looks_overwritten: bool,
}

/// How many were changed.
#[derive(Debug, Serialize)]
pub struct ChangesView {
    /// Items with both values.
    pub items: u64,
    /// Share changed.
    pub changed: Option<f64>,
}

/// A column that looks like a leak.
#[derive(Debug, Serialize)]
pub struct LeakView {
    /// The column or role.
    pub column: String,
    /// AUC of the column alone.
    pub auc: f64,
    /// Share of all findings under values with (almost) nothing but findings.
    pub pure_findings: f64,
}

/// Traffic as a whole.
#[derive(Debug, Serialize)]
pub struct TrafficView {
    /// Different importers.
    pub importers: u64,
    /// Different subheadings.
    pub codes: u64,
    /// Mean number of items of a declaration.
    pub mean_items: Option<f64>,
    /// The most items of a declaration.
    pub most_items: usize,
    /// Declarations by their number of items.
    pub items_per_declaration: Vec<ItemClassView>,
    /// Share of items that repeat an earlier one.
    pub repeats: Option<f64>,
    /// Repeats with a result whose earlier one has a result.
    pub repeats_with_both_results: u64,
    /// Share of them with the same result.
    pub repeats_with_same_result: Option<f64>,
    /// Share of repeats of findings that are findings again.
    pub findings_found_again: Option<f64>,
}

/// Declarations of a size.
#[derive(Debug, Serialize)]
pub struct ItemClassView {
    /// Least number of items.
    pub from: usize,
    /// Greatest; null for the last class.
    pub to: Option<usize>,
    /// Declarations.
    pub declarations: u64,
}

/// One month.
#[derive(Debug, Serialize)]
pub struct MonthView {
    /// `2026-01`.
    pub month: String,
    /// Declarations.
    pub declarations: u64,
    /// Items.
    pub items: u64,
    /// Share of declarations inspected.
    pub inspected: Option<f64>,
    /// Items with a known result that counts.
    pub labelled: u64,
    /// Share of them with a finding.
    pub found: Option<f64>,
    /// Share of items with a note.
    pub noted: Option<f64>,
    /// Different importers.
    pub importers: u64,
    /// Share of declarations whose importer was not met before.
    pub new_importers: Option<f64>,
    /// Different subheadings.
    pub codes: u64,
    /// Share of items whose subheading was not met before.
    pub new_codes: Option<f64>,
    /// Share of items that repeat an earlier one.
    pub repeats: Option<f64>,
    /// How far the month lies from the first half, by `chapter`, `origin`, `office`, `value`; empty in the first half.
    pub drift: BTreeMap<&'static str, ShiftView>,
    /// The random draw of the month.
    pub random: Option<RandomMonthView>,
}

/// A population stability index.
#[derive(Debug, Serialize)]
pub struct ShiftView {
    /// The index.
    pub index: f64,
    /// Its expectation if nothing had moved.
    pub noise: f64,
}

/// The random draw of one month.
#[derive(Debug, Serialize)]
pub struct RandomMonthView {
    /// Declarations that could be drawn.
    pub eligible: u64,
    /// Drawn.
    pub drawn: u64,
    /// Draws due.
    pub due: f64,
    /// Exact p-value, corrected for the number of months.
    pub p_corrected: f64,
}
