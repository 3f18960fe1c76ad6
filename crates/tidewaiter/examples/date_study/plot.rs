//! A plot of AUC by steps, as SVG. Lines are told apart by dashes and by the names at their ends.

use std::fmt::Write;

/// One line, a height for each step.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) heights: Vec<f64>,
}

const DASHES: [&str; 3] = ["", "8 4", "2 4"];
const LEFT: f64 = 60.0;
const RIGHT: f64 = 470.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 260.0;

/// Draws the lines over the steps.
pub(crate) fn svg(x_label: &str, steps: &[&str], lines: &[Line]) -> String {
    let heights = || lines.iter().flat_map(|line| &line.heights).copied().filter(|height| height.is_finite());
    let low = (heights().fold(1.0, f64::min) * 20.0).floor() / 20.0;
    let high = (heights().fold(0.0, f64::max) * 20.0).ceil() / 20.0;
    let x = |step: usize| LEFT + (RIGHT - LEFT) * (step as f64 + 0.5) / steps.len() as f64;
    let y = |height: f64| BOTTOM - (BOTTOM - TOP) * (height - low) / (high - low).max(0.05);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 580 320\" role=\"img\" font-family=\"sans-serif\" \
         font-size=\"14\"><title>AUC by {x_label}</title><rect width=\"580\" height=\"320\" fill=\"#fff\"/>"
    );
    let mut text = |at: (f64, f64), anchor: &str, words: &str| {
        let _ = write!(out, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{words}</text>", at.0, at.1);
    };
    for (step, name) in steps.iter().enumerate() {
        text((x(step), BOTTOM + 20.0), "middle", name);
    }
    text((0.5 * (LEFT + RIGHT), BOTTOM + 45.0), "middle", x_label);
    text((LEFT - 8.0, y(low) + 5.0), "end", &format!("{low:.2}"));
    text((LEFT - 8.0, y(high) + 5.0), "end", &format!("{high:.2}"));
    text((LEFT - 8.0, 0.5 * (TOP + BOTTOM)), "end", "AUC");
    let mut ends: Vec<(f64, &str)> = Vec::new();
    for line in lines {
        let end = line.heights.iter().rev().find(|height| height.is_finite()).map_or(BOTTOM, |height| y(*height));
        ends.push((end, &line.name));
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut least = f64::MIN;
    for (end, name) in ends {
        least = end.max(least + 17.0);
        text((RIGHT - 30.0, least + 5.0), "start", name);
    }
    for (line, dash) in lines.iter().zip(DASHES.iter().cycle()) {
        let places = line.heights.iter().enumerate().filter(|(_, height)| height.is_finite());
        let points: Vec<String> = places.map(|(step, height)| format!("{:.1},{:.1}", x(step), y(*height))).collect();
        let _ = write!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#124\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>",
            points.join(" ")
        );
    }
    let _ = write!(out, "<path d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\" fill=\"none\" stroke=\"#555\"/></svg>");
    out
}
