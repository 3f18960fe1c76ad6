//! Figures of an index, as JSON and as text.

use crate::flow::hs::Evaluation;
use crate::view::words::Words;
use hsearch::{Coverage, Figures, OutcomeFigures, Share};
use serde::Serialize;
use std::fmt::Write;

/// What `hs evaluate --json` prints: shares of the texts whose code is in the nomenclature, each with its interval of 95 %.
#[derive(Debug, Serialize)]
pub struct EvaluationView {
    /// Texts with a code of the nomenclature.
    pub texts: usize,
    /// By digits, 2, 4 and 6: the share that is right among the first codes.
    pub right: Vec<RightView>,
    /// Expected calibration error of the first code's probability, ten bins of equal size.
    pub ece: f64,
    /// Share right among the surest part of the texts, from the surest tenth on.
    pub coverage: Vec<CoverageView>,
    /// Share of texts by outcome, and how often the first code and its heading were right.
    pub outcomes: Vec<OutcomeView>,
    /// By the language of the texts, the most frequent first.
    pub by_language: Vec<GroupView>,
    /// By the chapter of the right code, rising.
    pub by_chapter: Vec<GroupView>,
    /// How well right codes are told from near wrong ones; null where nothing is judged.
    pub declared_codes: Option<JudgedView>,
    /// Texts measured by the one code that took the place of theirs.
    pub carried_over: usize,
    /// Texts that were not measured.
    pub left_out: LeftOutView,
    /// Milliseconds for a description, by the clock, over all threads together.
    pub ms_per_query: f64,
    /// Milliseconds for a description on one thread: half take at most so long.
    pub ms_median: f64,
    /// 99 in 100 take at most so long.
    pub ms_p99: f64,
}

/// How well right codes are told from near wrong ones.
#[derive(Debug, Serialize)]
pub struct JudgedView {
    /// Area under the ROC curve.
    pub auc: f64,
    /// Calibration error of the probability that a declared code is right, where one in ten is wrong.
    pub ece: f64,
    /// Share of codes not judged.
    pub unjudged: f64,
}

/// Texts of one language or chapter.
#[derive(Debug, Serialize)]
pub struct GroupView {
    /// The language, or the two digits of the chapter.
    pub group: String,
    /// How many there are.
    pub texts: usize,
    /// By digits, 2, 4 and 6: the share that is right among the first codes.
    pub right: Vec<RightView>,
    /// Expected calibration error of the first code's probability.
    pub ece: f64,
}

/// Texts that were not measured.
#[derive(Debug, Serialize)]
pub struct LeftOutView {
    /// Without a code.
    pub without_code: usize,
    /// With a code of an older edition whose goods went to several.
    pub older: usize,
    /// Some of those codes, each with those that took its place.
    pub older_codes: Vec<String>,
    /// With a code that neither the nomenclature nor an older edition has.
    pub unknown: usize,
}

/// A share with its interval.
#[derive(Debug, Serialize)]
pub struct ShareView {
    /// The share, 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Shares right at one level.
#[derive(Debug, Serialize)]
pub struct RightView {
    /// `hs2`, `hs4` or `hs6`.
    pub level: String,
    /// Among the first 1, 3, 5, 10 codes.
    pub among_first: [ShareView; 4],
}

/// How often the first code is right among the surest.
#[derive(Debug, Serialize)]
pub struct CoverageView {
    /// Share of the texts.
    pub part: f64,
    /// Least probability among them.
    pub probability: f64,
    /// Share right.
    pub right: ShareView,
}

/// Texts of an outcome.
#[derive(Debug, Serialize)]
pub struct OutcomeView {
    /// The outcome.
    pub outcome: &'static str,
    /// Share of the texts.
    pub part: f64,
    /// Share of them whose first code is right.
    pub code_right: ShareView,
    /// Share of them whose first code has the right heading.
    pub heading_right: ShareView,
}

impl From<Share> for ShareView {
    fn from(Share { share, low, high }: Share) -> Self {
        Self { share, low, high }
    }
}

fn right(figures: &Figures) -> Vec<RightView> {
    let level = |(digits, shares): &(u8, [Share; 4])| RightView {
        level: format!("hs{digits}"),
        among_first: shares.map(ShareView::from),
    };
    figures.right.iter().map(level).collect()
}

fn group(group: String, figures: &Figures) -> GroupView {
    GroupView { group, texts: figures.answers, right: right(figures), ece: figures.calibration_error }
}

impl EvaluationView {
    /// The view of an evaluation that took so many milliseconds for each text.
    pub fn new(evaluation: &Evaluation, ms_per_query: f64) -> Self {
        let figures = &evaluation.figures;
        let coverage =
            |one: &Coverage| CoverageView { part: one.part, probability: one.probability, right: one.right.into() };
        let outcome = |one: &OutcomeFigures| OutcomeView {
            outcome: one.outcome.name(),
            part: one.part,
            code_right: one.code_right.into(),
            heading_right: one.heading_right.into(),
        };
        let left_out = &evaluation.left_out;
        let [_, ms_median, ms_p99] = evaluation.milliseconds;
        Self {
            texts: figures.answers,
            right: right(figures),
            ece: figures.calibration_error,
            coverage: figures.coverage.iter().map(coverage).collect(),
            outcomes: figures.outcomes.iter().map(outcome).collect(),
            by_language: evaluation.by_language.iter().map(|(l, figures)| group(l.to_string(), figures)).collect(),
            by_chapter: evaluation.by_chapter.iter().map(|(c, figures)| group(format!("{c:02}"), figures)).collect(),
            declared_codes: evaluation.judged.map(|judged| JudgedView {
                auc: judged.auc,
                ece: judged.calibration_error,
                unjudged: judged.unjudged,
            }),
            carried_over: evaluation.carried_over,
            left_out: LeftOutView {
                without_code: left_out.without_code,
                older: left_out.older,
                older_codes: left_out.older_codes.clone(),
                unknown: left_out.unknown,
            },
            ms_per_query,
            ms_median,
            ms_p99,
        }
    }

