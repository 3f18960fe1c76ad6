//! The state file of a history: what `history update` keeps, so that a day costs a day.
//!
//! Version 1: the eight bytes `TWHIST\x00\x01`, the SHA-256 of the body, then the body, a `postcard` encoding of the
//! state with every map as a list sorted by key. The same history gives the same bytes. Files of every version stay
//! readable; a frozen one is opened by the tests.

use super::activity::{Activity, Recent, UsualCode};
use super::case::LatestCases;
use super::price::PriceWindow;
use super::tally::Tally;
use super::{Due, History, HistoryRules, Key, KeyMap};
use domain::{FindingKind, FindingStatus, LabelRules};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const MAGIC: &[u8; 8] = b"TWHIST\x00\x01";
const HEAD: usize = MAGIC.len() + 32;

/// Why a state file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The file does not start as a history does.
    #[error("this is no Tidewaiter history, or one of a newer version; make it anew with `tidewaiter history update`")]
    Format,
    /// The checksum does not fit the content.
    #[error("the history file is damaged (its checksum does not fit); restore it from a backup or make it anew")]
    Damaged,
    /// The state could not be encoded.
    #[error("the history can't be written: {0}; please report this, the old file was left as it is")]
    Unwritable(String),
    /// It was made under a schema with other columns or label rules.
    #[error("the history was made under a schema with other categorical columns or label rules; make it anew")]
    Rules,
}

#[derive(Serialize, Deserialize)]
struct State {
    kinds: Vec<String>,
    statuses: Vec<String>,
    columns: u32,
    day: i32,
    declarations: u64,
    overall: Tally,
    tallies: Vec<(Key, Tally)>,
    activities: Vec<(Key, Activity)>,
    prices: Vec<(Key, PriceWindow)>,
    usual_codes: Vec<(Key, UsualCode)>,
    recent: Vec<(Key, Recent)>,
    cases: Vec<(Key, LatestCases)>,
    calendar: BTreeMap<i32, Vec<Due>>,
}

impl History {
    /// The bytes of the state file.
    ///
    /// # Errors
    /// [`StateError::Unwritable`] where the state can't be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StateError> {
        let labels = &self.rules.labels;
        let state = State {
            kinds: labels.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            statuses: labels.statuses.iter().map(|status| status.name().to_owned()).collect(),
            columns: self.rules.columns as u32,
            day: self.day,
            declarations: self.declarations,
            overall: self.overall.clone(),
            tallies: sorted(&self.tallies),
            activities: sorted(&self.activities),
            prices: sorted(&self.prices),
            usual_codes: sorted(&self.usual_codes),
            recent: sorted(&self.recent),
            cases: sorted(&self.cases),
            calendar: self.calendar.clone(),
        };
        let body = postcard::to_allocvec(&state).map_err(|error| StateError::Unwritable(error.to_string()))?;
        Ok([MAGIC.as_slice(), &Sha256::digest(&body), &body].concat())
    }

    /// Opens a state file made under the same rules.
    pub fn from_bytes(bytes: &[u8], rules: HistoryRules) -> Result<Self, StateError> {
        let (head, body) = bytes.split_at_checked(HEAD).ok_or(StateError::Format)?;
        if &head[..MAGIC.len()] != MAGIC {
            return Err(StateError::Format);
        }
        if head[MAGIC.len()..] != *Sha256::digest(body) {
            return Err(StateError::Damaged);
        }
        let state: State = postcard::from_bytes(body).map_err(|_| StateError::Damaged)?;
        let labels = LabelRules {
            kinds: state.kinds.iter().filter_map(|name| FindingKind::parse(name)).collect(),
            statuses: state.statuses.iter().filter_map(|name| FindingStatus::parse(name)).collect(),
        };
        if (HistoryRules { labels, columns: state.columns as usize }) != rules {
            return Err(StateError::Rules);
        }
        Ok(Self {
            day: state.day,
            declarations: state.declarations,
            overall: state.overall,
            tallies: state.tallies.into_iter().collect(),
            activities: state.activities.into_iter().collect(),
            prices: state.prices.into_iter().collect(),
            usual_codes: state.usual_codes.into_iter().collect(),
            recent: state.recent.into_iter().collect(),
            cases: state.cases.into_iter().collect(),
            calendar: state.calendar,
            ..Self::new(rules)
        })
    }

    /// Whether bytes start as a state file does, whatever its version.
    pub fn is_state(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC[..6])
    }
}

fn sorted<T: Clone>(map: &KeyMap<T>) -> Vec<(Key, T)> {
    let mut entries: Vec<(Key, T)> = map.iter().map(|(key, value)| (*key, value.clone())).collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}
