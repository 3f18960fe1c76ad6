//! Whether the declarations that are said to have been drawn at random were.
//!
//! Five questions, each a chi-square test of homogeneity (Pearson 1900; groups in which fewer than five are due are
//! joined, after Cochran 1954): was the share drawn the same in each month, and at each office; and do those drawn look
//! like the rest by whether their importer was met before, by HS chapter, and by value? For values a test of trend is
//! made too (Cochran 1954, Armitage 1955). Where a rule is stated, months and offices are tested against it, and the
//! whole by the exact binomial test. P-values are corrected for the number of tests by Holm's method (1979), so that an
//! honest draw is suspected in one file of twenty at most, whatever the number of tests.
//!
//! Declarations under a mandatory control are outside the draw. Later versions are no draws of their own. Where whole
//! consignments are drawn, declarations of one come together and counts scatter more: statistics are divided by the design
//! effect, the mean number of declarations that came with one drawn, itself included (Rao and Scott 1981, first order).
//!
//! A draw may also have been made among what the ranking left. So, where the tests fail, they are made again without the
//! declarations selected otherwise; where they then hold, the draw was honest but doesn't stand for all traffic.

use super::drift::{equal_groups, value_band};
use super::{Month, share};
use crate::history::{Key, KeyMap, digest, join};
use domain::{Control, Day, LabelRules, Record, SelectedBy};
use learn::significance::{binomial_two_sided, chi_square_tail, holm, wilson_interval};
use std::collections::BTreeMap;

/// Level of the family of tests.
pub const LEVEL: f64 = 0.05;

/// Draws without which nothing can be said.
const LEAST_DRAWN: u64 = 20;

/// Draws due in a group for it to be tested by itself.
const LEAST_DUE: f64 = 5.0;

/// Offices and chapters told apart.
const MOST_GROUPS: usize = 2_000;

/// What a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleAspect {
    /// The share drawn of all against the stated rule.
    Rule,
    /// The share drawn by month.
    Months,
    /// The share drawn by office.
    Offices,
    /// Whether the importer was met before.
    ImporterMet,
    /// HS chapter of the item of the highest value.
    Chapters,
    /// Declared value, in tenths.
    Values,
    /// Whether the share drawn rises or falls with the declared value.
    ValueTrend,
}

/// One test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleTest {
    /// What it looks at.
    pub aspect: SampleAspect,
    /// Groups compared.
    pub groups: usize,
    /// Chi-square, divided by the design effect; `None` for the exact test.
    pub chi_square: Option<f64>,
    /// The p-value by itself.
    pub p: f64,
    /// The p-value corrected for the number of tests.
    pub corrected: f64,
}

/// What the tests say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// The schema has no role that says how a declaration was selected.
    NoRole,
    /// Nothing was drawn at random, or too little to say anything.
    TooFew,
    /// What was drawn at random looks like it.
    Kept,
    /// It looks like a draw among the declarations that were not selected otherwise.
    AmongTheRest,
    /// It doesn't look like a random draw.
    Broken,
}

/// Counts of one group: all declarations in the draw, and those drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Declarations that could be drawn.
    pub eligible: u64,
    /// Those drawn at random.
    pub drawn: u64,
    /// Those selected otherwise, audits and disclosures after release not counted.
    pub otherwise: u64,
}

/// One month of the draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomMonth {
    /// Its counts.
    pub counts: Drawn,
    /// Draws due: by the stated rule, else by the share of all months.
    pub due: f64,
    /// Exact two-sided binomial p-value, corrected for the number of months.
    pub corrected: f64,
}

/// Everything about the draw.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomDraw {
    /// What the tests say.
    pub assignment: Assignment,
    /// All months together.
    pub all: Drawn,
    /// Declarations outside the draw, under a mandatory control.
    pub mandatory: u64,
    /// The share that the rule states, if it is known.
    pub stated: Option<f64>,
    /// Declarations that came with one drawn, itself included, on average.
    pub design_effect: f64,
    /// The tests, on the base that [`Assignment`] tells.
    pub tests: Vec<SampleTest>,
    /// By month.
    pub months: BTreeMap<Month, RandomMonth>,
    /// Drawn declarations with a known result that counts.
    pub labelled: u64,
    /// Those of them with a finding.
    pub found: u64,
}

