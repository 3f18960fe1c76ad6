//! How often an index is right on a table whose codes are known.

use super::codes::listed;
use super::{HsError, Line, lines};
use hsearch::{Answer, Figures, Hs6, Index, JudgedFigures, Language};
use learn::parallel::each;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Seed of the wrong codes that right ones are judged beside.
const SEED: u64 = 1;

/// Older codes that are told by name.
const TOLD: usize = 5;

/// What an evaluation found.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// All texts.
    pub figures: Figures,
    /// By the language that each text says it has, or was taken for; the most frequent first.
    pub by_language: Vec<(Language, Figures)>,
    /// By the chapter of the right code, rising.
    pub by_chapter: Vec<(u32, Figures)>,
    /// Texts whose code is of an older edition and has one newer code, by which they are measured.
    pub carried_over: usize,
    /// How well right codes are told from near wrong ones; `None` where nothing is judged.
    pub judged: Option<JudgedFigures>,
    /// What was not measured.
    pub left_out: LeftOut,
    /// Milliseconds for a text on one thread: the mean, the median, and what 99 in 100 take at most.
    pub milliseconds: [f64; 3],
}

/// Texts of a table that can't be measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Without a code.
    pub without_code: usize,
    /// With a code of an older edition whose goods went to several.
    pub older: usize,
    /// Some of those codes, each with those that took its place, for people.
    pub older_codes: Vec<String>,
    /// With a code that neither the nomenclature nor an older edition has.
    pub unknown: usize,
}

/// Measures the answers of an index on a table whose codes are known. A code of an older edition counts as the one that took its place;
/// texts whose code has none or several are left out.
///
/// # Errors
/// [`HsError::NoCodes`] where none is left, and as [`lines`].
pub fn evaluate(index: &Index, path: &Path, threads: usize) -> Result<Evaluation, HsError> {
    let all = lines(path)?;
    let read = all.len();
    let (mut left_out, mut carried_over) = (LeftOut::default(), 0);
    let mut asked: Vec<(Hs6, Line)> = Vec::with_capacity(read);
    for line in all {
        if let Some((code, is_older)) = right_code(index, &line, &mut left_out) {
            carried_over += usize::from(is_older);
            asked.push((code, line));
        }
    }
    let timed = each(&asked, threads, |(_, line)| {
        let start = Instant::now();
        let answer = index.search(&line.text, None);
        (answer, start.elapsed().as_secs_f64() * 1e3)
    })?;
    let (mut answers, mut times) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
    for (answer, milliseconds) in timed {
        answers.push(answer?);
        times.push(milliseconds);
    }
    let pairs: Vec<(Hs6, &Answer)> = asked.iter().map(|(code, _)| *code).zip(&answers).collect();
    let figures = Figures::new(&pairs)?.ok_or_else(|| HsError::NoCodes {
        path: path.to_owned(),
        lines: read,
        older: left_out.older_codes.join("; "),
    })?;
    let languages = asked.iter().zip(&answers).map(|((_, line), answer)| line.language.unwrap_or(answer.language));
    let mut by_language: Vec<(Language, Figures)> = grouped(languages.zip(pairs.iter().copied()))?;
    by_language.sort_by_key(|(_, figures)| std::cmp::Reverse(figures.answers));
    let by_chapter = grouped(pairs.iter().map(|pair| (pair.0.chapter(), *pair)))?;
    let judged = JudgedFigures::new(index, &pairs, SEED)?;
    Ok(Evaluation { figures, judged, by_language, by_chapter, carried_over, left_out, milliseconds: summary(times) })
}

/// The code by which a text is measured, and whether the table has an older one.
fn right_code(index: &Index, line: &Line, left_out: &mut LeftOut) -> Option<(Hs6, bool)> {
    let Some(code) = line.code else {
        left_out.without_code += 1;
        return None;
    };
    if index.holds(code) {
        return Some((code, false));
    }
    match index.newer(code.into())[..] {
        [newer] => return Some((newer, true)),
        [] => left_out.unknown += 1,
        ref newer => {
            left_out.older += 1;
            let told = format!("{code} \u{2192} {}", listed(newer));
            if left_out.older_codes.len() < TOLD && !left_out.older_codes.contains(&told) {
                left_out.older_codes.push(told);
            }
        }
    }
    None
}

fn grouped<'a, K: Ord>(pairs: impl Iterator<Item = (K, (Hs6, &'a Answer))>) -> Result<Vec<(K, Figures)>, HsError> {
    let mut groups: BTreeMap<K, Vec<(Hs6, &Answer)>> = BTreeMap::new();
    pairs.for_each(|(key, pair)| groups.entry(key).or_default().push(pair));
    let figures = groups.into_iter().map(|(key, pairs)| Ok(Figures::new(&pairs)?.map(|figures| (key, figures))));
    figures.filter_map(Result::transpose).collect()
}

fn summary(mut times: Vec<f64>) -> [f64; 3] {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)));
    let mean = times.iter().sum::<f64>() / times.len().max(1) as f64;
    [mean, at(0.5).copied().unwrap_or_default(), at(0.99).copied().unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_summed_up_by_hand() {
        assert_eq!(summary((1..=100).rev().map(f64::from).collect()), [50.5, 51.0, 100.0]);
        assert_eq!(summary(vec![2.0]), [2.0; 3]);
    }
}
