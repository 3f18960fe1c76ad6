//! Plots as SVG: lines, marks and bars on plain axes. Series are told apart by dashes, marks and labels at their ends,
//! never by colour alone; colours come from the style of the page.

use askama::Template;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 84.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 62.0;

/// Least distance between the labels of two lines.
const LABEL_GAP: f64 = 19.0;

/// Ground of a plot in a file of its own.
const PAPER: &str = "background:#fff;font:15px sans-serif";

/// Lines of a plot in a file of its own; those of the page are in the report's style.
const STYLE: &str = ".plot path{fill:none;stroke:#124;stroke-width:2}.plot .grid line{stroke:#ddd}.plot .marks{fill:#fff}\
    .plot .axis{stroke:#555}.plot .s1 .line{stroke-dasharray:9 4}.plot .s2 .line{stroke-dasharray:3 3}";

/// One plot.
#[derive(Clone, Debug)]
pub struct Plot {
    /// Unique within the page.
    pub id: &'static str,
    /// What it shows, for those who can't see it.
    pub title: String,
    /// What is to be read from it.
    pub description: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// Lines and marks.
    pub series: Vec<Series>,
    /// Bars between horizontal places, with a label above each.
    pub bars: Vec<Bar>,
    /// Space for labels on the right.
    pub label_space: f64,
}

/// An axis from `min` to `max`.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it measures, with its unit.
    pub label: String,
    /// Value at its beginning.
    pub min: f64,
    /// Value at its end.
    pub max: f64,
    /// Values that are marked, each with its text.
    pub ticks: Vec<(f64, String)>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Series {
    /// Name at its end.
    pub label: String,
    /// Its points in order, by the values of both axes.
    pub points: Vec<(f64, f64)>,
    /// Those of the points that bear a mark.
    pub marks: Vec<(f64, f64)>,
    /// How it is drawn.
    pub look: Look,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// One of five series, by number.
    Series(usize),
    /// A line to compare with, thin and without marks.
    Reference(usize),
}

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Value of the horizontal axis at its left.
    pub from: f64,
    /// Value of the horizontal axis at its right.
    pub to: f64,
    /// Value of the vertical axis at its top.
    pub height: f64,
    /// Text above it.
    pub label: String,
}

impl Axis {
    /// An axis of shares in per cent, from 0 to `max` in `steps` steps.
    pub fn percent(label: String, max: f64, steps: u32) -> Self {
        let tick = |step: u32| max * f64::from(step) / f64::from(steps);
        let ticks = (0..=steps).map(|step| (tick(step), format!("{} %", trimmed(tick(step))))).collect();
        Self { label, min: 0.0, max, ticks }
    }
}

fn trimmed(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A plot with everything in its place.
#[derive(Template)]
#[template(path = "plot.svg")]
pub(super) struct Svg {
    id: &'static str,
    title: String,
    description: String,
    width: f64,
    height: f64,
    /// Left, top, right and bottom of the field.
    field: [String; 4],
    x_label: String,
    y_label: String,
    x_ticks: Vec<(String, String)>,
    y_ticks: Vec<(String, String)>,
    bars: Vec<[String; 6]>,
    lines: Vec<Line>,
}

struct Line {
    class: String,
    path: String,
    marks: String,
    label: String,
    label_at: (String, String),
}

impl Plot {
    /// The plot as SVG.
    pub(super) fn svg(&self) -> Svg {
        let [left, top, right, bottom] = self.field();
        let mut lines: Vec<(f64, Line)> = self.series.iter().map(|series| self.line(series)).collect();
        spread(&mut lines, top, bottom);
        let x_ticks = self.x.ticks.iter().map(|(at, text)| (pixels(self.x_at(*at)), text.clone()));
        let y_ticks = self.y.ticks.iter().map(|(at, text)| (pixels(self.y_at(*at)), text.clone()));
        Svg {
            id: self.id,
            title: self.title.clone(),
            description: self.description.clone(),
            width: WIDTH,
            height: HEIGHT,
            field: [left, top, right, bottom].map(pixels),
            x_label: self.x.label.clone(),
            y_label: self.y.label.clone(),
            x_ticks: x_ticks.collect(),
            y_ticks: y_ticks.collect(),
            bars: self.bars.iter().map(|bar| self.bar(bar)).collect(),
            lines: lines.into_iter().map(|(_, line)| line).collect(),
        }
    }

    /// The plot as a file of its own, in ink on paper.
    ///
    /// # Errors
    /// Where the template can't be written.
    pub fn file(&self) -> askama::Result<String> {
        let open = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"{PAPER}\" ");
        let drawn = self.svg().render()?.replacen("<svg ", &open, 1);
        Ok(drawn.replacen('>', &format!(">\n<style>{STYLE}</style>"), 1))
    }

    fn field(&self) -> [f64; 4] {
        [LEFT, TOP, WIDTH - self.label_space, HEIGHT - BOTTOM]
    }

    fn x_at(&self, x: f64) -> f64 {
        let [left, _, right, _] = self.field();
        left + (x - self.x.min) / (self.x.max - self.x.min) * (right - left)
    }

    fn y_at(&self, y: f64) -> f64 {
        let [_, top, _, bottom] = self.field();
        bottom - (y - self.y.min) / (self.y.max - self.y.min) * (bottom - top)
    }

    /// The line, and the height at which its label would best stand.
    fn line(&self, series: &Series) -> (f64, Line) {
        let place = |(x, y): &(f64, f64)| (self.x_at(*x), self.y_at(*y));
        let step = |(index, point): (usize, &(f64, f64))| {
            let (x, y) = place(point);
            format!("{}{} {}", if index == 0 { "M" } else { "L" }, pixels(x), pixels(y))
        };
        let end = series.points.last().map_or((LEFT, TOP), place);
        let (class, mark) = match series.look {
            Look::Series(number) => (format!("series s{number}"), number),
            Look::Reference(number) => (format!("reference r{number}"), 0),
        };
        let marks = series.marks.iter().map(|point| mark_path(mark, place(point)));
        let line = Line {
            class,
            path: series.points.iter().enumerate().map(step).collect::<Vec<_>>().join(""),
            marks: marks.collect(),
            label: series.label.clone(),
            label_at: (pixels(end.0 + 10.0), String::new()),
        };
        (end.1, line)
    }

    /// Left, top, width, height; then middle and foot of the label.
    fn bar(&self, bar: &Bar) -> [String; 6] {
        let (left, right, top) = (self.x_at(bar.from), self.x_at(bar.to), self.y_at(bar.height));
        let middle = pixels((left + right) / 2.0);
        let height = self.y_at(self.y.min) - top;
        [pixels(left + 3.0), pixels(top), pixels(right - left - 6.0), pixels(height), middle, bar.label.clone()]
    }
}

