//! The report of a pilot: one HTML page without script, made from the values that stand in its JSON.

use super::charts::Chart;
use super::plot::{Axis, Look, Plot, Series};
use super::table::{Table, grouped, percent, percent_or_dash};
use crate::view::pilot::{
    IntervalView, LaneView, PilotView, StrategyView, gap_sentences, headline, limits, periods, policy,
};
use crate::view::words::Words;
use askama::Template;
use domain::Lane;

/// Lines that a plot can tell apart.
const MOST_LINES: usize = 5;

/// Dates that an axis has room for.
const TICKS: usize = 4;

#[derive(Template)]
#[template(path = "pilot.html")]
struct Page<'a> {
    words: &'a Words,
    subtitle: String,
    headline: String,
    outcomes: String,
    cards: Vec<(String, String)>,
    strategies: Table,
    lanes: Option<Table>,
    capacity: Option<Chart>,
    time: Vec<Chart>,
    gap_notes: Vec<String>,
    gap: Option<Chart>,
    limits: Vec<String>,
    sheet: Table,
}

impl Page<'_> {
    fn t(&self, id: &str) -> String {
        self.words.text(id, &[])
    }
}

/// Why a file of a pilot can't be made; none of it in practice, since all are written to memory.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The page.
    #[error("the page of the pilot can't be drawn: {0}")]
    Page(#[from] askama::Error),
    /// The JSON.
    #[error("the figures of the pilot can't be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The table.
    #[error("the periods of the pilot can't be written: {0}")]
    Table(#[from] csv::Error),
}

/// The files of a pilot by their names: page, figures, periods and, where a strategy can be recommended, its policy.
///
/// # Errors
/// [`FilesError`].
pub fn files(view: &PilotView, words: &Words) -> Result<Vec<(&'static str, Vec<u8>)>, FilesError> {
    let mut files = vec![
        ("report.html", page(view, words)?.into_bytes()),
        ("report.json", (serde_json::to_string_pretty(view)? + "\n").into_bytes()),
        ("periods.csv", periods(view)?),
    ];
    files.extend(policy(view).map(|policy| ("policy.toml", policy.into_bytes())));
    Ok(files)
}

/// The page of a pilot.
///
/// # Errors
/// None in practice: the page is written to memory.
pub fn page(view: &PilotView, words: &Words) -> askama::Result<String> {
    let material = Material { view, words };
    let past = [
        ("declarations", &*view.past.declarations.to_string()),
        ("first", &view.past.first_day),
        ("last", &view.past.last_day),
        ("from", &view.plan.measured_from),
    ];
    let gap = view.customs_gap.whole.as_ref();
    let page = Page {
        words,
        subtitle: words.text("pilot-past", &past),
        headline: headline(view, words),
        outcomes: words.text(&format!("pilot-outcomes-{}", view.past.outcomes), &[]),
        cards: material.cards(),
        strategies: material.strategies(),
        lanes: material.lanes(),
        capacity: material.capacity(),
        time: [material.cases(), material.revenue(), material.drift()].into_iter().flatten().collect(),
        gap_notes: gap.map_or_else(|| vec![words.text("pilot-gap-none", &[])], |gap| gap_sentences(gap, words)),
        gap: material.gap(),
        limits: limits(view, words),
        sheet: material.sheet(),
    };
    page.render()
}

struct Material<'a> {
    view: &'a PilotView,
    words: &'a Words,
}

