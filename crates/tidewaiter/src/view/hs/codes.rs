//! Codes explained and browsed, as JSON and as text.

use super::statistics::StatisticsView;
use crate::flow::hs::codes::{Asked, Place};
use crate::view::words::Words;
use domain::Day;
use hsearch::{Branch, Hs6, Index, Language, Note, Period, Scope, Section, TariffLine};
use serde::Serialize;
use std::fmt::Write;

/// Known texts that are told.
const TEXTS: usize = 10;

/// National lines that are told to people; JSON has all.
const LINES: usize = 40;

/// A code with its text.
#[derive(Debug, Serialize)]
pub struct BranchView {
    /// Two, four or six digits; the number of a section in Roman.
    pub code: String,
    /// Its text.
    pub text: String,
    /// How many subheadings it holds, or 1 for one.
    pub subheadings: usize,
}

/// The days on which a code is in force.
#[derive(Debug, Serialize)]
pub struct PeriodView {
    /// The first, where there is one.
    pub from: Option<String>,
    /// The last.
    pub to: Option<String>,
}

/// A note.
#[derive(Debug, Serialize)]
pub struct NoteView {
    /// `section XI` or a code.
    pub scope: String,
    /// The note.
    pub text: String,
    /// Its language.
    pub language: &'static str,
    /// Where it is from.
    pub source: String,
}

/// A line of a national tariff.
#[derive(Debug, Serialize)]
pub struct LineView {
    /// Its digits.
    pub code: String,
    /// What it has below its subheading.
    pub text: String,
    /// The language of the text.
    pub language: &'static str,
    /// The tariff.
    pub source: String,
    /// When it is in force.
    pub valid: PeriodView,
}

/// A known text.
#[derive(Debug, Serialize)]
pub struct TextView {
    /// The text.
    pub text: String,
    /// Where it is from.
    pub source: String,
}

/// What `hs explain --json` prints.
#[derive(Debug, Serialize)]
pub struct ExplainView {
    /// The code that was asked for.
    pub code: String,
    /// The day as of which it is answered.
    pub as_of: String,
    /// The legal path: section, chapter, heading, subheading, as far as the code goes.
    pub path: Vec<BranchView>,
    /// When the subheading is in force; empty where it is so without bounds, or for a heading or chapter.
    pub valid: Vec<PeriodView>,
    /// Codes of older editions whose goods it has.
    pub older: Vec<String>,
    /// Notes that hold for it, from the section down.
    pub notes: Vec<NoteView>,
    /// What stands directly below it.
    pub below: Vec<BranchView>,
    /// What stands beside it in the same heading or chapter.
    pub siblings: Vec<BranchView>,
    /// National lines on the day; those of the national code, where one was asked for.
    pub lines: Vec<LineView>,
    /// Whether the national digits that were asked for are those of a line.
    pub national_known: Option<bool>,
    /// When it is in force, where that is on other days only.
    pub national_other_days: Vec<PeriodView>,
    /// Texts that are known to belong to the subheading, some of them.
    pub texts: Vec<TextView>,
    /// How many there are.
    pub texts_known: usize,
    /// What one's own declarations say of it, where they were given.
    pub statistics: Option<StatisticsView>,
}

/// What `hs browse --json` prints.
#[derive(Debug, Serialize)]
pub struct BrowseView {
    /// The way from the section to what was asked for; empty for the whole.
    pub path: Vec<BranchView>,
    /// What stands below it.
    pub below: Vec<BranchView>,
}

impl From<Branch<'_>> for BranchView {
    fn from(branch: Branch<'_>) -> Self {
        Self { code: branch.code.to_string(), text: branch.text.to_owned(), subheadings: branch.subheadings }
    }
}

impl From<Period> for PeriodView {
    fn from(period: Period) -> Self {
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        Self { from: day(period.from()), to: day(period.to()) }
    }
}

impl From<&TariffLine> for LineView {
    fn from(line: &TariffLine) -> Self {
        Self {
            code: line.code.clone(),
            text: line.text.clone(),
            language: line.language.code(),
            source: line.source.clone(),
            valid: line.valid.into(),
        }
    }
}

impl From<&Note> for NoteView {
    fn from(note: &Note) -> Self {
        let scope = match note.scope {
            Scope::Section(section) => format!("section {}", section.roman()),
            Scope::Code(code) => code.to_string(),
        };
        Self { scope, text: note.text.clone(), language: note.language.code(), source: note.source.clone() }
    }
}

