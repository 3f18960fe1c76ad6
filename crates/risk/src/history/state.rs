//! The state file of a history: what `history update` keeps, so that a day costs a day.
//!
//! The six bytes `TWHIST`, the version in two, the SHA-256 of the body, then the body, a `postcard` encoding of the state
//! with every map as a list sorted by key. The same history gives the same bytes. Version 2 kept two generations of
//! what may be forgotten, where version 1 knew one, and rows and parties in one map; version 3 counts what is recent. Files
//! of every version stay readable; frozen ones are opened by the tests.

use super::activity::{Activity, Activity2, Recent, UsualCode};
use super::case::{Case, LatestCases};
use super::heard::{self, Heard};
use super::price::PriceWindow;
use super::tally::{Result as Outcome, Tally};
use super::{Due, History, HistoryRules, Key, sorted};
use domain::{FindingKind, FindingStatus, LabelRules};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const MAGIC: &[u8; 8] = b"TWHIST\x00\x03";
const MAGIC_2: &[u8; 8] = b"TWHIST\x00\x02";
const MAGIC_1: &[u8; 8] = b"TWHIST\x00\x01";
const HEAD: usize = MAGIC.len() + 32;

/// Entries of two generations, the young ones first.
type Kept<T> = [Vec<(Key, T)>; 2];

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
    #[error(
        "the history was made under a schema with other categorical columns, money decimals or label rules; make it anew"
    )]
    Rules,
}

#[derive(Serialize, Deserialize)]
struct State<A = Activity> {
    rules: Rules,
    day: i32,
    declarations: u64,
    overall: Tally,
    tallies: Vec<(Key, Tally)>,
    rows: Kept<A>,
    parties: Kept<A>,
    prices: Kept<PriceWindow>,
    usual_codes: Kept<UsualCode>,
    recent: Kept<Recent>,
    heard: Kept<Heard>,
    cases: Vec<(Key, LatestCases)>,
    calendar: BTreeMap<i32, Vec<Due>>,
}

/// The rules a history was made under, by their names.
#[derive(Serialize, Deserialize)]
struct Rules {
    kinds: Vec<String>,
    statuses: Vec<String>,
    columns: u32,
    money_decimals: u8,
}

/// The same in version 1, which took all money for cents.
#[derive(Deserialize)]
struct Rules1 {
    kinds: Vec<String>,
    statuses: Vec<String>,
    columns: u32,
}

/// The body of version 1.
#[derive(Deserialize)]
struct State1 {
    rules: Rules1,
    day: i32,
    declarations: u64,
    overall: Tally,
    tallies: Vec<(Key, Tally)>,
    activities: Vec<(Key, Activity2)>,
    prices: Vec<(Key, PriceWindow)>,
    usual_codes: Vec<(Key, UsualCode)>,
    recent: Vec<(Key, Recent)>,
    cases: Vec<(Key, LatestCases)>,
    calendar: BTreeMap<i32, Vec<Due1>>,
}

/// A result on the calendar of version 1.
#[derive(Deserialize)]
struct Due1 {
    keys: Vec<Key>,
    repeat: Key,
    case: Case,
    case_keys: [Option<Key>; 2],
    outcome: Outcome,
    overturned_on: Option<i32>,
}

impl From<Due1> for Due {
    fn from(due: Due1) -> Self {
        let Due1 { keys, repeat, case, case_keys, outcome, overturned_on } = due;
        // The version was not kept; nearly all declarations have one.
        let item = heard::item_key(&case.id, 1, case.item);
        Self { item, keys, repeat, case, case_keys, outcome, overturned_on }
    }
}

impl From<State<Activity2>> for State {
    fn from(state: State<Activity2>) -> Self {
        let kept =
            |kept: Kept<Activity2>| kept.map(|all| all.into_iter().map(|(key, one)| (key, one.into())).collect());
        Self {
            rows: kept(state.rows),
            parties: kept(state.parties),
            rules: state.rules,
            day: state.day,
            declarations: state.declarations,
            overall: state.overall,
            tallies: state.tallies,
            prices: state.prices,
            usual_codes: state.usual_codes,
            recent: state.recent,
            heard: state.heard,
            cases: state.cases,
            calendar: state.calendar,
        }
    }
}

