//! The plots of the report, each with the table behind it.

use super::plot::{Axis, Bar, Look, Plot, Series};
use super::table::{Table, grouped, percent, percent_or_dash};
use crate::view::evaluation::{ModelView, SliceView};
use crate::view::words::Words;

/// A plot with its text and its table.
pub(super) struct Chart {
    pub(super) plot: Plot,
    pub(super) reading: String,
    pub(super) table: Table,
}

/// What the plots are made of.
pub(super) struct Material<'a> {
    pub(super) words: &'a Words,
    pub(super) models: &'a [ModelView],
    pub(super) chosen: usize,
    pub(super) probabilities: &'a [f64],
}

/// Rates of inspection told in the table of the yield curves, in per cent.
const TOLD: [usize; 6] = [1, 2, 5, 10, 20, 30];

/// The highest rate of inspection drawn, in per cent.
const DRAWN: usize = 30;

/// Bounds of the bars of the score distribution.
const BOUNDS: [f64; 9] = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];

impl Material<'_> {
    /// All plots that the figures allow.
    pub(super) fn charts(&self) -> Vec<Chart> {
        [self.yields(), self.revenue(), self.reliability(), self.distribution()].into_iter().flatten().collect()
    }

    fn text(&self, id: &str) -> String {
        self.words.text(id, &[])
    }

    fn plot(&self, id: &'static str, x: Axis, y: Axis, series: Vec<Series>, label_space: f64) -> Plot {
        let (title, description) = (self.text(&format!("report-{id}-title")), self.text(&format!("report-{id}-desc")));
        Plot { id, title, description, x, y, series, bars: Vec::new(), label_space }
    }

    fn slice(&self) -> Option<&SliceView> {
        self.models.get(self.chosen)?.slices.all.as_ref()
    }

    /// Share of the irregular declarations found, by share inspected, for each model.
    fn yields(&self) -> Option<Chart> {
        let figures = &self.slice()?.figures;
        let base = 100.0 * figures.findings / figures.n.max(1.0);
        let best = |percent: f64| (100.0 * percent / base.max(1e-9)).min(100.0);
        let drawn = DRAWN as f64;
        let reference = |id: &str, number, points: Vec<(f64, f64)>| Series {
            label: self.text(id),
            points,
            marks: Vec::new(),
            look: Look::Reference(number),
        };
        let mut series: Vec<Series> = self.models.iter().enumerate().filter_map(yield_series).collect();
        let corner = base.min(drawn);
        series.push(reference(
            "report-best-possible",
            0,
            vec![(0.0, 0.0), (corner, best(corner)), (drawn, best(drawn))],
        ));
        series.push(reference("report-by-chance", 1, vec![(0.0, 0.0), (drawn, drawn)]));
        let rows = TOLD.map(|rate| {
            let of_model = |series: &Series| series.points.get(rate).map(|(_, share)| share / 100.0);
            let models = series.iter().take(series.len() - 2).map(|series| percent_or_dash(of_model(series)));
            let ends = [best(rate as f64) / 100.0, rate as f64 / 100.0].map(percent);
            [format!("{rate} %")].into_iter().chain(models).chain(ends).collect()
        });
        let head = [self.text("report-inspected")].into_iter().chain(series.iter().map(|one| one.label.clone()));
        let table = Table {
            caption: self.text("report-yield-title"),
            head: head.collect(),
            rows: rows.to_vec(),
            numbers_from: 0,
        };
        let x = Axis::percent(self.text("report-axis-inspected"), drawn, 6);
        let y = Axis::percent(self.text("report-axis-found"), 100.0, 5);
        Some(Chart { plot: self.plot("yield", x, y, series, 142.0), reading: self.text("report-yield-reading"), table })
    }

    /// Share of the extra revenue by share inspected, for the ways to rank.
    fn revenue(&self) -> Option<Chart> {
        let slice = self.slice()?;
        let (at, objective) = (&slice.figures.at, &slice.figures.revenue_objective);
        let (expected, stake) = (&objective.expected_revenue, &objective.duty_at_stake);
        let by_probability = [at.one.revenue, at.two.revenue, at.five.revenue, at.ten.revenue];
        let ways = [
            ("report-by-expected", [expected.one, expected.two, expected.five, expected.ten]),
            ("report-by-probability", by_probability),
            ("report-by-stake", [stake.one, stake.two, stake.five, stake.ten]),
        ];
        let rates = [1.0, 2.0, 5.0, 10.0];
        let line = |(number, (id, shares)): (usize, &(&str, [Option<f64>; 4]))| {
            let marks: Vec<(f64, f64)> =
                rates.iter().zip(shares).filter_map(|(rate, share)| Some((*rate, (*share)? * 100.0))).collect();
            let points = [(0.0, 0.0)].into_iter().chain(marks.iter().copied()).collect();
            Series { label: self.text(id), points, marks, look: Look::Series(number) }
        };
        let mut series: Vec<Series> = ways.iter().enumerate().map(line).collect();
        series.push(Series {
            label: self.text("report-by-chance"),
            points: vec![(0.0, 0.0), (10.0, 10.0)],
            marks: Vec::new(),
            look: Look::Reference(1),
        });
        let row = |place: usize| {
            let shares = ways.iter().map(|(_, shares)| percent_or_dash(shares[place]));
            [format!("{} %", rates[place])].into_iter().chain(shares).chain([percent(rates[place] / 100.0)]).collect()
        };
        let head = [self.text("report-inspected")].into_iter().chain(series.iter().map(|one| one.label.clone()));
        let table = Table {
            caption: self.text("report-revenue-title"),
            head: head.collect(),
            rows: (0..rates.len()).map(row).collect(),
            numbers_from: 0,
        };
        let x = Axis::percent(self.text("report-axis-inspected"), 10.0, 5);
        let y = Axis::percent(self.text("report-axis-revenue"), 100.0, 5);
        let reading = self.text("report-revenue-reading");
        Some(Chart { plot: self.plot("revenue", x, y, series, 205.0), reading, table })
    }

    /// Predicted against observed shares, on all declarations and on those with a recorded result.
    fn reliability(&self) -> Option<Chart> {
        let all = self.slice()?;
        let labelled = self.models.get(self.chosen)?.labelled.as_ref().and_then(|part| part.slices.all.as_ref());
        let parts = [("report-on-all", Some(all)), ("report-on-labelled", labelled)];
        let parts: Vec<(&str, &SliceView)> = parts.into_iter().filter_map(|(id, part)| Some((id, part?))).collect();
        let mut highest = 1.0f64;
        let mut series = Vec::new();
        let mut rows = Vec::new();
        for (number, (id, slice)) in parts.into_iter().enumerate() {
            let bins = &slice.reliability;
            highest = bins.iter().fold(highest, |most, bin| most.max(bin.predicted * 100.0).max(bin.observed * 100.0));
            rows.extend(
                bins.iter()
                    .map(|bin| vec![self.text(id), grouped(bin.n), percent(bin.predicted), percent(bin.observed)]),
            );
            let points: Vec<(f64, f64)> =
                bins.iter().map(|bin| ((bin.predicted * 100.0).sqrt(), (bin.observed * 100.0).sqrt())).collect();
            series.push(Series { label: self.text(id), marks: points.clone(), points, look: Look::Series(number) });
        }
        let end = nice(highest).sqrt();
        series.push(Series {
            label: self.text("report-agreement"),
            points: vec![(0.0, 0.0), (end, end)],
            marks: Vec::new(),
            look: Look::Reference(1),
        });
        let head = ["report-declarations", "report-count", "report-predicted", "report-observed"];
        let table = Table {
            caption: self.text("report-reliability-title"),
            head: head.map(|id| self.text(id)).to_vec(),
            rows,
            numbers_from: 1,
        };
        let [x, y] = ["report-axis-predicted", "report-axis-observed"].map(|id| root_axis(self.text(id), end));
        let reading = self.text("report-reliability-reading");
        Some(Chart { plot: self.plot("reliability", x, y, series, 165.0), reading, table })
    }

    /// How many declarations of the quarter have which probability.
    fn distribution(&self) -> Option<Chart> {
        let total = self.probabilities.len();
        let bins = BOUNDS.windows(2);
        let counts: Vec<usize> =
            bins.map(|bin| self.probabilities.iter().filter(|p| (bin[0]..bin[1]).contains(*p)).count()).collect();
        let most = counts.iter().copied().max().filter(|most| *most > 0)?;
        let share = |count: usize| 100.0 * count as f64 / total as f64;
        let bound = |place: usize| percent(BOUNDS[place]).replace(".0 %", "").replace(" %", "");
        let name = |place: usize| format!("{}\u{2013}{} %", bound(place), bound(place + 1));
        let bar = |(place, count): (usize, &usize)| Bar {
            from: place as f64,
            to: place as f64 + 1.0,
            height: share(*count),
            label: grouped(*count as f64),
        };
        let ticks = (0..BOUNDS.len()).map(|place| (place as f64, bound(place))).collect();
        let x = Axis { label: self.text("report-axis-probability"), min: 0.0, max: counts.len() as f64, ticks };
        let y = Axis::percent(self.text("report-axis-share"), nice(share(most) * 1.08), 5);
        let row =
            |(place, count): (usize, &usize)| vec![name(place), grouped(*count as f64), percent(share(*count) / 100.0)];
        let table = Table {
            caption: self.text("report-distribution-title"),
            head: ["report-probability", "report-declarations", "report-share"].map(|id| self.text(id)).to_vec(),
            rows: counts.iter().enumerate().map(row).collect(),
            numbers_from: 1,
        };
        let mut plot = self.plot("distribution", x, y, Vec::new(), 24.0);
        plot.bars = counts.iter().enumerate().map(bar).collect();
        Some(Chart { plot, reading: self.text("report-distribution-reading"), table })
    }
}