/// How codes are looked at: an index, a language and a day.
#[derive(Clone, Copy)]
pub struct Looking<'a> {
    /// The index.
    pub index: &'a Index,
    /// The language of texts, where the index has them in it.
    pub language: Language,
    /// The day.
    pub day: Day,
    /// Texts of the product.
    pub words: &'a Words,
}

impl Looking<'_> {
    /// Everything that is known of a code.
    pub fn explain(&self, asked: Asked) -> ExplainView {
        let code = asked.code;
        let subheading = (code.digits() == 6).then(|| code.range().0);
        let digits = asked.national.map_or_else(|| code.to_string(), |code| code.as_str().to_owned());
        let all = self.lines(&code.to_string());
        // Zeros at the end only fill a code up: 8517130000 is the line 85171300.
        let is_asked = |line: &&&TariffLine| line.code.starts_with(&digits) || filled(&line.code) == filled(&digits);
        let of_national: Vec<&TariffLine> = all.iter().filter(is_asked).copied().collect();
        let national_known = asked.national.map(|_| !of_national.is_empty());
        let other_days = if national_known == Some(false) { self.other_days(&digits) } else { Vec::new() };
        let lines = if national_known == Some(true) { of_national } else { all };
        let text =
            |known: hsearch::KnownText<'_>| TextView { text: known.text.to_owned(), source: known.source.to_owned() };
        ExplainView {
            code: digits,
            as_of: self.day.to_string(),
            path: self.path(&code.to_string()),
            valid: subheading.map_or_else(Vec::new, |code| views(self.index.periods(code).iter().copied())),
            older: subheading.map_or_else(Vec::new, |code| self.index.older(code).iter().map(Hs6::to_string).collect()),
            notes: views(self.index.notes(code, self.language)),
            below: views(self.index.below(code, self.language, self.day)),
            siblings: self.siblings(&code.to_string()),
            lines: if code.digits() == 6 { views(lines) } else { Vec::new() },
            national_known,
            national_other_days: other_days,
            texts: subheading
                .map_or_else(Vec::new, |code| self.index.known_texts(code).take(TEXTS).map(text).collect()),
            texts_known: subheading.map_or(0, |code| self.index.known_texts(code).count()),
            statistics: None,
        }
    }

    /// What stands below a place.
    pub fn browse(&self, place: Place) -> BrowseView {
        let chapters = self.index.chapters(self.language, self.day);
        let of = |section: Section| {
            let held = chapters.iter().filter(move |chapter| section.chapters().contains(&chapter.code.chapter()));
            held.cloned()
        };
        match place {
            Place::Root => {
                let section = |section: Section| BranchView {
                    subheadings: of(section).map(|chapter| chapter.subheadings).sum(),
                    ..self.section(section)
                };
                let below = Section::all().map(section).filter(|section| section.subheadings > 0).collect();
                BrowseView { path: Vec::new(), below }
            }
            Place::Section(section) => BrowseView { path: vec![self.section(section)], below: views(of(section)) },
            Place::Code(Asked { code, .. }) => BrowseView {
                path: self.path(&code.to_string()),
                below: views(self.index.below(code, self.language, self.day)),
            },
        }
    }

    fn section(&self, section: Section) -> BranchView {
        let text = self.words.text(&format!("hs-section-{}", section.number()), &[]);
        BranchView { code: section.roman(), text, subheadings: 0 }
    }

    /// Section, chapter, heading and subheading of some digits.
    fn path(&self, digits: &str) -> Vec<BranchView> {
        let chapters = self.index.chapters(self.language, self.day);
        let chapter = chapters.into_iter().find(|chapter| digits.starts_with(&chapter.code.to_string()));
        let section = chapter.as_ref().and_then(|chapter| Section::of_chapter(chapter.code.chapter()));
        let mut path: Vec<BranchView> = section.map(|section| self.section(section)).into_iter().collect();
        let mut next = chapter;
        while let Some(branch) = next {
            let below = self.index.below(branch.code, self.language, self.day);
            path.push(branch.into());
            next = below.into_iter().find(|branch| digits.starts_with(&branch.code.to_string()));
        }
        path
    }

    /// What stands beside a heading or subheading.
    fn siblings(&self, digits: &str) -> Vec<BranchView> {
        let above = digits.get(..digits.len() - 2).and_then(hsearch::Prefix::parse);
        let beside = above.map_or_else(Vec::new, |above| self.index.below(above, self.language, self.day));
        views(beside.into_iter().filter(|branch| branch.code.to_string() != digits))
    }

    /// When a national code is in force, each period once.
    fn other_days(&self, digits: &str) -> Vec<PeriodView> {
        let lines = self.index.lines(&digits[..6]).iter().filter(|line| filled(&line.code) == filled(digits));
        let mut periods: Vec<Period> = lines.map(|line| line.valid).collect();
        periods.sort_unstable();
        periods.dedup();
        views(periods)
    }

    /// The national lines of some digits on the day, in the language where there are any in it.
    fn lines(&self, digits: &str) -> Vec<&TariffLine> {
        let in_force: Vec<&TariffLine> =
            self.index.lines(digits).iter().filter(|line| line.valid.holds(self.day)).collect();
        let has_language = in_force.iter().any(|line| line.language == self.language);
        in_force.into_iter().filter(|line| !has_language || line.language == self.language).collect()
    }
}

