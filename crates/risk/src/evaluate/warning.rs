//! What a reader of the figures has to know before believing them.

use super::Leak;

/// Share of repeats from which they can explain much.
const LEAST_REPEATS: f64 = 0.1;

/// A warning; the words stand in the binary.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Most of a model's skill is remembering repeats.
    Repeats(RepeatSkill),
    /// A column looks like a leak.
    Leak(Leak),
    /// Results without a finding date were taken as known some days after lodgement.
    FindingDateAssumed {
        /// Examined items concerned.
        items: u64,
        /// Days after lodgement.
        days: i32,
    },
    /// Declarations lie on or before the day up to which the model learnt; it may have learnt from them.
    BeforeAsOf {
        /// The model's place among those given.
        model: usize,
        /// Declarations concerned.
        declarations: u64,
    },
    /// The history knows more of some declarations than was known on their day.
    HistoryOverlaps {
        /// Declarations that stand in the history themselves.
        heard: u64,
        /// Declarations dated before the last day of the history's state file.
        before: u64,
    },
    /// Only declarations that somebody selected have a label; figures hold for them, not for all traffic.
    SelectedOnly {
        /// Declarations with a label.
        labelled: u64,
        /// All declarations.
        declarations: u64,
        /// Labelled ones that were drawn at random.
        random: u64,
    },
    /// No column says who was examined: all rows pass for examined, and how they were chosen is not known.
    SelectionUnknown {
        /// Declarations, all of them labelled.
        declarations: u64,
    },
}

impl Warning {
    /// The stable name used in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Repeats(_) => "repeats_explain_skill",
            Self::Leak(_) => "column_looks_like_a_leak",
            Self::FindingDateAssumed { .. } => "finding_date_assumed",
            Self::BeforeAsOf { .. } => "declarations_before_model_as_of",
            Self::HistoryOverlaps { .. } => "history_overlaps_data",
            Self::SelectedOnly { .. } => "labels_of_selected_declarations_only",
            Self::SelectionUnknown { .. } => "selection_unknown",
        }
    }
}

/// How much of a model's skill is repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RepeatSkill {
    /// The model's place among those given.
    pub model: usize,
    /// Share of the declarations that repeat training rows.
    pub repeat_share: f64,
    /// AUC of the model on all declarations.
    pub auc: f64,
    /// AUC of the model on novel declarations.
    pub auc_novel: f64,
    /// AUC of a dictionary of repeats on all declarations.
    pub auc_lookup: f64,
}

impl RepeatSkill {
    /// Whether repeats explain most of the skill, skill being AUC above 0.5: a dictionary of repeats has at least half of
    /// the model's, and the model has less than half of its own where there are no repeats.
    pub fn is_most(&self) -> bool {
        let skill = self.auc - 0.5;
        let by_lookup = self.auc_lookup - 0.5 >= 0.5 * skill;
        skill > 0.0 && self.repeat_share >= LEAST_REPEATS && by_lookup && self.auc_novel - 0.5 < 0.5 * skill
    }
}