impl SampleAspect {
    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rule => "stated_rule",
            Self::Months => "months",
            Self::Offices => "offices",
            Self::ImporterMet => "importer_met_before",
            Self::Chapters => "hs_chapter",
            Self::Values => "value",
            Self::ValueTrend => "value_trend",
        }
    }
}

impl Assignment {
    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoRole => "no_role",
            Self::TooFew => "too_few_draws",
            Self::Kept => "kept",
            Self::AmongTheRest => "among_the_rest",
            Self::Broken => "broken",
        }
    }
}

impl RandomDraw {
    /// Share of the drawn declarations that could be drawn.
    pub fn share(&self) -> Option<f64> {
        share(self.all.drawn, self.all.eligible)
    }

    /// Share of findings among drawn declarations with a result, with its 95 % interval (Wilson 1927).
    pub fn found_share(&self) -> Option<(f64, f64, f64)> {
        let (low, high) = wilson_interval(self.found as f64, self.labelled as f64)?;
        Some((share(self.found, self.labelled)?, low, high))
    }
}

impl Drawn {
    fn add(&mut self, choice: Choice) {
        self.eligible += 1;
        self.drawn += u64::from(choice == Choice::Drawn);
        self.otherwise += u64::from(choice == Choice::Otherwise);
    }

    /// Drawn, and all that could be, with or without what was selected otherwise.
    fn cell(self, among_the_rest: bool) -> (f64, f64) {
        let base = self.eligible - if among_the_rest { self.otherwise } else { 0 };
        (self.drawn as f64, base as f64)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Drawn,
    Otherwise,
    Not,
}

/// Counts as declarations pass.
#[derive(Clone, Debug, Default)]
pub(super) struct Draws {
    all: Drawn,
    mandatory: u64,
    months: BTreeMap<Month, Drawn>,
    offices: BTreeMap<Key, Drawn>,
    importer_met: [Drawn; 2],
    chapters: BTreeMap<Key, Drawn>,
    values: BTreeMap<Key, Drawn>,
    met: KeyMap<()>,
    /// Probabilities of selection that drawn items state: the first, and whether all are equal to it.
    probability: Option<(f64, bool)>,
    labelled: u64,
    found: u64,
    consignments: Consignments,
}

/// Drawn declarations of a day by consignment, and sums of their numbers and squares over the days before.
#[derive(Clone, Debug, Default)]
struct Consignments {
    day: Option<Day>,
    drawn: BTreeMap<Key, u32>,
    sum: f64,
    squares: f64,
}

impl Draws {
    pub(super) fn add(&mut self, record: &Record, rules: &LabelRules, day: Day) {
        let header = &record.declaration.header;
        let importer = header.importer.as_ref().map(|importer| digest(importer.as_bytes()));
        let was_met = importer.is_some_and(|key| self.met.insert(key, ()).is_some());
        if header.version > 1 {
            return;
        }
        let by = |which| record.inspections.iter().flatten().any(|one| one.selected_by == Some(which));
        if !header.mandatory.is_empty() || by(SelectedBy::Mandatory) {
            self.mandatory += 1;
            return;
        }
        let choice = choice(record);
        let month = Month::of(header.day);
        self.all.add(choice);
        self.months.entry(month).or_default().add(choice);
        let office = header.office.as_ref().map_or(0, |office| digest(office.as_bytes()));
        group(&mut self.offices, office).add(choice);
        if importer.is_some() {
            self.importer_met[usize::from(was_met)].add(choice);
        }
        let items = &record.declaration.items;
        let heaviest = items.iter().max_by_key(|item| (item.value_minor(), std::cmp::Reverse(item.number)));
        if let Some(code) = heaviest.and_then(|item| item.code) {
            group(&mut self.chapters, code.number(2)).add(choice);
        }
        let value = items.iter().filter_map(|item| item.value_minor()).fold(0i64, i64::saturating_add);
        group(&mut self.values, value_band(value)).add(choice);
        if choice == Choice::Drawn {
            self.drawn(record, rules, day);
        }
    }