impl Material<'_> {
    fn text(&self, id: &str) -> String {
        self.words.text(id, &[])
    }

    fn cards(&self) -> Vec<(String, String)> {
        let view = self.view;
        let mut cards = vec![(self.text("pilot-card-declarations"), grouped(view.past.declarations as f64))];
        let Some(proposed) = view.strategy(&view.proposed) else { return cards };
        let period = self.text(&format!("pilot-{}", view.plan.period));
        let inspections = proposed.picks as f64 / proposed.periods.len().max(1) as f64;
        cards.push((self.words.text("pilot-card-inspections", &[("period", &period)]), grouped(inspections)));
        cards.push((self.text("pilot-card-hours"), grouped(proposed.officer_hours)));
        if view.past.outcomes != "part" {
            cards.push((self.text("pilot-card-found"), grouped(proposed.found as f64)));
            if let Some(baseline) = view.strategy(&view.baseline) {
                let label = self.words.text("pilot-card-baseline", &[("baseline", &baseline.name)]);
                cards.push((label, grouped(baseline.found as f64)));
            }
        }
        cards
    }

    fn strategies(&self) -> Table {
        let is_part = self.view.past.outcomes == "part";
        let ids: &[&str] = match is_part {
            true => &["strategy", "picks", "hours", "per-hour", "known", "found", "estimated", "drawn", "explored"],
            false => &[
                "strategy",
                "picks",
                "hours",
                "per-hour",
                "found",
                "precision",
                "recall",
                "revenue",
                "found-ratio",
                "revenue-ratio",
                "explored",
            ],
        };
        let interval = |of: Option<IntervalView>, decimals: usize| {
            of.map_or_else(
                || "\u{2013}".to_owned(),
                |of| format!("{:.decimals$} ({:.decimals$}\u{2013}{:.decimals$})", of.estimate, of.low, of.high),
            )
        };
        let row = |one: &StrategyView| {
            let (picks, hours) = (grouped(one.picks as f64), grouped(one.officer_hours));
            let per_hour = one.revenue_per_hour.map_or_else(|| "\u{2013}".to_owned(), grouped);
            let (found, explored) = (grouped(one.found as f64), percent(one.explored));
            let tail = match is_part {
                true => vec![
                    grouped(one.known as f64),
                    found,
                    interval(one.estimated_found, 0),
                    grouped(one.drawn as f64),
                    explored,
                ],
                false => vec![
                    found,
                    percent_or_dash(one.precision),
                    percent_or_dash(one.recall),
                    percent_or_dash(one.revenue_recall),
                    interval(one.found_ratio, 2),
                    interval(one.revenue_ratio, 2),
                    explored,
                ],
            };
            [vec![one.name.clone(), picks, hours, per_hour], tail].concat()
        };
        let arguments = [("from", &*self.view.plan.measured_from), ("last", &self.view.past.last_day)];
        Table {
            caption: self.words.text("pilot-strategies-caption", &arguments),
            head: ids.iter().map(|id| self.text(&format!("pilot-col-{id}"))).collect(),
            rows: self.view.strategies.iter().map(row).collect(),
            numbers_from: 1,
        }
    }

    /// What each strategy took from each lane of the time, and how often something was found there; `None` where the files
    /// give no lane.
    fn lanes(&self) -> Option<Table> {
        let every = &self.view.strategies.first()?.by_lane;
        let lanes: Vec<&str> =
            Lane::ALL.map(Lane::name).into_iter().chain([""]).filter(|lane| every.contains_key(lane)).collect();
        if lanes == [""] {
            return None;
        }
        let name = |lane: &&str| match *lane {
            "" => self.text("pilot-no-lane"),
            lane => self.text(&format!("lane-{lane}")),
        };
        let all = lanes.iter().map(|lane| grouped(every[lane].declarations as f64));
        let all = std::iter::once(self.text("pilot-lanes-all")).chain(all).collect();
        let cell = |of: &LaneView| {
            let yielded = (of.known > 0).then(|| of.found as f64 / of.known as f64);
            format!("{} ({})", grouped(of.picks as f64), percent_or_dash(yielded))
        };
        let row = |one: &StrategyView| {
            let cells = lanes.iter().map(|lane| one.by_lane.get(lane).map(cell).unwrap_or_default());
            std::iter::once(one.name.clone()).chain(cells).collect()
        };
        Some(Table {
            caption: self.text("pilot-lanes-caption"),
            head: std::iter::once(self.text("pilot-col-strategy")).chain(lanes.iter().map(name)).collect(),
            rows: std::iter::once(all).chain(self.view.strategies.iter().map(row)).collect(),
            numbers_from: 1,
        })
    }

    /// The strategies that are drawn: the proposed one and the baseline first, then the others in their order.
    fn drawn(&self) -> Vec<&StrategyView> {
        let is_first =
            |one: &&StrategyView| [&self.view.proposed, &self.view.baseline].contains(&&Some(one.name.clone()));
        let (first, rest): (Vec<_>, Vec<_>) = self.view.strategies.iter().partition(is_first);
        first.into_iter().chain(rest).take(MOST_LINES).collect()
    }

    /// The name of a strategy at the end of its line: without shares, unless another would have the same.
    fn label(&self, strategy: &StrategyView) -> String {
        let short = |name: &str| {
            let parts = name.split('+').map(|part| part.split_once(':').map_or(part, |(component, _)| component));
            parts.collect::<Vec<&str>>().join("+")
        };
        let own = short(&strategy.name);
        let same = self.view.strategies.iter().filter(|other| short(&other.name) == own).count();
        if same > 1 { strategy.name.clone() } else { own }
    }

    fn chart(&self, id: &'static str, axes: (Axis, Axis), series: Vec<Series>, table: Table) -> Chart {
        let text = |part: &str| self.text(&format!("pilot-{id}-{part}"));
        let (x, y) = axes;
        let plot = Plot {
            id,
            title: text("title"),
            description: text("desc"),
            x,
            y,
            series,
            bars: Vec::new(),
            label_space: 210.0,
        };
        Chart { plot, reading: text("reading"), table }
    }

    fn capacity(&self) -> Option<Chart> {
        let all = self.view.strategies.iter().find_map(|one| Some(one.found as f64 / one.recall?))?;
        let lines: Vec<&StrategyView> = self.drawn().into_iter().filter(|one| !one.curve.is_empty()).collect();
        if lines.is_empty() || all <= 0.0 {
            return None;
        }
        let line = |(number, one): (usize, &&StrategyView)| {
            let marks: Vec<(f64, f64)> = one.curve.iter().map(|at| (at.percent, 100.0 * at.found / all)).collect();
            let points = [(0.0, 0.0)].into_iter().chain(marks.iter().copied()).collect();
            Series { label: self.label(one), points, marks, look: Look::Series(number) }
        };
        let series: Vec<Series> = lines.iter().enumerate().map(line).collect();
        let head = std::iter::once(self.text("pilot-axis-inspected")).chain(series.iter().map(|one| one.label.clone()));
        let rows = lines[0].curve.iter().enumerate().map(|(place, at)| {
            let cells = lines.iter().map(|one| percent_or_dash(one.curve.get(place).map(|at| at.found / all)));
            std::iter::once(format!("{} %", at.percent)).chain(cells).collect()
        });
        let table = Table {
            caption: self.text("pilot-capacity-title"),
            head: head.collect(),
            rows: rows.collect(),
            numbers_from: 0,
        };
        let axes = (
            Axis::percent(self.text("pilot-axis-inspected"), 50.0, 5),
            Axis::percent(self.text("pilot-axis-found"), 100.0, 5),
        );
        Some(self.chart("capacity", axes, series, table))
    }

    fn cases(&self) -> Option<Chart> {
        (self.view.past.outcomes != "part").then(|| self.sums("cases", |period| period.found as f64))?
    }

    fn revenue(&self) -> Option<Chart> {
        (self.view.past.outcomes != "part").then(|| self.sums("revenue", |period| period.revenue))?
    }

    /// Sums over the periods so far.
    fn sums(&self, id: &'static str, value: impl Fn(&crate::view::pilot::PeriodView) -> f64) -> Option<Chart> {
        let sums = |one: &StrategyView| {
            let mut sum = 0.0;
            one.periods
                .iter()
                .map(|period| {
                    sum += value(period);
                    sum
                })
                .collect::<Vec<f64>>()
        };
        let lines: Vec<(String, Vec<f64>)> = self.drawn().iter().map(|one| (self.label(one), sums(one))).collect();
        self.over_time(id, &lines)
    }

    fn drift(&self) -> Option<Chart> {
        let stability =
            |one: &StrategyView| one.periods.iter().filter_map(|period| period.stability).collect::<Vec<f64>>();
        let line = self.view.strategies.first().map(|one| (self.text("pilot-axis-drift"), stability(one)))?;
        self.over_time("drift", &[line])
    }

    fn over_time(&self, id: &'static str, lines: &[(String, Vec<f64>)]) -> Option<Chart> {
        let starts: Vec<&str> = self.view.strategies.first()?.periods.iter().map(|period| &*period.start).collect();
        let most = lines.iter().flat_map(|(_, values)| values).copied().fold(0.0, f64::max);
        if starts.len() < 2 || most <= 0.0 {
            return None;
        }
        let series = lines.iter().enumerate().map(|(number, (label, values))| Series {
            label: label.clone(),
            points: (0..).map(f64::from).zip(values.iter().copied()).collect(),
            marks: Vec::new(),
            look: Look::Series(number),
        });
        let step = starts.len().div_ceil(TICKS).max(1);
        let ticks = starts
            .iter()
            .enumerate()
            .step_by(step)
            .map(|(place, start)| (place as f64, start.get(..7).unwrap_or(start).to_owned()));
        let x = Axis {
            label: self.text("pilot-axis-period"),
            min: 0.0,
            max: (starts.len() - 1) as f64,
            ticks: ticks.collect(),
        };
        let y = amounts(self.text(&format!("pilot-axis-{id}")), most);
        let told = |value: f64| if most < 10.0 { format!("{value:.3}") } else { grouped(value) };
        let rows = starts.iter().enumerate().map(|(place, start)| {
            let cells =
                lines.iter().map(|(_, values)| values.get(place).map_or_else(String::new, |value| told(*value)));
            std::iter::once((*start).to_owned()).chain(cells).collect()
        });
        let head = std::iter::once(self.text("pilot-axis-period")).chain(lines.iter().map(|(label, _)| label.clone()));
        let table = Table {
            caption: self.text(&format!("pilot-{id}-title")),
            head: head.collect(),
            rows: rows.collect(),
            numbers_from: 1,
        };
        Some(self.chart(id, (x, y), series.collect(), table))
    }

    fn gap(&self) -> Option<Chart> {
        let months = &self.view.customs_gap.months;
        let rates: Vec<(usize, IntervalView)> =
            months.iter().enumerate().filter_map(|(place, month)| Some((place, month.rate?))).collect();
        if rates.len() < 2 {
            return None;
        }
        let line = |id: &str, look: Look, read: &dyn Fn(&IntervalView) -> f64| Series {
            label: self.text(id),
            points: rates.iter().map(|(place, rate)| (*place as f64, 100.0 * read(rate))).collect(),
            marks: Vec::new(),
            look,
        };
        let series = vec![
            line("pilot-gap-estimate", Look::Series(0), &|rate| rate.estimate),
            line("pilot-gap-low", Look::Reference(0), &|rate| rate.low),
            line("pilot-gap-high", Look::Reference(1), &|rate| rate.high),
        ];
        let most = rates.iter().map(|(_, rate)| 100.0 * rate.high).fold(0.0, f64::max);
        let ticks = months.iter().enumerate().step_by(months.len().div_ceil(TICKS).max(1));
        let x = Axis {
            label: self.text("pilot-axis-month"),
            min: 0.0,
            max: (months.len() - 1) as f64,
            ticks: ticks.map(|(place, month)| (place as f64, month.month.clone())).collect(),
        };
        let y = Axis::percent(self.text("pilot-axis-rate"), nice(most), 5);
        let told = |of: Option<IntervalView>| {
            let of = of.map(|of| [of.estimate, of.low, of.high].map(percent));
            of.map_or_else(|| "\u{2013}".to_owned(), |[one, low, high]| format!("{one} ({low}\u{2013}{high})"))
        };
        let rows = months.iter().map(|month| {
            vec![month.month.clone(), grouped(month.drawn as f64), told(month.rate), told(month.caught_share)]
        });
        let head = ["pilot-col-month", "pilot-col-drawn-month", "pilot-col-rate", "pilot-col-caught"];
        let table = Table {
            caption: self.text("pilot-gap-title"),
            head: head.map(|id| self.text(id)).to_vec(),
            rows: rows.collect(),
            numbers_from: 1,
        };
        Some(self.chart("gap", (x, y), series, table))
    }

    /// The sheet that officers fill in, with lines to write on.
    fn sheet(&self) -> Table {
        let head =
            ["number", "id", "officer", "found", "score", "agree"].map(|id| self.text(&format!("pilot-sheet-{id}")));
        Table {
            caption: self.text("pilot-sheet-note"),
            head: head.to_vec(),
            // The number names the line, so that no row has an empty heading.
            rows: (1..=12).map(|line| [vec![line.to_string()], vec!["\u{a0}".to_owned(); 5]].concat()).collect(),
            numbers_from: 6,
        }
    }
}

/// An axis of amounts from 0 on.
fn amounts(label: String, most: f64) -> Axis {
    let max = nice(most);
    let told = |value: f64| if max < 10.0 { format!("{value:.2}") } else { grouped(value) };
    let ticks = (0..=5).map(|step| max * f64::from(step) / 5.0).map(|value| (value, told(value))).collect();
    Axis { label, min: 0.0, max, ticks }
}

/// The least of 1, 2, 2.5, 5 times a power of ten that is no smaller.
fn nice(value: f64) -> f64 {
    let power = 10f64.powf(value.max(1e-9).log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|nice| *nice >= value)
        .unwrap_or(10.0 * power)
}
