//! Answers about HS codes, as JSON and as text.

use crate::flow::hs::{Imported, Line};
use hsearch::{Answer, Hs6, Index};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// Known texts that are shown.
const NEIGHBOURS: usize = 3;

/// What `hs search --json` prints.
#[derive(Debug, Serialize)]
pub struct SearchView {
    /// The description.
    pub text: String,
    /// The language it was taken for.
    pub language: &'static str,
    /// `code`, `heading` or `ask`.
    pub outcome: &'static str,
    /// The codes, the most likely first.
    pub codes: Vec<CodeView>,
    /// The headings, the most likely first.
    pub headings: Vec<HeadingView>,
    /// The known texts most alike.
    pub neighbours: Vec<NeighbourView>,
}

/// A subheading.
#[derive(Debug, Serialize)]
pub struct CodeView {
    /// Its six digits.
    pub code: String,
    /// Probability that it is right.
    pub probability: f64,
    /// Text of its chapter.
    pub chapter: String,
    /// Text of its heading.
    pub heading: String,
    /// Its own text.
    pub subheading: String,
}

/// A heading.
#[derive(Debug, Serialize)]
pub struct HeadingView {
    /// Its four digits.
    pub heading: String,
    /// Probability that it is right.
    pub probability: f64,
}

/// A known text.
#[derive(Debug, Serialize)]
pub struct NeighbourView {
    /// The text.
    pub text: String,
    /// Its code: a subheading, or a heading or chapter where no more is known.
    pub code: String,
    /// Where it is from.
    pub source: String,
    /// How alike it is, 0 to 1.
    pub alike: f64,
}

impl SearchView {
    /// The view of an answer with so many codes.
    pub fn new(index: &Index, text: &str, answer: &Answer, top: usize) -> Self {
        let code = |ranked: &hsearch::Ranked| {
            let path = index.legal_path(ranked.code, answer.language);
            let texts = path.map(|path| [path.chapter, path.heading, path.subheading]).unwrap_or_default();
            let [chapter, heading, subheading] = texts.map(str::to_owned);
            CodeView { code: ranked.code.to_string(), probability: ranked.probability, chapter, heading, subheading }
        };
        let heading =
            |(heading, probability): (u32, f64)| HeadingView { heading: format!("{heading:04}"), probability };
        Self {
            text: text.to_owned(),
            language: answer.language.code(),
            outcome: answer.outcome.name(),
            codes: answer.ranked.iter().take(top).map(code).collect(),
            headings: answer.headings().into_iter().take(top).map(heading).collect(),
            neighbours: index
                .neighbours(answer)
                .take(NEIGHBOURS)
                .map(|one| NeighbourView {
                    text: one.text.to_owned(),
                    code: one.code.to_string(),
                    source: one.source.to_owned(),
                    alike: one.alike,
                })
                .collect(),
        }
    }
}

/// An answer for people.
pub fn text(view: &SearchView) -> String {
    let mut out = String::new();
    let first = view.codes.first();
    let verdict = match (view.outcome, first) {
        ("code", Some(first)) => format!("{}: {}", first.code, first.subheading),
        ("heading", Some(first)) => {
            format!("heading {}: {}; which subheading is open, see below", &first.code[..4], first.heading)
        }
        _ => "the description does not suffice; ask what the goods are, of what they are made, what they are for"
            .to_owned(),
    };
    let _ = writeln!(out, "{verdict}\n");
    for code in &view.codes {
        let _ = writeln!(out, "{:>5.1} %  {}  {}", 100.0 * code.probability, code.code, code.subheading);
        let _ = writeln!(out, "                 {}", code.heading);
    }
    if !view.neighbours.is_empty() {
        let _ = writeln!(out, "\nMost alike");
    }
    for one in &view.neighbours {
        let _ = writeln!(out, "  {}  {} ({})", one.code, one.text, one.source);
    }
    out.trim_end().to_owned()
}

/// What an import did, for people.
pub fn imported(done: &Imported, out: &Path) -> String {
    let mut text = String::new();
    for (path, lines, skipped) in &done.files {
        let _ = write!(text, "{}: {lines}", path.display());
        let _ =
            if *skipped > 0 { writeln!(text, "; {skipped} lines without a code or a text") } else { writeln!(text) };
    }
    if done.left_out > 0 {
        let _ =
            writeln!(text, "{} texts left out: without a word, or with a code not in the nomenclature", done.left_out);
    }
    let _ = write!(
        text,
        "{} subheadings, {} texts, {:.1} MB, written to {}",
        done.subheadings,
        done.instances,
        done.bytes as f64 / 1e6,
        out.display()
    );
    text
}

/// Places that are counted.
const PLACES: [usize; 4] = [1, 3, 5, 10];

/// What `hs evaluate --json` prints. Shares are of the texts whose code is in the nomenclature.
#[derive(Debug, Serialize)]
pub struct EvaluationView {
    /// Texts with a code.
    pub texts: usize,
    /// By digits, `hs2`, `hs4` and `hs6`: the share that is right among the first 1, 3, 5 and 10 codes.
    pub right: Vec<RightView>,
    /// Expected calibration error of the first code's probability, ten bins of equal size.
    pub ece: f64,
    /// Share right among the surest part of the texts, from the surest tenth on.
    pub coverage: Vec<CoverageView>,
    /// Share of texts by outcome: code, heading, ask; and how often the first code or its heading was right.
    pub outcomes: Vec<OutcomeView>,
    /// Milliseconds for a description, by the clock.
    pub ms_per_query: f64,
}