impl From<State1> for State<Activity2> {
    fn from(state: State1) -> Self {
        // Keys carry what they are of, so each map can hold the other's keys and never reads them.
        Self {
            rules: Rules {
                kinds: state.rules.kinds,
                statuses: state.rules.statuses,
                columns: state.rules.columns,
                money_decimals: 2,
            },
            day: state.day,
            declarations: state.declarations,
            overall: state.overall,
            tallies: state.tallies,
            rows: [state.activities.clone(), Vec::new()],
            parties: [state.activities, Vec::new()],
            prices: [state.prices, Vec::new()],
            usual_codes: [state.usual_codes, Vec::new()],
            recent: [state.recent, Vec::new()],
            heard: [Vec::new(), Vec::new()],
            cases: state.cases,
            calendar: state
                .calendar
                .into_iter()
                .map(|(day, due)| (day, due.into_iter().map(Due::from).collect()))
                .collect(),
        }
    }
}

impl Rules {
    fn of(rules: &HistoryRules) -> Self {
        Self {
            kinds: rules.labels.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            statuses: rules.labels.statuses.iter().map(|status| status.name().to_owned()).collect(),
            columns: rules.columns as u32,
            money_decimals: rules.money_decimals,
        }
    }

    fn rules(&self) -> HistoryRules {
        let labels = LabelRules {
            kinds: self.kinds.iter().filter_map(|name| FindingKind::parse(name)).collect(),
            statuses: self.statuses.iter().filter_map(|name| FindingStatus::parse(name)).collect(),
        };
        HistoryRules { labels, columns: self.columns as usize, money_decimals: self.money_decimals }
    }
}

impl State {
    fn read(head: &[u8], body: &[u8]) -> Result<Self, StateError> {
        let version = head.first_chunk::<8>().ok_or(StateError::Format)?;
        if ![MAGIC, MAGIC_2, MAGIC_1].contains(&version) {
            return Err(StateError::Format);
        }
        if head[MAGIC.len()..] != *Sha256::digest(body) {
            return Err(StateError::Damaged);
        }
        let state = match version {
            MAGIC => postcard::from_bytes(body),
            MAGIC_2 => postcard::from_bytes::<State<Activity2>>(body).map(Self::from),
            _ => postcard::from_bytes::<State1>(body).map(|state| State::<Activity2>::from(state).into()),
        };
        state.map_err(|_| StateError::Damaged)
    }
}

impl History {
    /// The bytes of the state file.
    ///
    /// # Errors
    /// [`StateError::Unwritable`] where the state can't be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StateError> {
        let state = State {
            rules: Rules::of(&self.rules),
            day: self.day,
            declarations: self.declarations,
            overall: self.overall.clone(),
            tallies: sorted(&self.tallies),
            rows: self.rows.sorted(),
            parties: self.parties.sorted(),
            prices: self.prices.sorted(),
            usual_codes: self.usual_codes.sorted(),
            recent: self.recent.sorted(),
            heard: self.heard.sorted(),
            cases: sorted(&self.cases),
            calendar: self.calendar.clone(),
        };
        let body = postcard::to_allocvec(&state).map_err(|error| StateError::Unwritable(error.to_string()))?;
        Ok([MAGIC.as_slice(), &Sha256::digest(&body), &body].concat())
    }

    /// Opens a state file made under the same rules.
    pub fn from_bytes(bytes: &[u8], rules: HistoryRules) -> Result<Self, StateError> {
        let (head, body) = bytes.split_at_checked(HEAD).ok_or(StateError::Format)?;
        let state = State::read(head, body)?;
        if state.rules.rules() != rules {
            return Err(StateError::Rules);
        }
        let empty = Self::new(rules);
        Ok(Self {
            day: state.day,
            declarations: state.declarations,
            overall: state.overall,
            tallies: state.tallies.into_iter().collect(),
            rows: empty.rows.holding(state.rows),
            parties: empty.parties.holding(state.parties),
            prices: empty.prices.holding(state.prices),
            usual_codes: empty.usual_codes.holding(state.usual_codes),
            recent: empty.recent.holding(state.recent),
            heard: empty.heard.holding(state.heard),
            cases: state.cases.into_iter().collect(),
            calendar: state.calendar,
            rules: empty.rules,
            specs: empty.specs,
        })
    }

    /// Whether bytes start as a state file does, whatever its version.
    pub fn is_state(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC[..6])
    }
}
