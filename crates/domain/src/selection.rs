//! Words of selectivity: lanes, kinds of control, and why a declaration was chosen.

/// The lane a declaration is routed to, from the lightest to the heaviest treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Release without control.
    Green,
    /// Release, with audit after clearance.
    Blue,
    /// Check of the documents before release.
    Yellow,
    /// Physical examination before release.
    Red,
}

impl Lane {
    /// All lanes, lightest first.
    pub const ALL: [Self; 4] = [Self::Green, Self::Blue, Self::Yellow, Self::Red];

    /// The stable name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The lane of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.name().eq_ignore_ascii_case(text.trim()))
    }
}

/// What officers do with a selected declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlKind {
    /// Audit at the trader's premises after release.
    Audit,
    /// Check of documents.
    Document,
    /// Non-intrusive inspection by scanner.
    Scan,
    /// Physical examination of the goods.
    Physical,
}

impl ControlKind {
    /// All kinds of control.
    pub const ALL: [Self; 4] = [Self::Audit, Self::Document, Self::Scan, Self::Physical];

    /// The stable name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Document => "document",
            Self::Scan => "scan",
            Self::Physical => "physical",
        }
    }

    /// The kind of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text.trim()))
    }

    /// The lane in which this control takes place.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Audit => Lane::Blue,
            Self::Document => Lane::Yellow,
            Self::Scan | Self::Physical => Lane::Red,
        }
    }
}

/// Why a declaration was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SelectedBy {
    /// A mandatory control with a legal basis, outside the ranking.
    Mandatory,
    /// The ranking by the objective of the policy.
    Score,
    /// The random floor.
    Random,
    /// The exploration share: uncertain or novel cases that teach the model.
    Exploration,
    /// Not selected.
    None,
}

impl SelectedBy {
    /// The stable name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::Score => "score",
            Self::Random => "random",
            Self::Exploration => "exploration",
            Self::None => "none",
        }
    }

    /// The reason of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Mandatory, Self::Score, Self::Random, Self::Exploration, Self::None];
        all.into_iter().find(|by| by.name().eq_ignore_ascii_case(text.trim()))
    }
}