fn yield_series((number, model): (usize, &ModelView)) -> Option<Series> {
    let curve = &model.slices.all.as_ref()?.yield_curve;
    let reached = curve.iter().take(DRAWN).map(|point| (point.percent, point.findings.unwrap_or_default() * 100.0));
    let points: Vec<(f64, f64)> = [(0.0, 0.0)].into_iter().chain(reached).collect();
    let marks = [5, 10, 20, 30].into_iter().filter_map(|rate| points.get(rate)).copied().collect();
    Some(Series { label: model.kind.clone(), points, marks, look: Look::Series(number) })
}

/// An axis of per cent whose places are roots, so that the many low shares don't lie on top of each other.
fn root_axis(label: String, end: f64) -> Axis {
    let shown =
        [0.0f64, 1.0, 5.0, 10.0, 20.0, 40.0, 60.0, 100.0].into_iter().filter(|percent| percent.sqrt() <= end + 1e-9);
    Axis { label, min: 0.0, max: end, ticks: shown.map(|percent| (percent.sqrt(), format!("{percent} %"))).collect() }
}

/// The least of 1, 2, 2.5, 4, 5, 6, 8 and 10 times a power of ten that is not below `value`; at most 100.
pub(super) fn nice(value: f64) -> f64 {
    let power = 10f64.powf(value.max(0.1).log10().floor());
    let steps = [1.0, 2.0, 2.5, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|step| *step >= value - 1e-9).unwrap_or(value).min(100.0)
}
