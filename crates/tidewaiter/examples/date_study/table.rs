//! Tables of the lines that were measured.

use crate::Outcome;
use crate::paired::{interval, mean};
use crate::quarter::MEASURES;
use std::collections::BTreeMap;
use std::path::Path;
use tidewaiter::report::plot::{Axis, Look, Plot, Series};

/// The variants that others are compared with: the model of the product, and the network of the paper.
const FULL: [&str; 2] = ["date", "network"];

/// Figures by scenario and part, then by variant, then by seed.
type Lines = BTreeMap<(String, String), BTreeMap<String, BTreeMap<u64, [f64; 8]>>>;

/// Prints Markdown tables of a file of lines, and with a folder draws the plots there.
pub(crate) fn print(path: &str, plots: Option<&str>) -> Outcome<()> {
    let lines = read(&std::fs::read_to_string(path)?)?;
    for ((scenario, part), variants) in &lines {
        println!("\n### {scenario}, {part}\n");
        means(variants);
        if part == "variants" {
            FULL.iter().for_each(|full| differences(full, variants));
        }
    }
    match plots {
        Some(folder) => draw(&lines, Path::new(folder)),
        None => Ok(()),
    }
}

fn read(text: &str) -> Outcome<Lines> {
    let mut lines = Lines::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [scenario, seed, part @ .., variant, figures] = &fields[..] else { return Err(line.into()) };
        let figures = figures.split(',').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        let figures: [f64; 8] = figures.try_into().map_err(|_| "eight figures a line")?;
        let variants = lines.entry(((*scenario).to_owned(), part.join(": "))).or_default();
        variants.entry((*variant).to_owned()).or_default().insert(seed.parse()?, figures);
    }
    Ok(lines)
}

fn means(variants: &BTreeMap<String, BTreeMap<u64, [f64; 8]>>) {
    println!("| mean over seeds | seeds | {} |\n|---|---|{}", MEASURES.join(" | "), "---|".repeat(MEASURES.len()));
    for (name, seeds) in variants {
        let mean = |measure: usize| mean(seeds.values().map(|one| one[measure]));
        let cells: Vec<String> = (0..MEASURES.len()).map(|measure| format!("{:.3}", mean(measure))).collect();
        println!("| {name} | {} | {} |", seeds.len(), cells.join(" | "));
    }
}

/// What one variant has over each other, paired by seed.
fn differences(name: &str, variants: &BTreeMap<String, BTreeMap<u64, [f64; 8]>>) {
    let Some(full) = variants.get(name) else { return };
    println!("\n| {name} less | {} |\n|---|{}", MEASURES.join(" | "), "---|".repeat(MEASURES.len()));
    for (other, seeds) in variants.iter().filter(|(other, _)| *other != name) {
        let cell = |measure: usize| {
            let pairs = seeds.iter().filter_map(|(seed, other)| Some(full.get(seed)?[measure] - other[measure]));
            let (mean, low, high) = interval(&pairs.filter(|gap| gap.is_finite()).collect::<Vec<f64>>());
            format!("{mean:+.3} [{low:+.3}, {high:+.3}]")
        };
        println!("| {other} | {} |", (0..MEASURES.len()).map(cell).collect::<Vec<_>>().join(" | "));
    }
}

/// The parts of the robustness study: how the plot's file is called, the part, and its steps in order.
const PLOTS: [(&str, &str, &[&str]); 4] = [
    ("training-length", "days of past", &["91", "182", "365", "640"]),
    ("swapped-labels", "swapped findings", &["0.1", "0.2", "0.3", "0.5"]),
    ("importer-frequency", "declarations of the importer", &["none", "1-9", "10-99", "100+"]),
    ("code-frequency", "declarations of the code", &["none", "1-9", "10-99", "100+"]),
];

fn draw(lines: &Lines, folder: &Path) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    for (file, part, steps) in PLOTS {
        let of = |step: &str| lines.get(&("default".to_owned(), format!("{part}: {step}")));
        let Some(variants) = steps.first().and_then(|step| of(step)) else { continue };
        let line = |name: &String| {
            let mean = |step: &&str| {
                let seeds = of(step).and_then(|variants| variants.get(name)).map(|seeds| seeds.values());
                mean(seeds.into_iter().flatten().map(|one| one[0]))
            };
            let all = steps.iter().map(mean).enumerate().map(|(step, height)| (step as f64, height));
            (name.clone(), all.filter(|(_, height)| height.is_finite()).collect())
        };
        let plot = plot(file, part, steps, variants.keys().map(line).collect());
        std::fs::write(folder.join(format!("{file}.svg")), plot.file()?)?;
    }
    Ok(())
}

/// AUC by steps.
fn plot(id: &'static str, part: &str, steps: &[&str], lines: Vec<(String, Vec<(f64, f64)>)>) -> Plot {
    let heights = || lines.iter().flat_map(|(_, points)| points).map(|(_, height)| *height);
    let min = (heights().fold(1.0, f64::min) * 20.0).floor() / 20.0;
    let max = (heights().fold(0.0, f64::max) * 20.0).ceil() / 20.0;
    let tick = |step: u32| min + f64::from(step) * (max - min) / 3.0;
    let places = steps.iter().enumerate().map(|(step, name)| (step as f64, (*name).to_owned()));
    let series = |(number, (label, points)): (usize, (String, Vec<(f64, f64)>))| Series {
        label,
        marks: points.clone(),
        points,
        look: Look::Series(number),
    };
    Plot {
        id,
        title: format!("AUC by {part}"),
        description: "Means over seeds; the table above holds the numbers".to_owned(),
        x: Axis { label: part.to_owned(), min: -0.5, max: steps.len() as f64 - 0.5, ticks: places.collect() },
        y: Axis {
            label: "AUC".to_owned(),
            min,
            max,
            ticks: (0..4).map(|s| (tick(s), format!("{:.3}", tick(s)))).collect(),
        },
        series: lines.into_iter().enumerate().map(series).collect(),
        bars: Vec::new(),
        label_space: 90.0,
    }
}
