//! The page of an assessment: verdicts, warnings and first steps, then plots and tables.

mod table;

use super::charts::{Chart, nice};
use super::plot::{Axis, Look, Plot, Series};
use super::table::{Table, figure, grouped, percent_or_dash};
use crate::view::assess::{
    AssessmentView, CapabilityView, MonthView, NoteView, RandomMonthView, dashed, figures, first_steps, grades,
    overview, p_value,
};
use crate::view::words::Words;
use askama::Template;
use risk::readiness::Aspect;

/// Months named below a plot.
const MOST_TICKS: usize = 5;

/// Kinds of notes told by month.
const MOST_NOTES: usize = 5;

/// Offices told on the page; the JSON has all.
const MOST_OFFICES: usize = 40;

#[derive(Template)]
#[template(path = "assessment.html")]
struct Page<'a> {
    words: &'a Words,
    view: &'a AssessmentView,
    overview: String,
    cards: Vec<(String, String)>,
    uses: Vec<Use<'a>>,
    steps: Vec<&'a str>,
    figures: Vec<String>,
    charts: Vec<Chart>,
    tables: Vec<Table>,
}

/// One use of the data.
struct Use<'a> {
    id: String,
    class: String,
    view: &'a CapabilityView,
    table: Table,
}

impl Page<'_> {
    fn t(&self, id: &str) -> String {
        self.words.text(id, &[])
    }
}

/// The page of an assessment.
///
/// # Errors
/// None in practice: the page is written to memory.
pub fn page(view: &AssessmentView, words: &Words) -> askama::Result<String> {
    let material = Material { view, words };
    let page = Page {
        words,
        view,
        overview: overview(view, words),
        cards: material.cards(),
        uses: view.capabilities.iter().map(|one| material.grounds(one)).collect(),
        steps: first_steps(view),
        figures: figures(view, words),
        charts: material.charts(),
        tables: material.tables(),
    };
    page.render()
}

struct Material<'a> {
    view: &'a AssessmentView,
    words: &'a Words,
}

impl<'a> Material<'a> {
    fn text(&self, id: &str) -> String {
        self.words.text(id, &[])
    }