    fn drawn(&mut self, record: &Record, rules: &LabelRules, day: Day) {
        let inspections = || record.inspections.iter().flatten();
        for inspection in inspections().filter(|one| one.selected_by == Some(SelectedBy::Random)) {
            let probability = inspection.selection_probability.unwrap_or(f64::NAN);
            let (first, same) = self.probability.get_or_insert((probability, true));
            *same &= (*first - probability).abs() < 1e-9;
        }
        let labels = inspections().filter_map(|inspection| rules.label(inspection, day));
        let label = labels.reduce(|any, found| any || found);
        self.labelled += u64::from(label.is_some());
        self.found += u64::from(label == Some(true));
        self.consignments.add(record);
    }

    pub(super) fn finish(mut self, has_role: bool, given: Option<f64>) -> RandomDraw {
        self.consignments.close();
        let design_effect = self.consignments.effect();
        let by_file = self.probability.filter(|(first, same)| *same && first.is_finite()).map(|(first, _)| first);
        let stated = given.or(by_file);
        let (assignment, tests) = if !has_role {
            (Assignment::NoRole, Vec::new())
        } else if self.all.drawn < LEAST_DRAWN {
            (Assignment::TooFew, Vec::new())
        } else {
            self.judge(stated, design_effect)
        };
        let months = self.by_month(stated, design_effect);
        RandomDraw {
            assignment,
            all: self.all,
            mandatory: self.mandatory,
            stated,
            design_effect,
            tests,
            months,
            labelled: self.labelled,
            found: self.found,
        }
    }

    fn judge(&self, stated: Option<f64>, effect: f64) -> (Assignment, Vec<SampleTest>) {
        let holds = |tests: &[SampleTest]| tests.iter().all(|test| test.corrected >= LEVEL);
        let tests = self.tests(false, stated, effect);
        if holds(&tests) {
            return (Assignment::Kept, tests);
        }
        let rest = self.tests(true, stated, effect);
        if self.all.otherwise > 0 && holds(&rest) {
            return (Assignment::AmongTheRest, rest);
        }
        (Assignment::Broken, tests)
    }

    fn tests(&self, rest: bool, stated: Option<f64>, effect: f64) -> Vec<SampleTest> {
        let cells = |groups: &BTreeMap<Key, Drawn>| groups.values().map(|drawn| drawn.cell(rest)).collect::<Vec<_>>();
        let months: Vec<_> = self.months.values().map(|drawn| drawn.cell(rest)).collect();
        let met = self.importer_met.map(|drawn| drawn.cell(rest));
        let values = value_cells(&self.values, rest);
        let questions = [
            (SampleAspect::Months, months, stated),
            (SampleAspect::Offices, cells(&self.offices), stated),
            (SampleAspect::ImporterMet, met.to_vec(), None),
            (SampleAspect::Chapters, cells(&self.chapters), None),
            (SampleAspect::Values, values.clone(), None),
        ];
        let mut tests: Vec<SampleTest> = stated.map(|rule| self.rule(rest, rule, effect)).into_iter().collect();
        tests
            .extend(questions.into_iter().filter_map(|(aspect, cells, rule)| homogeneity(aspect, cells, rule, effect)));
        tests.extend(trend(SampleAspect::ValueTrend, &values, effect));
        let corrected = holm(&tests.iter().map(|test| test.p).collect::<Vec<_>>());
        tests.iter_mut().zip(corrected).for_each(|(test, corrected)| test.corrected = corrected);
        tests
    }

    /// The whole draw against the stated rule.
    fn rule(&self, rest: bool, rule: f64, effect: f64) -> SampleTest {
        let (drawn, base) = self.all.cell(rest);
        let p = exact(drawn, base, rule, effect);
        SampleTest { aspect: SampleAspect::Rule, groups: 1, chi_square: None, p, corrected: p }
    }

