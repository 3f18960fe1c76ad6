//! Scores as rows of a CSV file.

use super::words::Words;
use domain::{Audience, Explanation, Record, Score};
use risk::{ScoredDeclaration, reasons};
use std::io::Write;

/// Columns before and after the reasons.
const HEAD: [&str; 5] = ["id", "item", "level", "probability", "expected_revenue"];

/// Writes `scores.csv`: a row for each item, and one for each declaration of several items; a declaration of a single
/// item has one row, of level `declaration`. Probabilities have nine significant digits, amounts two decimals.
pub struct ScoreTable<W: Write> {
    out: csv::Writer<W>,
    words: Words,
    reasons: usize,
}

impl<W: Write> ScoreTable<W> {
    /// Starts the table with columns for `reasons` reasons, at least three.
    ///
    /// # Errors
    /// Where the header can't be written.
    pub fn new(out: W, words: Words, reasons: usize) -> csv::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let columns = (1..=reasons.max(3)).map(|number| format!("reason_{number}"));
        let tail = ["model_id", "as_of"].map(str::to_owned);
        out.write_record(HEAD.map(str::to_owned).into_iter().chain(columns).chain(tail))?;
        Ok(Self { out, words, reasons })
    }

    /// Writes the rows of one declaration.
    ///
    /// # Errors
    /// Where the file can't take more.
    pub fn write(&mut self, record: &Record, scored: &ScoredDeclaration) -> csv::Result<()> {
        let id = &record.declaration.header.id;
        let numbers = record.declaration.items.iter().map(|item| item.number.to_string());
        let single = scored.items.len() == 1;
        for (number, score) in numbers.zip(&scored.items) {
            let level = if single { "declaration" } else { "item" };
            let amounts = [score.probability(), score.expected_revenue_minor()];
            self.row([id, &number, level], amounts, score.explanation(), score)?;
        }
        match scored.items.first() {
            Some(first) if !single => {
                let amounts = [scored.probability, scored.expected_revenue_minor];
                self.row([id, "", "declaration"], amounts, &scored.explanation, first)
            }
            _ => Ok(()),
        }
    }

    fn row(
        &mut self,
        head: [&str; 3],
        [probability, revenue]: [f64; 2],
        explanation: &Explanation,
        score: &Score,
    ) -> csv::Result<()> {
        head.iter().try_for_each(|field| self.out.write_field(field))?;
        self.out.write_field(format!("{probability:.9}"))?;
        self.out.write_field(format!("{:.2}", revenue / 100.0))?;
        let mut texts = self.texts(explanation);
        texts.resize(self.reasons.max(3), String::new());
        texts.iter().try_for_each(|text| self.out.write_field(text))?;
        self.out.write_field(&*score.model().0)?;
        self.out.write_field(score.as_of().day.to_string())?;
        self.out.write_record(None::<&[u8]>)
    }

    fn texts(&self, explanation: &Explanation) -> Vec<String> {
        let Explanation::Reasons(tree) = explanation else { return Vec::new() };
        let top = reasons::top(tree, self.reasons, Audience::Targeter);
        top.into_iter().map(|reason| self.words.reason(reason)).collect()
    }

    /// Ends the table and gives the file back.
    ///
    /// # Errors
    /// Where the last rows can't be written.
    pub fn finish(self) -> std::io::Result<W> {
        self.out.into_inner().map_err(|error| error.into_error())
    }
}