    /// The figures for people.
    pub fn text(&self, words: &Words) -> String {
        let arguments = [
            ("texts", &*self.texts.to_string()),
            ("ms", &format!("{:.2}", self.ms_per_query)),
            ("median", &format!("{:.2}", self.ms_median)),
            ("p99", &format!("{:.2}", self.ms_p99)),
        ];
        let mut out = format!("{}\n", words.text("hs-evaluated", &arguments));
        self.told_left_out(words).iter().for_each(|line| out.push_str(&format!("{line}\n")));
        let title = words.text("hs-among-first", &[]);
        let _ = writeln!(out, "\n{title}\n                1              3              5             10");
        for level in &self.right {
            let cells: Vec<String> = level.among_first.iter().map(cell).collect();
            let _ = writeln!(out, "{}  {}", level.level, cells.join("  "));
        }
        let _ = writeln!(out, "\n{}\n", words.text("hs-calibration", &[("ece", &format!("{:.3}", self.ece))]));
        if let Some(judged) = &self.declared_codes {
            let [auc, ece] = [judged.auc, judged.ece].map(|figure| format!("{figure:.3}"));
            let unjudged = format!("{:.0}", 100.0 * judged.unjudged);
            let arguments = [("auc", &*auc), ("ece", &ece), ("unjudged", &unjudged)];
            let _ = writeln!(out, "{}\n", words.text("hs-evaluated-judged", &arguments));
        }
        for part in &self.coverage {
            let arguments = [
                ("part", &*format!("{:.0}", 100.0 * part.part)),
                ("right", &cell(&part.right)),
                ("probability", &format!("{:.2}", part.probability)),
            ];
            let _ = writeln!(out, "{}", words.text("hs-surest", &arguments));
        }
        let _ = writeln!(out);
        for one in &self.outcomes {
            let arguments = [
                ("outcome", one.outcome),
                ("part", &*format!("{:.1}", 100.0 * one.part)),
                ("code", &format!("{:.1}", 100.0 * one.code_right.share)),
                ("heading", &format!("{:.1}", 100.0 * one.heading_right.share)),
            ];
            let _ = writeln!(out, "{}", words.text("hs-outcome", &arguments));
        }
        for (id, groups) in [("hs-by-language", &self.by_language), ("hs-by-chapter", &self.by_chapter)] {
            let _ = writeln!(out, "\n{}", words.text(id, &[]));
            groups.iter().for_each(|one| out.push_str(&format!("{}\n", one.line())));
        }
        out.trim_end().to_owned()
    }

    fn told_left_out(&self, words: &Words) -> Vec<String> {
        let left_out = &self.left_out;
        let counted = [
            (self.carried_over, "hs-evaluated-carried"),
            (left_out.without_code, "hs-evaluated-without"),
            (left_out.older, "hs-evaluated-older"),
            (left_out.unknown, "hs-evaluated-unknown"),
        ];
        let codes = left_out.older_codes.join("; ");
        let line = |(count, id): (usize, &str)| words.text(id, &[("texts", &*count.to_string()), ("codes", &codes)]);
        counted.into_iter().filter(|(count, _)| *count > 0).map(line).collect()
    }
}

/// A share with its interval, in per cent.
fn cell(one: &ShareView) -> String {
    format!("{:5.1} [{:4.1},{:5.1}]", 100.0 * one.share, 100.0 * one.low, 100.0 * one.high)
}

impl GroupView {
    /// Texts; subheadings right first and among five; headings right among five.
    fn line(&self) -> String {
        let at = |level: &str, place: usize| {
            let found = self.right.iter().find(|right| right.level == level);
            found.map_or_else(String::new, |right| cell(&right.among_first[place]))
        };
        format!("{:>3} {:>7}  {}  {}  {}", self.group, self.texts, at("hs6", 0), at("hs6", 2), at("hs4", 2))
    }
}