/// Moves labels apart where lines end close to each other.
fn spread(lines: &mut [(f64, Line)], top: f64, bottom: f64) {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| lines[*a].0.total_cmp(&lines[*b].0));
    let mut heights: Vec<f64> = Vec::with_capacity(order.len());
    for index in &order {
        let above = heights.last().map_or(top + 6.0, |above| above + LABEL_GAP);
        heights.push(lines[*index].0.max(above));
    }
    let mut below = bottom;
    for height in heights.iter_mut().rev() {
        *height = height.min(below);
        below = *height - LABEL_GAP;
    }
    for (index, height) in order.into_iter().zip(heights) {
        lines[index].1.label_at.1 = pixels(height + 5.0);
    }
}

/// A disc, square, triangle, diamond or cross around a place.
fn mark_path(number: usize, (x, y): (f64, f64)) -> String {
    let at = |dx: f64, dy: f64| format!("{} {}", pixels(x + dx), pixels(y + dy));
    match number % 5 {
        0 => format!("M{}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", at(-4.5, 0.0)),
        1 => format!("M{}h8v8h-8z", at(-4.0, -4.0)),
        2 => format!("M{}L{}L{}z", at(0.0, -5.5), at(5.0, 4.0), at(-5.0, 4.0)),
        3 => format!("M{}L{}L{}L{}z", at(0.0, -6.0), at(6.0, 0.0), at(0.0, 6.0), at(-6.0, 0.0)),
        _ => format!("M{}L{}M{}L{}", at(-4.5, -4.5), at(4.5, 4.5), at(-4.5, 4.5), at(4.5, -4.5)),
    }
}

fn pixels(length: f64) -> String {
    format!("{length:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(label: &str, end: f64) -> Series {
        let points = vec![(0.0, 0.0), (10.0, end)];
        Series { label: label.to_owned(), marks: points.clone(), points, look: Look::Series(1) }
    }

    fn plot(series: Vec<Series>) -> Plot {
        Plot {
            id: "p",
            title: "<b>title</b>".to_owned(),
            description: "says \"so\"".to_owned(),
            x: Axis::percent("x".to_owned(), 10.0, 5),
            y: Axis::percent("y".to_owned(), 100.0, 5),
            series,
            bars: Vec::new(),
            label_space: 100.0,
        }
    }

    #[test]
    fn labels_of_lines_that_end_together_stand_apart() {
        let svg = plot(vec![series("a", 50.0), series("b", 51.0), series("c", 100.0), series("d", 0.0)]).svg();
        let mut heights: Vec<f64> = svg.lines.iter().map(|line| line.label_at.1.parse().unwrap()).collect();
        assert!(heights[1] < heights[0], "the higher line has the higher label");
        heights.sort_by(f64::total_cmp);
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= LABEL_GAP - 0.11), "{heights:?}");
        assert!(heights[0] >= TOP && heights[3] <= HEIGHT - BOTTOM + 6.0);
    }

    #[test]
    fn texts_are_escaped() {
        let drawn = plot(vec![series("<script>", 50.0)]).svg().render().unwrap();
        assert!(drawn.contains("&#60;script&#62;") || drawn.contains("&lt;script&gt;"), "{drawn}");
        assert!(!drawn.contains("<b>") && !drawn.contains("<script>"));
    }
}