    fn head(&self, ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| self.text(id)).collect()
    }

    fn cards(&self) -> Vec<(String, String)> {
        let [ready, gaps, not_yet] = grades(self.view).map(|count| count.to_string());
        let (data, results) = (&self.view.data, &self.view.results.all);
        let cards = [
            ("assess-card-ready", ready),
            ("assess-card-gaps", gaps),
            ("assess-card-not-yet", not_yet),
            ("report-card-declarations", grouped(data.declarations as f64)),
            ("assess-inspected", percent_or_dash(results.inspected_share)),
            ("assess-found", percent_or_dash(results.found_share)),
        ];
        cards.map(|(id, value)| (self.text(id), value)).to_vec()
    }

    /// A use with the figures behind its grade.
    fn grounds(&self, one: &'a CapabilityView) -> Use<'a> {
        let grade = |name: &str| self.text(&format!("assess-grade-{}", dashed(name)));
        let rows = one.grounds.iter().map(|ground| vec![ground.text.clone(), grade(ground.grade)]);
        let table = Table {
            caption: self.words.text("assess-grounds-caption", &[("name", &one.name)]),
            head: self.head(&["assess-ground-head", "assess-grade-head"]),
            rows: rows.collect(),
            numbers_from: 2,
        };
        Use { id: format!("use-{}", dashed(one.id)), class: dashed(one.grade), view: one, table }
    }

    fn charts(&self) -> Vec<Chart> {
        // A line needs two months.
        if self.view.months.len() < 2 {
            return Vec::new();
        }
        let inspections: [(&str, Share); 2] =
            [("assess-inspected", |month| month.inspected), ("assess-found", |month| month.found)];
        let unseen: [(&str, Share); 3] = [
            ("assess-new-importers", |month| month.new_importers),
            ("assess-new-codes", |month| month.new_codes),
            ("assess-repeats", |month| month.repeats),
        ];
        let mut charts = vec![self.shares("inspections", &inspections), self.shares("unseen", &unseen)];
        charts.extend(self.drift());
        charts.extend(self.draws());
        charts.push(self.notes_by_month());
        charts
    }

    /// Drawn against due by month; `None` where nothing was drawn.
    fn draws(&self) -> Option<Chart> {
        let lines: [(&str, Share); 2] = [
            ("assess-drawn", |month| of_all(month.random.as_ref()?, |draw| draw.drawn as f64)),
            ("assess-due", |month| of_all(month.random.as_ref()?, |draw| draw.due)),
        ];
        let mut chart = self.shares("chance", &lines);
        chart.table.head.push(self.text("assess-p-corrected"));
        for (row, month) in chart.table.rows.iter_mut().zip(&self.view.months) {
            row.push(month.random.as_ref().map_or_else(|| "\u{2013}".to_owned(), |draw| p_value(draw.p_corrected)));
        }
        (self.view.random.drawn > 0).then_some(chart)
    }

    /// The share of items with a note by month; in the table, the most frequent notes too.
    fn notes_by_month(&self) -> Chart {
        let mut chart = self.shares("notes", &[("assess-noted", |month| month.noted)]);
        let mut notes: Vec<&NoteView> = self.view.quality.notes.iter().collect();
        notes.sort_by_key(|note| std::cmp::Reverse(note.items));
        for note in notes.into_iter().take(MOST_NOTES) {
            let kind = self.text(&format!("quality-{}", dashed(note.kind)));
            chart.table.head.push(format!("{}: {kind}", note.role));
            for (row, month) in chart.table.rows.iter_mut().zip(&self.view.months) {
                row.push(grouped(note.by_month.get(&month.month).copied().unwrap_or_default() as f64));
            }
        }
        chart
    }

    /// Shares by month.
    fn shares(&self, id: &'static str, lines: &[(&str, Share)]) -> Chart {
        let months = &self.view.months;
        let line = |(number, (id, share)): (usize, &(&str, Share))| {
            let points = months.iter().enumerate();
            let points = points.filter_map(|(at, month)| Some((at as f64, share(month)? * 100.0))).collect();
            series(self.text(id), points, number)
        };
        let lines_drawn: Vec<Series> = lines.iter().enumerate().map(line).collect();
        let highest =
            lines_drawn.iter().flat_map(|line| &line.points).fold(1.0f64, |most, (_, share)| most.max(*share));
        let rows = months.iter().map(|month| {
            let shares = lines.iter().map(|(_, share)| percent_or_dash(share(month)));
            [month.month.clone()].into_iter().chain(shares).collect()
        });
        let head = [self.text("assess-month")].into_iter().chain(lines.iter().map(|(id, _)| self.text(id)));
        let y = Axis::percent(self.text("report-axis-share"), nice(highest), 5);
        self.chart(
            id,
            self.month_axis(0),
            y,
            lines_drawn,
            Table { head: head.collect(), rows: rows.collect(), numbers_from: 1, ..Table::default() },
        )
    }

    /// The stability index, less what chance alone gives, of the months of the later half.
    fn drift(&self) -> Option<Chart> {
        let months = &self.view.months;
        let first = months.iter().position(|month| !month.drift.is_empty())?;
        if months.len() - first < 2 {
            return None;
        }
        let beyond = |month: &MonthView, aspect: Aspect| {
            month.drift.get(aspect.name()).map(|shift| (shift.index - shift.noise).max(0.0))
        };
        let line = |(number, aspect): (usize, Aspect)| {
            let points = months.iter().enumerate();
            let points = points.filter_map(|(at, month)| Some((at as f64, beyond(month, aspect)?))).collect();
            series(self.text(&format!("assess-aspect-{}", aspect.name())), points, number)
        };
        let mut lines: Vec<Series> = Aspect::ALL.into_iter().enumerate().map(line).collect();
        let end = (months.len() - 1) as f64;
        lines.push(Series {
            label: self.text("assess-shift"),
            points: vec![(first as f64, 0.25), (end, 0.25)],
            marks: Vec::new(),
            look: Look::Reference(1),
        });
        let highest = lines.iter().flat_map(|line| &line.points).fold(0.3f64, |most, (_, index)| most.max(*index));
        let rows = months[first..].iter().map(|month| {
            let shifts = Aspect::ALL.map(|aspect| figure(beyond(month, aspect)));
            [month.month.clone()].into_iter().chain(shifts).collect()
        });
        let head = [self.text("assess-month")]
            .into_iter()
            .chain(Aspect::ALL.map(|aspect| self.text(&format!("assess-aspect-{}", aspect.name()))));
        let ticks = (0..=5).map(|step| highest * f64::from(step) / 5.0).map(|at| (at, format!("{at:.2}")));
        let y = Axis { label: self.text("assess-axis-index"), min: 0.0, max: highest, ticks: ticks.collect() };
        Some(self.chart(
            "drift",
            self.month_axis(first),
            y,
            lines,
            Table { head: head.collect(), rows: rows.collect(), numbers_from: 1, ..Table::default() },
        ))
    }

    fn chart(&self, id: &'static str, x: Axis, y: Axis, series: Vec<Series>, table: Table) -> Chart {
        let text = |part: &str| self.text(&format!("assess-{id}-{part}"));
        let (title, description) = (text("title"), text("desc"));
        let table = Table { caption: title.clone(), ..table };
        let plot = Plot { id, title, description, x, y, series, bars: Vec::new(), label_space: 165.0 };
        Chart { plot, reading: text("reading"), table }
    }

    fn month_axis(&self, first: usize) -> Axis {
        let months = &self.view.months;
        let step = (months.len() - first).div_ceil(MOST_TICKS);
        let ticks = months.iter().enumerate().skip(first).step_by(step);
        let ticks = ticks.map(|(at, month)| (at as f64, month.month.clone())).collect();
        Axis { label: self.text("assess-month"), min: first as f64, max: (months.len() - 1) as f64, ticks }
    }
}

/// A count as a share of the declarations that could be drawn.
fn of_all(draw: &RandomMonthView, count: fn(&RandomMonthView) -> f64) -> Option<f64> {
    (draw.eligible > 0).then(|| count(draw) / draw.eligible as f64)
}

type Share = fn(&MonthView) -> Option<f64>;

fn series(label: String, points: Vec<(f64, f64)>, number: usize) -> Series {
    Series { label, marks: points.clone(), points, look: Look::Series(number) }
}