    fn by_month(&self, stated: Option<f64>, effect: f64) -> BTreeMap<Month, RandomMonth> {
        let rule = stated.or(share(self.all.drawn, self.all.eligible)).unwrap_or_default();
        let p_value = |counts: &Drawn| exact(counts.drawn as f64, counts.eligible as f64, rule, effect);
        let p_values: Vec<f64> = self.months.values().map(p_value).collect();
        let month = |((month, counts), corrected): ((&Month, &Drawn), f64)| {
            (*month, RandomMonth { counts: *counts, due: rule * counts.eligible as f64, corrected })
        };
        self.months.iter().zip(holm(&p_values)).map(month).collect()
    }
}

/// The exact binomial test, where draws that come in consignments count as so many fewer.
fn exact(drawn: f64, all: f64, rule: f64, effect: f64) -> f64 {
    let [hits, trials] = [drawn, all].map(|count| (count / effect).round() as u64);
    binomial_two_sided(hits.min(trials), trials, rule)
}

/// Why a declaration was looked at before release, if it was.
fn choice(record: &Record) -> Choice {
    let is_before_release =
        |one: &&domain::Inspection| !matches!(one.control, Some(Control::Audit | Control::Disclosure));
    let mut choice = Choice::Not;
    for inspection in record.inspections.iter().flatten().filter(is_before_release) {
        if inspection.selected_by == Some(SelectedBy::Random) {
            return Choice::Drawn;
        }
        choice = Choice::Otherwise;
    }
    choice
}

fn group(groups: &mut BTreeMap<Key, Drawn>, key: Key) -> &mut Drawn {
    let is_known = groups.len() < MOST_GROUPS || groups.contains_key(&key);
    groups.entry(if is_known { key } else { Key::MAX }).or_default()
}

/// Tenths by declared value, of all that could be drawn.
fn value_cells(bands: &BTreeMap<Key, Drawn>, rest: bool) -> Vec<(f64, f64)> {
    let counts = bands.iter().map(|(band, drawn)| (*band, u32::try_from(drawn.eligible).unwrap_or(u32::MAX)));
    let bounds = equal_groups(&counts.collect());
    let mut cells = vec![(0.0, 0.0); bounds.len() + 1];
    for (band, drawn) in bands {
        let (cell, (hits, base)) = (bounds.partition_point(|bound| bound <= band), drawn.cell(rest));
        cells[cell] = (cells[cell].0 + hits, cells[cell].1 + base);
    }
    cells
}

/// Whether the share drawn is the same in all groups (or what the rule states), given drawn and all of each; `None` where
/// there are not two groups in which enough are due.
fn homogeneity(aspect: SampleAspect, cells: Vec<(f64, f64)>, rule: Option<f64>, effect: f64) -> Option<SampleTest> {
    let total = cells.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    let expected = rule.unwrap_or(total.0 / total.1);
    let (mut groups, small): (Vec<_>, Vec<_>) = cells.into_iter().partition(|cell| cell.1 * expected >= LEAST_DUE);
    let joined = small.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    if joined.1 * expected >= LEAST_DUE {
        groups.push(joined);
    } else if let Some(last) = groups.iter_mut().min_by(|a, b| a.1.total_cmp(&b.1)) {
        *last = (last.0 + joined.0, last.1 + joined.1);
    }
    let freedom = groups.len() as f64 - if rule.is_some() { 0.0 } else { 1.0 };
    if groups.len() < 2 || !(expected > 0.0 && expected < 1.0) {
        return None;
    }
    let part = |(drawn, all): &(f64, f64)| (drawn - all * expected).powi(2) / (all * expected * (1.0 - expected));
    let chi_square = groups.iter().map(part).sum::<f64>() / effect;
    let p = chi_square_tail(chi_square, freedom);
    Some(SampleTest { aspect, groups: groups.len(), chi_square: Some(chi_square), p, corrected: p })
}

/// Whether the share drawn rises or falls from group to group (Cochran 1954, Armitage 1955), the groups numbered in order.
/// One degree of freedom sees what ten groups by themselves don't: that the dear ones were spared.
fn trend(aspect: SampleAspect, cells: &[(f64, f64)], effect: f64) -> Option<SampleTest> {
    let total = cells.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    let share = total.0 / total.1;
    let (mut beyond, mut first, mut second) = (0.0, 0.0, 0.0);
    for (place, (drawn, all)) in cells.iter().enumerate().map(|(place, cell)| (place as f64, cell)) {
        beyond += place * (drawn - all * share);
        first += place * all;
        second += place * place * all;
    }
    let variance = share * (1.0 - share) * (second - first * first / total.1);
    let p = |chi_square| chi_square_tail(chi_square, 1.0);
    (variance > 0.0).then(|| beyond * beyond / variance / effect).map(|chi_square| SampleTest {
        aspect,
        groups: cells.len(),
        chi_square: Some(chi_square),
        p: p(chi_square),
        corrected: p(chi_square),
    })
}

impl Consignments {
    fn add(&mut self, record: &Record) {
        let header = &record.declaration.header;
        if self.day != Some(header.day) {
            self.close();
            self.day = Some(header.day);
        }
        let office = digest(header.office.as_deref().unwrap_or_default().as_bytes());
        match &header.consignment {
            Some(document) => *self.drawn.entry(join(office, digest(document.as_bytes()))).or_default() += 1,
            None => (self.sum, self.squares) = (self.sum + 1.0, self.squares + 1.0),
        }
    }

