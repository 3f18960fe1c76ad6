//! Verdicts: for each capability whether the data bear it, by rules that anybody can check, with the one next step that
//! helps most.
//!
//! A rule is a list of figures, each with the value from which the capability is usable and the value from which it is
//! ready. The grade is that of the worst figure, and the next step belongs to it (to the first, where several are as bad).
//! Where the bounds come from is told in `docs/ASSESS.md`.

use super::{Assignment, Readiness};
use domain::Role;

/// What the product can do with an administration's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Risk profiles: smoothed rates of findings by importer, code, origin and their pairs.
    Profiles,
    /// DATE, the attention network over trees.
    Date,
    /// Ranking by expected extra revenue.
    Revenue,
    /// Price references by subheading.
    Prices,
    /// Plausibility of HS codes by descriptions.
    Classification,
    /// An estimate of how much is irregular in all traffic.
    TrueRate,
}

/// How far the data bear a capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Not yet.
    NotYet,
    /// Usable, with gaps.
    Gaps,
    /// Ready.
    Ready,
}

/// A figure that a capability hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Items with a finding.
    Findings,
    /// Items found in order.
    InOrder,
    /// Months with declarations.
    Months,
    /// Share of declarations that name their importer.
    ImporterFilled,
    /// Share of items with an HS subheading.
    CodeFilled,
    /// 1 where no column looks like a leak, else 0.
    NoLeak,
    /// 1 where no declared value looks written over with the assessed one, else 0.
    AsDeclared,
    /// 1 where the files tell who was inspected, else 0.
    SelectionKnown,
    /// Share of results with a date.
    Dated,
    /// Share of the items that repeat no earlier one.
    Novel,
    /// Findings with extra revenue on record.
    ExtraRevenue,
    /// Share of items with a duty at stake.
    StakeFilled,
    /// Share of items with a unit price.
    PriceFilled,
    /// Share of later prices with enough earlier ones to be compared with.
    PriceCover,
    /// Share of items with a description.
    Described,
    /// Items with a code and a description of two words or more.
    Telling,
    /// Declarations drawn at random with a known result.
    RandomLabelled,
    /// Those of them with a finding.
    RandomFound,
    /// 1 where the random draw was kept, 0.5 where that can't be said or holds among the rest only, 0 where it was broken.
    RandomKept,
}

/// What would help most. Each is said in words by the binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Name the column of results in the schema.
    NameFindings,
    /// Record what stands behind a measure.
    Improve(Measure),
    /// Go on and use it.
    Use(Capability),
}

/// A figure against its bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ground {
    /// The figure.
    pub measure: Measure,
    /// Its value.
    pub value: f64,
    /// From here the capability is usable.
    pub usable_from: f64,
    /// From here it is ready.
    pub ready_from: f64,
}

/// The verdict on one capability.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The capability.
    pub capability: Capability,
    /// How far the data bear it.
    pub grade: Grade,
    /// The figures behind it.
    pub grounds: Vec<Ground>,
    /// The one step that helps most.
    pub next: NextStep,
}

impl Capability {
    /// All capabilities, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Profiles, Self::Date, Self::Revenue, Self::Prices, Self::Classification, Self::TrueRate];

    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profiles => "profiles",
            Self::Date => "date",
            Self::Revenue => "revenue_objective",
            Self::Prices => "price_references",
            Self::Classification => "hs_plausibility",
            Self::TrueRate => "true_rate",
        }
    }

    /// The rule: figure, usable from, ready from.
    const fn rule(self) -> &'static [(Measure, f64, f64)] {
        use Measure::*;
        match self {
            Self::Profiles => &[
                (AsDeclared, 1.0, 1.0),
                (Findings, 50.0, 300.0),
                (InOrder, 50.0, 300.0),
                (CodeFilled, 0.5, 0.9),
                (ImporterFilled, 0.5, 0.9),
                (Months, 3.0, 12.0),
                (SelectionKnown, 0.0, 1.0),
                (Dated, 0.0, 0.5),
            ],
            Self::Date => &[
                (AsDeclared, 1.0, 1.0),
                (NoLeak, 1.0, 1.0),
                (Findings, 300.0, 3_000.0),
                (InOrder, 300.0, 3_000.0),
                (CodeFilled, 0.5, 0.9),
                (ImporterFilled, 0.5, 0.9),
                (Months, 6.0, 12.0),
                (Novel, 0.0, 0.7),
                (SelectionKnown, 0.0, 1.0),
                (Dated, 0.0, 0.5),
            ],
            Self::Revenue => &[
                (AsDeclared, 1.0, 1.0),
                (NoLeak, 1.0, 1.0),
                (Findings, 50.0, 300.0),
                (StakeFilled, 0.5, 0.9),
                (ExtraRevenue, 0.0, 200.0),
                (SelectionKnown, 0.0, 1.0),
            ],
            Self::Prices => &[
                (AsDeclared, 1.0, 1.0),
                (PriceFilled, 0.5, 0.9),
                (CodeFilled, 0.5, 0.9),
                (PriceCover, 0.5, 0.8),
                (Months, 3.0, 6.0),
            ],
            Self::Classification => &[(Described, 0.5, 0.9), (CodeFilled, 0.5, 0.9), (Telling, 1_000.0, 20_000.0)],
            Self::TrueRate => &[(RandomKept, 0.5, 1.0), (RandomLabelled, 100.0, 1_000.0), (RandomFound, 5.0, 30.0)],
        }
    }

    /// The verdict on what was gathered.
    pub(super) fn judge(self, readiness: &Readiness) -> Verdict {
        let ground = |(measure, usable_from, ready_from): &(Measure, f64, f64)| Ground {
            measure: *measure,
            value: measure.of(readiness),
            usable_from: *usable_from,
            ready_from: *ready_from,
        };
        let grounds: Vec<Ground> = self.rule().iter().map(ground).collect();
        // `min_by_key` takes the first of several.
        let worst = grounds.iter().min_by_key(|ground| ground.grade());
        let grade = worst.map_or(Grade::Ready, Ground::grade);
        let next = match worst {
            Some(worst) if grade < Grade::Ready => worst.measure.step(readiness),
            _ => NextStep::Use(self),
        };
        Verdict { capability: self, grade, grounds, next }
    }
}

