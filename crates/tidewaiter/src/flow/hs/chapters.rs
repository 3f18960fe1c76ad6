//! Declared chapters against recommended ones.

use super::{HsError, Line, answers_as_of, lines};
use domain::Day;
use hsearch::Index;
use std::collections::BTreeMap;
use std::path::Path;

/// How often goods declared in a chapter were recommended for which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChapterMap {
    /// Texts by declared chapter and recommended one; none where nothing can be recommended.
    pub counts: BTreeMap<(u32, Option<u32>), usize>,
    /// Lines without a declared code, which are left out.
    pub without_code: usize,
}

/// Compares the declared codes of a table with what is recommended for its texts, chapter by chapter, as of a day.
///
/// # Errors
/// [`HsError::NoCodes`] where no line has a code, and as [`lines`].
pub fn chapter_map(index: &Index, path: &Path, day: Day, threads: usize) -> Result<ChapterMap, HsError> {
    let all = lines(path)?;
    let read = all.len();
    let coded: Vec<Line> = all.into_iter().filter(|line| line.code.is_some()).collect();
    if coded.is_empty() {
        return Err(HsError::NoCodes { path: path.to_owned(), lines: read, older: String::new() });
    }
    let mut map = ChapterMap { counts: BTreeMap::new(), without_code: read - coded.len() };
    for (line, answer) in coded.iter().zip(answers_as_of(index, &coded, day, threads)?) {
        let recommended = answer.chapters().first().map(|(chapter, _)| *chapter);
        if let Some(code) = line.code {
            *map.counts.entry((code.chapter(), recommended)).or_default() += 1;
        }
    }
    Ok(map)
}

impl ChapterMap {
    /// All texts.
    pub fn texts(&self) -> usize {
        self.counts.values().sum()
    }

    /// Those recommended for the chapter that was declared.
    pub fn agreeing(&self) -> usize {
        let agree = self.counts.iter().filter(|((declared, recommended), _)| Some(*declared) == *recommended);
        agree.map(|(_, count)| count).sum()
    }

    /// Differences between declared and recommended chapter, the most frequent first.
    pub fn differences(&self) -> Vec<(u32, u32, usize)> {
        let differing = self.counts.iter().filter_map(|((declared, recommended), count)| {
            recommended
                .filter(|recommended| recommended != declared)
                .map(|recommended| (*declared, recommended, *count))
        });
        let mut differing: Vec<(u32, u32, usize)> = differing.collect();
        differing.sort_by_key(|(declared, recommended, count)| (std::cmp::Reverse(*count), *declared, *recommended));
        differing
    }
}
