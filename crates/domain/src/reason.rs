//! Reasons: why a score is high or low, as values that the edge turns into an officer's words.

use crate::{Country, Day, HsCode};

/// The stable id of a kind of reason, such as `unit-price-low`. The texts live with the languages of the binary; below
/// it a reason is an id with typed arguments.
pub type ReasonId = &'static str;

/// One argument of a reason, typed so that every language can write it in its own way.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A count of things.
    Count(u64),
    /// A share, 0-1, written as per cent.
    Share(f64),
    /// A plain number.
    Number(f64),
    /// A price for one unit of quantity or mass, in units (not minor units) of the currency.
    UnitPrice(f64),
    /// An amount of money in hundredths of its unit, whatever its smallest coin.
    AmountMinor(i64),
    /// A number of days.
    Days(i64),
    /// A calendar day.
    Date(Day),
    /// A commodity code.
    Code(HsCode),
    /// A country.
    Country(Country),
    /// Text as declared: a party's id, an office, a unit.
    Text(Box<str>),
    /// The name of something the binary has a word for in each language, such as a role or a kind of finding.
    Term(&'static str),
}

/// Who may read a reason. What others paid, who is suspected and how one is found out never reach a trader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// The trader, and everybody above: facts of the trader's own declaration.
    Trader,
    /// A court or tribunal, and everybody above: facts a case can rest on.
    Court,
    /// The officer who inspects, and the targeter.
    Inspector,
    /// The targeter alone: suspicion of parties and the ways of detection.
    Targeter,
}

impl Audience {
    /// Whether a reader of this rank may see a reason addressed to `reason`.
    pub fn may_see(self, reason: Self) -> bool {
        reason <= self
    }

    /// The stable name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trader => "trader",
            Self::Court => "court",
            Self::Inspector => "inspector",
            Self::Targeter => "targeter",
        }
    }
}

/// One reason, or a group of them. The contribution of a group is the sum of its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What kind of reason it is.
    pub id: ReasonId,
    /// The facts behind it, by the name under which texts refer to them.
    pub arguments: Vec<(&'static str, Argument)>,
    /// What it adds to the log-odds of a finding.
    pub contribution: f64,
    /// Who may read it.
    pub audience: Audience,
    /// The reasons it is made of; empty for a leaf.
    pub parts: Vec<Reason>,
}

impl Reason {
    /// A leaf.
    pub fn leaf(id: ReasonId, arguments: Vec<(&'static str, Argument)>, contribution: f64, audience: Audience) -> Self {
        Self { id, arguments, contribution, audience, parts: Vec::new() }
    }

    /// A group, whose contribution is the sum of its parts and whose audience is the widest that may see all of them.
    pub fn group(id: ReasonId, parts: Vec<Self>) -> Self {
        let contribution = parts.iter().map(|part| part.contribution).sum();
        let audience = parts.iter().map(|part| part.audience).max().unwrap_or(Audience::Trader);
        Self { id, arguments: Vec::new(), contribution, audience, parts }
    }

    /// The leaves of the tree, in order.
    pub fn leaves(&self) -> Vec<&Self> {
        if self.parts.is_empty() { vec![self] } else { self.parts.iter().flat_map(Self::leaves).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_add_up_and_take_the_narrowest_audience() {
        let tree = Reason::group(
            "score",
            vec![
                Reason::leaf("base", vec![], -2.0, Audience::Trader),
                Reason::group("price", vec![Reason::leaf("unit-price-low", vec![], 1.5, Audience::Targeter)]),
            ],
        );
        assert_eq!(tree.contribution, -0.5);
        assert_eq!(tree.audience, Audience::Targeter);
        assert_eq!(tree.leaves().iter().map(|leaf| leaf.id).collect::<Vec<_>>(), ["base", "unit-price-low"]);
    }

    #[test]
    fn a_trader_sees_least() {
        assert!(Audience::Targeter.may_see(Audience::Trader));
        assert!(Audience::Court.may_see(Audience::Court));
        assert!(!Audience::Trader.may_see(Audience::Targeter));
        assert!(!Audience::Inspector.may_see(Audience::Targeter));
    }
}
