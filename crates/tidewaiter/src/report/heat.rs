//! A heat map as SVG: what was declared down the side, what was recommended along the top. Each cell has its number in it, so that
//! nothing is told by shade alone.

use crate::flow::hs::chapters::ChapterMap;
use crate::view::words::Words;
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};

/// Side of a cell.
const SIZE: usize = 26;

/// Space for the labels on the left, and above.
const LEFT: usize = 56;
const TOP: usize = 56;

/// Narrowest map, so that its title fits.
const NARROWEST: usize = 420;

/// From this share on a cell is so dark that its number is white.
const STRONG: f64 = 0.5;

#[derive(Template)]
#[template(path = "heat.svg")]
struct Svg {
    width: usize,
    height: usize,
    left: usize,
    top: usize,
    bottom: usize,
    size: usize,
    title: String,
    description: String,
    x_label: String,
    y_label: String,
    grid: String,
    columns: Vec<(usize, String)>,
    rows: Vec<(usize, String)>,
    cells: Vec<Cell>,
}

struct Cell {
    x: usize,
    y: usize,
    middle: usize,
    foot: usize,
    share: String,
    text: String,
    title: String,
    is_same: bool,
    is_strong: bool,
}

/// The map of declared chapters against recommended ones.
///
/// # Errors
/// Where the template can't be written.
pub fn heat_map(map: &ChapterMap, words: &Words) -> askama::Result<String> {
    let declared: BTreeSet<u32> = map.counts.keys().map(|(declared, _)| *declared).collect();
    let mut recommended: Vec<Option<u32>> =
        map.counts.keys().map(|(_, to)| *to).chain(declared.iter().map(|from| Some(*from))).collect();
    // What has no recommendation stands last.
    recommended.sort_by_key(|to| to.unwrap_or(u32::MAX));
    recommended.dedup();
    let at = |place: usize, start: usize| start + place * SIZE;
    let columns: BTreeMap<Option<u32>, usize> =
        recommended.iter().enumerate().map(|(place, to)| (*to, at(place, LEFT))).collect();
    let rows: BTreeMap<u32, usize> = declared.iter().enumerate().map(|(place, from)| (*from, at(place, TOP))).collect();
    let (right, bottom) = (at(recommended.len(), LEFT), at(declared.len(), TOP));
    let lines = (0..=declared.len()).map(|place| format!("M{LEFT} {}H{right}", at(place, TOP)));
    let lines = lines.chain((0..=recommended.len()).map(|place| format!("M{} {TOP}V{bottom}", at(place, LEFT))));
    let svg = Svg {
        width: (right + 16).max(NARROWEST),
        height: bottom + 16,
        left: LEFT,
        top: TOP,
        bottom,
        size: SIZE,
        title: words.text("hs-map-title", &[]),
        description: summary(map, words),
        x_label: words.text("hs-map-recommended", &[]),
        y_label: words.text("hs-map-declared", &[]),
        grid: lines.collect(),
        columns: columns.iter().map(|(to, x)| (x + SIZE / 2, chapter(*to))).collect(),
        rows: rows.iter().map(|(from, y)| (y + SIZE / 2, chapter(Some(*from)))).collect(),
        cells: cells(map, words, &rows, &columns),
    };
    svg.render()
}

fn cells(
    map: &ChapterMap,
    words: &Words,
    rows: &BTreeMap<u32, usize>,
    columns: &BTreeMap<Option<u32>, usize>,
) -> Vec<Cell> {
    let mut totals: BTreeMap<u32, usize> = BTreeMap::new();
    map.counts.iter().for_each(|((from, _), count)| *totals.entry(*from).or_default() += count);
    let cell = |((from, to), count): (&(u32, Option<u32>), &usize)| {
        let (x, y) = (*columns.get(to)?, *rows.get(from)?);
        let share = *count as f64 / *totals.get(from)? as f64;
        let percent = if share < 0.005 { "<1".to_owned() } else { format!("{:.0}", 100.0 * share) };
        let numbers = [count.to_string(), totals.get(from)?.to_string(), percent];
        let arguments = [
            ("declared", &*chapter(Some(*from))),
            ("recommended", &chapter(*to)),
            ("count", &numbers[0]),
            ("of", &numbers[1]),
            ("percent", &numbers[2]),
        ];
        Some(Cell {
            x,
            y,
            middle: x + SIZE / 2,
            foot: y + SIZE / 2 + 4,
            share: format!("{share:.2}"),
            text: numbers[2].clone(),
            title: words.text("hs-map-cell", &arguments),
            is_same: Some(*from) == *to,
            is_strong: share >= STRONG,
        })
    };
    map.counts.iter().filter_map(cell).collect()
}

fn chapter(chapter: Option<u32>) -> String {
    chapter.map_or_else(|| "\u{2013}".to_owned(), |chapter| format!("{chapter:02}"))
}

/// What the map shows, in words.
pub fn summary(map: &ChapterMap, words: &Words) -> String {
    let (texts, agreeing) = (map.texts(), map.agreeing());
    let most = |(from, to, count): &(u32, u32, usize)| format!("{from:02} \u{2192} {to:02}: {count}");
    let differences: Vec<String> = map.differences().iter().take(5).map(most).collect();
    let arguments = [
        ("texts", &*texts.to_string()),
        ("agreeing", &agreeing.to_string()),
        ("percent", &format!("{:.1}", 100.0 * agreeing as f64 / texts.max(1) as f64)),
        ("differences", &differences.join(", ")),
    ];
    words.text(if differences.is_empty() { "hs-map-agree" } else { "hs-map-summary" }, &arguments)
}