/// Shares right at one level.
#[derive(Debug, Serialize)]
pub struct RightView {
    /// `hs2`, `hs4` or `hs6`.
    pub level: &'static str,
    /// Among the first 1, 3, 5, 10 codes.
    pub among_first: [f64; 4],
    /// Half the width of the 95 % interval of each (normal approximation).
    pub half_width: [f64; 4],
}

/// How often the first code is right among the surest.
#[derive(Debug, Serialize)]
pub struct CoverageView {
    /// Share of the texts.
    pub share: f64,
    /// Least probability among them.
    pub probability: f64,
    /// Share right.
    pub right: f64,
}

/// Texts of an outcome.
#[derive(Debug, Serialize)]
pub struct OutcomeView {
    /// The outcome.
    pub outcome: &'static str,
    /// Share of the texts.
    pub share: f64,
    /// Share of them whose first code is right.
    pub code_right: f64,
    /// Share of them whose most likely heading is right.
    pub heading_right: f64,
}

/// Measures answers against known codes.
pub fn evaluation(lines: &[Line], answers: &[Answer], elapsed: Duration) -> EvaluationView {
    let known: Vec<(Hs6, &Answer)> =
        lines.iter().zip(answers).filter_map(|(line, answer)| Some((line.code?, answer))).collect();
    let count = known.len().max(1) as f64;
    let level = |name, of: fn(Hs6) -> u32| {
        let among = PLACES.map(|places| {
            let hit = |(code, answer): &&(Hs6, &Answer)| {
                answer.ranked.iter().take(places).any(|ranked| of(ranked.code) == of(*code))
            };
            known.iter().filter(hit).count() as f64 / count
        });
        RightView { level: name, among_first: among, half_width: among.map(|p| 1.96 * (p * (1.0 - p) / count).sqrt()) }
    };
    let mut sure: Vec<(f64, bool)> = known
        .iter()
        .map(|(code, answer)| {
            let first = answer.ranked.first();
            (first.map_or(0.0, |first| first.probability), first.is_some_and(|first| first.code == *code))
        })
        .collect();
    sure.sort_by(|a, b| b.0.total_cmp(&a.0));
    EvaluationView {
        texts: known.len(),
        right: vec![
            level("hs2", Hs6::chapter),
            level("hs4", Hs6::heading),
            level("hs6", |code| code.heading() * 100 + code.last_two()),
        ],
        ece: calibration_error(&sure),
        coverage: coverage(&sure),
        outcomes: outcomes(&known),
        ms_per_query: elapsed.as_secs_f64() * 1e3 / lines.len().max(1) as f64,
    }
}

fn calibration_error(sure: &[(f64, bool)]) -> f64 {
    let size = sure.len().div_ceil(10).max(1);
    let gap = |bin: &[(f64, bool)]| {
        let said: f64 = bin.iter().map(|(probability, _)| probability).sum();
        (said - bin.iter().filter(|(_, right)| *right).count() as f64).abs()
    };
    sure.chunks(size).map(gap).sum::<f64>() / sure.len().max(1) as f64
}

fn coverage(sure: &[(f64, bool)]) -> Vec<CoverageView> {
    let part = |tenths: usize| {
        let part = &sure[..(sure.len() * tenths).div_ceil(10)];
        CoverageView {
            share: tenths as f64 / 10.0,
            probability: part.last().map_or(0.0, |(probability, _)| *probability),
            right: part.iter().filter(|(_, right)| *right).count() as f64 / part.len().max(1) as f64,
        }
    };
    (1..=10).map(part).collect()
}

fn outcomes(known: &[(Hs6, &Answer)]) -> Vec<OutcomeView> {
    let one = |name: &'static str| {
        let of: Vec<_> = known.iter().filter(|(_, answer)| answer.outcome.name() == name).collect();
        let share = |count: usize| count as f64 / of.len().max(1) as f64;
        let code = |(code, answer): &&&(Hs6, &Answer)| answer.ranked.first().is_some_and(|first| first.code == *code);
        let heading = |(code, answer): &&&(Hs6, &Answer)| {
            answer.headings().first().is_some_and(|(heading, _)| *heading == code.heading())
        };
        OutcomeView {
            outcome: name,
            share: of.len() as f64 / known.len().max(1) as f64,
            code_right: share(of.iter().filter(code).count()),
            heading_right: share(of.iter().filter(heading).count()),
        }
    };
    ["code", "heading", "ask"].into_iter().map(one).collect()
}

impl EvaluationView {
    /// The figures for people.
    pub fn text(&self) -> String {
        let mut out = format!(
            "{} texts, {:.2} ms each\n\nright, %   first   of 3   of 5  of 10\n",
            self.texts, self.ms_per_query
        );
        for level in &self.right {
            let cells: Vec<String> = level.among_first.iter().map(|share| format!("{:6.1}", 100.0 * share)).collect();
            let _ = writeln!(out, "{:<9} {}", level.level, cells.join(" "));
        }
        let _ = writeln!(out, "\ncalibration error {:.3}\n\nsurest    right   from probability", self.ece);
        for part in &self.coverage {
            let _ =
                writeln!(out, "{:>4.0} % {:>8.1} % {:>12.2}", 100.0 * part.share, 100.0 * part.right, part.probability);
        }
        let _ = writeln!(out, "\noutcome    share   code right   heading right");
        for one in &self.outcomes {
            let _ = writeln!(
                out,
                "{:<8} {:>5.1} % {:>10.1} % {:>13.1} %",
                one.outcome,
                100.0 * one.share,
                100.0 * one.code_right,
                100.0 * one.heading_right
            );
        }
        out.trim_end().to_owned()
    }
}
