//! What a history has heard of each item, so that a declaration given again counts once, and a result that comes after
//! its declaration still counts.

use super::Key;
use super::key::{digest, join};
use domain::{GoodsItem, Header};
use serde::{Deserialize, Serialize};

/// What has been heard of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Heard {
    stage: Stage,
    /// Whether its result entered the profiles, as the first of its repeat key.
    pub(super) is_profiled: bool,
}

/// How far the results of an item have been taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Stage {
    /// Only what was declared.
    #[default]
    Declared,
    /// Everything was in order.
    Clean,
    /// A finding that counts.
    Found,
    /// That the finding was overturned.
    Overturned,
}

/// What a result adds to what has been heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Nothing.
    Nothing,
    /// A result, with its overturning where there is one.
    Result,
    /// The overturning of a finding that was taken in before.
    Overturned,
}

impl Heard {
    /// Takes in a result. It goes only forward: a finding may follow a clean control, and its overturning a finding. A
    /// finding that no longer counts was overturned, whether or not the file says when.
    pub(super) fn take(&mut self, found: bool, overturned: bool) -> News {
        let next = match (found, overturned, self.stage) {
            (true, true, _) | (false, _, Stage::Found) => Stage::Overturned,
            (true, false, _) => Stage::Found,
            (false, ..) => Stage::Clean,
        };
        let before = self.stage;
        self.stage = next.max(before);
        match (before, next) {
            (before, next) if next <= before => News::Nothing,
            (Stage::Found, _) => News::Overturned,
            _ => News::Result,
        }
    }
}

/// The key of an item of a version of a declaration.
pub(super) fn key(header: &Header, item: &GoodsItem) -> Key {
    item_key(&header.id, header.version, item.number)
}

/// The key of an item by its numbers.
pub(super) fn item_key(id: &str, version: u32, item: u32) -> Key {
    join(join(digest(id.as_bytes()), u64::from(version)), u64::from(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_news_once() {
        let mut heard = Heard::default();
        let told =
            [(false, false), (false, false), (true, false), (true, false), (true, true), (true, true), (false, false)];
        let news = told.map(|(found, overturned)| heard.take(found, overturned));
        use News::{Nothing, Overturned, Result};
        assert_eq!(news, [Result, Nothing, Result, Nothing, Overturned, Nothing, Nothing]);
        assert_eq!(Heard::default().take(true, true), Result, "both at once are one piece of news");
        let mut undated = Heard::default();
        assert_eq!([undated.take(true, false), undated.take(false, false)], [Result, Overturned]);
    }
}