fn filled(digits: &str) -> String {
    format!("{digits:0<12}")
}

fn views<T, V: From<T>>(all: impl IntoIterator<Item = T>) -> Vec<V> {
    all.into_iter().map(V::from).collect()
}

/// An indented line for each step of a path.
fn told_path(path: &[BranchView]) -> String {
    let line =
        |(depth, one): (usize, &BranchView)| format!("{}{}  {}\n", "  ".repeat(depth), one.code, plain(&one.text));
    path.iter().enumerate().map(line).collect()
}

/// A text without characters that steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl ExplainView {
    /// The code for people.
    pub fn text(&self, words: &Words) -> String {
        let mut out = told_path(&self.path);
        let other_days = self.national_other_days.iter().map(|period| (period, "hs-national-other-days"));
        for (period, id) in self.valid.iter().map(|period| (period, "hs-valid")).chain(other_days) {
            let end = |day: &Option<String>| day.clone().unwrap_or_else(|| "\u{2026}".to_owned());
            let arguments = [("from", &*end(&period.from)), ("to", &end(&period.to)), ("code", &self.code)];
            let _ = writeln!(out, "{}", words.text(id, &arguments));
        }
        if !self.older.is_empty() {
            let _ = writeln!(out, "{}", words.text("hs-older", &[("codes", &self.older.join(", "))]));
        }
        if self.national_known == Some(false) && self.national_other_days.is_empty() {
            let _ = writeln!(out, "{}", words.text("hs-national-unknown", &[("code", &self.code)]));
        }
        let notes = self.notes.iter().map(|note| format!("{}: {}", note.scope, note.text.trim()));
        section(&mut out, &words.text("hs-notes", &[]), notes);
        let branch = |one: &BranchView| format!("{}  {}", one.code, plain(&one.text));
        section(&mut out, &words.text("hs-below", &[]), self.below.iter().map(branch));
        section(&mut out, &words.text("hs-siblings", &[]), self.siblings.iter().map(branch));
        let line = |line: &LineView| format!("{}  {} ({})", line.code, plain(&line.text), line.source);
        section(&mut out, &words.text("hs-lines", &[]), self.lines.iter().take(LINES).map(line));
        if self.lines.len() > LINES {
            let _ = writeln!(out, "  {}", words.text("hs-more", &[("count", &(self.lines.len() - LINES).to_string())]));
        }
        let known = words.text("hs-texts", &[("count", &self.texts_known.to_string())]);
        if let Some(statistics) = &self.statistics {
            let _ = writeln!(out, "\n{}", statistics.text(words));
        }
        section(&mut out, &known, self.texts.iter().map(|text| format!("{} ({})", plain(&text.text), text.source)));
        out.trim_end().to_owned()
    }
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{title}");
    }
    for line in lines {
        let _ = writeln!(out, "  {}", line.replace('\n', "\n  "));
    }
}

impl BrowseView {
    /// The branches for people.
    pub fn text(&self, words: &Words) -> String {
        let mut out = told_path(&self.path);
        let indent = "  ".repeat(self.path.len());
        let width = self.below.iter().map(|one| one.code.len()).max().unwrap_or_default();
        for one in &self.below {
            let count = if one.code.len() == 6 && one.code.starts_with(|c: char| c.is_ascii_digit()) {
                String::new()
            } else {
                words.text("hs-subheadings", &[("count", &one.subheadings.to_string())])
            };
            let _ = writeln!(out, "{indent}{:width$}  {}{count}", one.code, plain(&one.text));
        }
        if self.below.is_empty() {
            let code = self.path.last().map_or("", |last| &last.code);
            let _ = writeln!(out, "{}", words.text("hs-nothing-below", &[("code", code)]));
        }
        out.trim_end().to_owned()
    }
}