impl Grade {
    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotYet => "not_yet",
            Self::Gaps => "usable_with_gaps",
            Self::Ready => "ready",
        }
    }
}

impl Ground {
    /// How far this figure alone bears the capability.
    pub fn grade(&self) -> Grade {
        match self.value {
            value if value >= self.ready_from => Grade::Ready,
            value if value >= self.usable_from => Grade::Gaps,
            _ => Grade::NotYet,
        }
    }
}

impl NextStep {
    /// The stable name used in JSON.
    pub fn name(self) -> String {
        match self {
            Self::NameFindings => "name_findings".to_owned(),
            Self::Improve(measure) => format!("improve_{}", measure.name()),
            Self::Use(capability) => format!("use_{}", capability.name()),
        }
    }
}

impl Measure {
    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::InOrder => "in_order",
            Self::Months => "months",
            Self::ImporterFilled => "importer_filled",
            Self::CodeFilled => "code_filled",
            Self::NoLeak => "no_leak",
            Self::AsDeclared => "as_declared",
            Self::SelectionKnown => "selection_known",
            Self::Dated => "results_dated",
            Self::Novel => "novel",
            Self::ExtraRevenue => "extra_revenue",
            Self::StakeFilled => "stake_filled",
            Self::PriceFilled => "price_filled",
            Self::PriceCover => "price_cover",
            Self::Described => "described",
            Self::Telling => "telling_descriptions",
            Self::RandomLabelled => "random_labelled",
            Self::RandomFound => "random_found",
            Self::RandomKept => "random_kept",
        }
    }

    /// Whether the figure is a share, to be told in per cent.
    pub const fn is_share(self) -> bool {
        matches!(
            self,
            Self::ImporterFilled
                | Self::CodeFilled
                | Self::Dated
                | Self::Novel
                | Self::StakeFilled
                | Self::PriceFilled
                | Self::PriceCover
                | Self::Described
        )
    }

    /// Whether the figure is yes or no (or can't be said).
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::NoLeak | Self::AsDeclared | Self::SelectionKnown | Self::RandomKept)
    }

    fn step(self, readiness: &Readiness) -> NextStep {
        let of_results = matches!(self, Self::Findings | Self::InOrder);
        if of_results && !readiness.roles.contains(&Role::Finding) {
            return NextStep::NameFindings;
        }
        NextStep::Improve(self)
    }

    /// The value of the figure.
    pub fn of(self, readiness: &Readiness) -> f64 {
        let (all, goods, draw) = (&readiness.results.all, &readiness.goods, &readiness.draw);
        let share = |part: u64, whole: u64| super::share(part, whole).unwrap_or_default();
        let answer = |yes: bool| f64::from(u8::from(yes));
        match self {
            Self::Findings => all.findings as f64,
            Self::InOrder => (all.labelled - all.findings) as f64,
            Self::Months => readiness.traffic.months.len() as f64,
            Self::ImporterFilled => {
                let named = readiness.traffic.months.values().map(|month| month.with_importer).sum();
                share(named, all.declarations)
            }
            Self::CodeFilled => share(goods.with_code, goods.items),
            Self::NoLeak => answer(readiness.leaks.is_empty()),
            Self::AsDeclared => answer(!readiness.adjusted.values().any(|adjusted| adjusted.looks_overwritten())),
            Self::SelectionKnown => answer(readiness.selection_is_known()),
            Self::Dated => readiness.results.assumed_share().map_or(0.0, |assumed| 1.0 - assumed),
            Self::Novel => readiness.traffic.repeat_share().map_or(0.0, |repeats| 1.0 - repeats),
            Self::ExtraRevenue => readiness.results.with_extra_revenue as f64,
            Self::StakeFilled => share(goods.with_stake, goods.items),
            Self::PriceFilled => share(goods.with_price, goods.items),
            Self::PriceCover => goods.price_cover().unwrap_or_default(),
            Self::Described => share(goods.described, goods.items),
            Self::Telling => goods.telling as f64,
            Self::RandomLabelled => draw.labelled as f64,
            Self::RandomFound => draw.found as f64,
            Self::RandomKept => match draw.assignment {
                Assignment::Kept => 1.0,
                Assignment::AmongTheRest | Assignment::TooFew => 0.5,
                Assignment::NoRole | Assignment::Broken => 0.0,
            },
        }
    }
}
