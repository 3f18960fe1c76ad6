//! What a history has heard of each item, so that a declaration given again counts once, and a result that comes after
//! its declaration still counts.

use super::Key;
use super::key::{digest, join};
use domain::{GoodsItem, Header};
use serde::{Deserialize, Serialize};

/// How far the results of an item have been taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Heard {
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
    /// Takes in a result. It goes only forward: a finding may follow a clean control, and its overturning a finding.
    pub(super) fn take(&mut self, found: bool, overturned: bool) -> News {
        let next = match (found, overturned) {
            (false, _) => Self::Clean,
            (true, false) => Self::Found,
            (true, true) => Self::Overturned,
        };
        let before = std::mem::replace(self, next.max(*self));
        match (before, next) {
            (before, next) if next <= before => News::Nothing,
            (Self::Found, _) => News::Overturned,
            _ => News::Result,
        }
    }
}

/// The key of an item of a version of a declaration.
pub(super) fn key(header: &Header, item: &GoodsItem) -> Key {
    let version = join(digest(header.id.as_bytes()), u64::from(header.version));
    join(version, u64::from(item.number))
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
    }
}
