//! Tariffs as trees: the United States' with indents, the European Union's with dashes, the United Kingdom's with parents.

use super::table::{Table, field};
use hsearch::{Hs6, Instance, Language, Period, Section, Subheading, TariffLine};
use std::collections::{BTreeMap, HashMap};

/// What divides the texts of a path.
const BELOW: &str = " > ";

/// The suffix of lines that goods can be declared or grouped under; lines of other suffixes only hold texts together.
const OWN: &str = "80";

/// A line of a tariff.
#[derive(Debug, Default)]
struct Node {
    /// Its digits without those that only fill up; empty for a line without a code.
    digits: String,
    text: String,
    parent: Option<usize>,
    has_children: bool,
    language: Option<Language>,
    valid: Period,
}

/// A tariff: each line after the one it stands below.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Lines that have no place or no text.
    pub(super) skipped: usize,
    language: Option<Language>,
}

/// Which columns tell the depth of a line.
enum Layout {
    /// Steps below the heading, as a number (United States).
    Indent(usize),
    /// Steps below the heading, as dashes or as a number, with chapters as lines of their own; the column that tells how many digits
    /// count, where there is one (European Union; United Kingdom).
    Chapters(usize, Option<usize>),
    /// Numbers of lines, and of the lines above them (United Kingdom).
    Parents(usize, usize),
}

impl Layout {
    fn of(table: &Table) -> Option<Self> {
        let (own, parent) = (table.column(&["commodity__sid"]), table.column(&["parent__sid"]));
        if let (Some(own), Some(parent)) = (own, parent) {
            return Some(Self::Parents(own, parent));
        }
        let digits = table.column(&["hier. pos."]);
        if let Some(indents) = table.column(&["number_indents"]) {
            return Some(Self::Chapters(indents, digits));
        }
        let indent = table.column(&["indent"])?;
        Some(if digits.is_some() { Self::Chapters(indent, digits) } else { Self::Indent(indent) })
    }
}

impl Tree {
    /// The tree of a table; `None` for one that is no tree.
    pub(super) fn of(table: &Table) -> Option<Self> {
        let layout = Layout::of(table)?;
        let codes = ["hts number", "htsno", "goods code", "commodity__code", "goods_nomenclature_item_id", "code"];
        let code = table.column(&codes)?;
        let text = table.column(&["description", "commodity__description", "text"])?;
        let suffix = table.column(&["commodity__suffix", "productline_suffix"]);
        let language = table.column(&["lang", "language"]);
        let mut tree = Self { nodes: Vec::new(), skipped: 0, language: table.language() };
        let mut place = Placing::default();
        for line in &table.lines {
            let (digits, by_code) = digits(field(line, Some(code)));
            let is_own = [field(line, suffix), by_code].iter().all(|suffix| suffix.is_empty() || *suffix == OWN);
            let digits = shortened(digits, &layout, line);
            let depth = depth(&layout, line, &digits);
            let text = field(line, Some(text)).trim_end_matches(':').trim();
            let (Some(depth), false) = (depth, text.is_empty()) else {
                tree.skipped += 1;
                continue;
            };
            let parent = place.parent(&layout, line, depth, tree.nodes.len());
            if let Some(parent) = parent {
                tree.nodes[parent].has_children = true;
            }
            tree.nodes.push(Node {
                digits: if is_own { digits } else { String::new() },
                text: text.to_owned(),
                parent,
                has_children: false,
                language: Language::parse(field(line, language)),
                valid: table.period(line),
            });
        }
        Some(tree)
    }

    /// The lines from the heading down to a line.
    fn path(&self, place: usize) -> Vec<&Node> {
        let above = std::iter::successors(Some(place), |place| self.nodes[*place].parent);
        let mut path: Vec<&Node> =
            above.map(|place| &self.nodes[place]).take_while(|node| node.digits.len() != 2).collect();
        path.reverse();
        path
    }

    /// The lines that goods belong under with their subheadings: those of six digits and more, and headings that are not divided.
    fn coded(&self) -> impl Iterator<Item = (usize, &Node, Hs6)> {
        self.nodes.iter().enumerate().filter_map(|(place, node)| {
            let whole = match node.digits.len() {
                4 if !node.has_children => Hs6::parse(&format!("{}00", node.digits)),
                6.. => Hs6::parse(&node.digits),
                _ => None,
            };
            // Chapters above 97 are national: what they hold is no part of the Harmonized System.
            Some((place, node, whole.filter(|code| Section::of_chapter(code.chapter()).is_some())?))
        })
    }