    fn close(&mut self) {
        for count in std::mem::take(&mut self.drawn).into_values().map(f64::from) {
            self.sum += count;
            self.squares += count * count;
        }
    }

    fn effect(&self) -> f64 {
        if self.sum > 0.0 { (self.squares / self.sum).max(1.0) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        // 30 of 100 and 10 of 100 drawn: 20 due in each; chi-square = 2 x 100 / (20 x 0.8) = 12.5, one degree of freedom.
        let test = homogeneity(SampleAspect::Months, vec![(30.0, 100.0), (10.0, 100.0)], None, 1.0).unwrap();
        assert!((test.chi_square.unwrap() - 12.5).abs() < 1e-12);
        assert!((test.p - 4.07e-4).abs() < 1e-6, "{}", test.p);
        let halved = homogeneity(SampleAspect::Months, vec![(30.0, 100.0), (10.0, 100.0)], None, 2.0).unwrap();
        assert!((halved.chi_square.unwrap() - 6.25).abs() < 1e-12);
        // Against a rule of 10 %: 400 / 9 + 0, two degrees of freedom.
        let stated = homogeneity(SampleAspect::Months, vec![(30.0, 100.0), (10.0, 100.0)], Some(0.1), 1.0).unwrap();
        assert!((stated.chi_square.unwrap() - 400.0 / 9.0).abs() < 1e-9);
        assert!((stated.p - (-200.0f64 / 9.0).exp()).abs() < 1e-15);
    }

    #[test]
    fn a_trend_by_hand() {
        // 10, 20, 30 of 100 each: 20 due; beyond = 0 + 0 + 2 x 10 = 20, variance = 0.16 x (500 - 300^2 / 300) = 32.
        let cells = [(10.0, 100.0), (20.0, 100.0), (30.0, 100.0)];
        let test = trend(SampleAspect::ValueTrend, &cells, 1.0).unwrap();
        assert!((test.chi_square.unwrap() - 12.5).abs() < 1e-9, "{test:?}");
        assert_eq!(trend(SampleAspect::ValueTrend, &[(3.0, 10.0)], 1.0), None);
        assert_eq!(trend(SampleAspect::ValueTrend, &[], 1.0), None);
    }

    #[test]
    fn small_groups_are_joined() {
        let cells = vec![(10.0, 100.0), (10.0, 100.0), (1.0, 10.0), (1.0, 10.0), (0.0, 30.0)];
        let test = homogeneity(SampleAspect::Offices, cells, None, 1.0).unwrap();
        assert_eq!(test.groups, 2, "fifty declarations with 4.4 draws due join the smallest group");
        assert_eq!(homogeneity(SampleAspect::Offices, vec![(10.0, 100.0)], None, 1.0), None);
    }
}