    /// The subheadings, each by the first line that has its digits.
    pub(super) fn subheadings(&self) -> Vec<Subheading> {
        let chapters: HashMap<&str, &str> =
            self.nodes.iter().filter(|node| node.digits.len() == 2).map(|node| (&*node.digits, &*node.text)).collect();
        let mut found: BTreeMap<(Hs6, Language), Subheading> = BTreeMap::new();
        for (place, node, code) in self.coded() {
            let language = node.language.or(self.language).unwrap_or(Language::En);
            found.entry((code, language)).or_insert_with(|| {
                let path = self.path(place);
                let heading = path.first().map_or("", |node| &node.text);
                // The digits 00 say that the heading is not divided, whatever stands below it.
                let below = if code.number() % 100 == 0 { &[] } else { path.get(1..).unwrap_or_default() };
                let text = if below.is_empty() { heading.to_owned() } else { joined(below) };
                let chapter = chapters.get(&code.to_string()[..2]).copied().unwrap_or_default();
                let valid = if node.digits.len() <= 6 { node.valid } else { Period::default() };
                Subheading {
                    code,
                    text,
                    heading_text: heading.to_owned(),
                    chapter_text: chapter.to_owned(),
                    language,
                    valid,
                }
            });
        }
        found.into_values().collect()
    }

    /// The lines as known texts: each with the texts from the heading down.
    pub(super) fn instances(&self) -> Vec<Instance> {
        let instance = |(place, node, code): (usize, &Node, Hs6)| Instance {
            text: joined(&self.path(place)),
            code: code.into(),
            language: Some(self.language_of(node)),
            weight: 1.0,
        };
        self.coded().map(instance).collect()
    }

    /// The lines of more than six digits, each with what it has below its subheading.
    pub(super) fn lines(&self, source: &str) -> Vec<TariffLine> {
        let mut lines = Vec::new();
        for (place, node, code) in self.coded().filter(|(_, node, _)| node.digits.len() > 6) {
            let path = self.path(place);
            let subheading = code.to_string();
            // The first line with the digits of the subheading stands for it, of whatever length it is.
            let first = path.iter().position(|node| node.digits.starts_with(&subheading));
            let below = first.map_or(path.len(), |first| first + 1);
            let text = if below < path.len() { joined(&path[below..]) } else { node.text.clone() };
            lines.push(TariffLine {
                code: node.digits.clone(),
                text,
                language: self.language_of(node),
                source: source.to_owned(),
                valid: node.valid,
            });
        }
        lines
    }

    fn language_of(&self, node: &Node) -> Language {
        node.language.or(self.language).unwrap_or(Language::En)
    }
}

fn joined(path: &[&Node]) -> String {
    path.iter().map(|node| &*node.text).collect::<Vec<_>>().join(BELOW)
}

/// The digits of a code, and the suffix that the European Union writes behind them: `0101210000 80`.
fn digits(code: &str) -> (String, &str) {
    let (code, suffix) = match code.rsplit_once(' ') {
        Some((code, suffix)) if suffix.len() == 2 && code.len() >= 10 => (code, suffix),
        _ => (code, ""),
    };
    (code.chars().filter(char::is_ascii_digit).collect(), suffix)
}

/// A code without the digits that fill it up to ten.
fn shortened(mut digits: String, layout: &Layout, line: &[String]) -> String {
    let told = match layout {
        Layout::Indent(_) => return digits,
        Layout::Chapters(_, told) => field(line, *told).parse::<usize>().ok(),
        Layout::Parents(..) => None,
    };
    match told {
        Some(count) => digits.truncate(count),
        None => {
            while digits.len() > 2 && digits.len().is_multiple_of(2) && digits.ends_with("00") {
                digits.truncate(digits.len() - 2);
            }
        }
    }
    digits
}

/// How many lines are above a line; `None` where it doesn't say.
fn depth(layout: &Layout, line: &[String], digits: &str) -> Option<usize> {
    match layout {
        Layout::Indent(column) => field(line, Some(*column)).parse().ok(),
        Layout::Chapters(..) if digits.len() <= 2 => (digits.len() == 2).then_some(0),
        Layout::Chapters(column, _) => {
            let indent = field(line, Some(*column));
            let dashes = indent.bytes().filter(|byte| *byte == b'-').count();
            Some(1 + indent.parse::<usize>().unwrap_or(dashes))
        }
        Layout::Parents(own, _) => (!field(line, Some(*own)).is_empty()).then_some(0),
    }
}

/// Where the lines met so far stand.
#[derive(Default)]
struct Placing<'a> {
    /// The last line of each depth.
    above: Vec<usize>,
    by_number: HashMap<&'a str, usize>,
}

impl<'a> Placing<'a> {
    /// The line above the next one, which then has its own place.
    fn parent(&mut self, layout: &Layout, line: &'a [String], depth: usize, place: usize) -> Option<usize> {
        if let Layout::Parents(own, parent) = layout {
            self.by_number.insert(field(line, Some(*own)), place);
            return self.by_number.get(field(line, Some(*parent))).copied().filter(|parent| *parent != place);
        }
        self.above.truncate(depth);
        let parent = self.above.last().copied();
        self.above.push(place);
        parent
    }
}
