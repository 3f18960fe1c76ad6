//! Strategies, and how they are written.
//!
//! `gbdt` picks the highest scores of a model; `gbdt:0.9+random:0.1` gives a tenth of the picks to chance;
//! `date:0.8+gate:0.1+random:0.1` explores too; `apt(gbdt+uncertainty)` and `adapt(date+badge)` learn how much to explore.

use super::ReplayError;
use crate::model::ModelKind;

/// What part of a strategy picks by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// Chance.
    Random,
    /// The declared value, highest first.
    Price,
    /// The duty at stake, highest first.
    Stake,
    /// What was inspected at the time.
    Present,
    /// A model's probability or expected revenue, highest first.
    Model(ModelKind),
    /// What the model is least sure about: highest 1 - 1.8 |p - 0.5| (Kim et al. 2022).
    Uncertainty,
    /// Parties, pairs and goods met least before.
    Novelty,
    /// Diverse gradients of the loss (BADGE; Ash et al., ICLR 2020).
    Badge,
    /// BADGE weighted by uncertainty and expected revenue (Kim et al. 2022).
    Bate,
    /// bATE where the model has proven itself on revenue lately, else chance (Kim et al. 2022).
    Gate,
}

impl Component {
    /// Those without a model of their own.
    const PLAIN: [(&'static str, Self); 9] = [
        ("random", Self::Random),
        ("price", Self::Price),
        ("stake", Self::Stake),
        ("lanes", Self::Present),
        ("uncertainty", Self::Uncertainty),
        ("novelty", Self::Novelty),
        ("badge", Self::Badge),
        ("bate", Self::Bate),
        ("gate", Self::Gate),
    ];

    fn parse(text: &str) -> Option<Self> {
        let plain = Self::PLAIN.into_iter().find(|(name, _)| *name == text).map(|(_, component)| component);
        plain.or_else(|| ModelKind::parse(text).map(Self::Model))
    }

    /// Whether it tries what may teach rather than what promises most.
    pub fn is_exploration(self) -> bool {
        matches!(self, Self::Random | Self::Uncertainty | Self::Novelty | Self::Badge | Self::Bate | Self::Gate)
    }

    fn needs_model(self) -> bool {
        matches!(self, Self::Uncertainty) || self.needs_network()
    }

    fn needs_network(self) -> bool {
        matches!(self, Self::Badge | Self::Bate | Self::Gate)
    }
}

/// A part of a strategy with its share of the picks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What it picks by.
    pub component: Component,
    /// Its share, above 0 and up to 1; of a strategy that adapts, its share of what is not given to fixed parts.
    pub share: f64,
}

/// How the share of exploration is learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adaptive {
    /// By what picks brought (APT; Mai et al., ICDMW 2021).
    Apt,
    /// By that and by drift (ADAPT; the same).
    Adapt,
}

/// A strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategy {
    name: String,
    parts: Vec<Part>,
    adaptive: Option<Adaptive>,
}

impl Strategy {
    /// Reads a strategy as described above.
    ///
    /// # Errors
    /// [`ReplayError::Strategy`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, ReplayError> {
        let text = text.trim();
        let fail = |reason: String| ReplayError::Strategy { text: text.to_owned(), reason };
        let (adaptive, inner) = adaptive(text);
        let (inner, fixed) = match adaptive {
            Some(_) => inner.split_once(')').ok_or_else(|| fail("the bracket is not closed".to_owned()))?,
            None => (inner, ""),
        };
        let mut parts = read_parts(inner).map_err(fail)?;
        if adaptive.is_some() {
            let is_pair =
                matches!(parts.as_slice(), [a, b] if !a.component.is_exploration() && b.component.is_exploration());
            if !is_pair || inner.contains(':') {
                return Err(fail("an adaptive strategy names what exploits, then what explores, without shares: apt(gbdt+uncertainty)".to_owned()));
            }
            parts.extend(read_parts(fixed.trim_start_matches('+')).map_err(fail)?);
        }
        fill_shares(&mut parts, adaptive.is_some()).map_err(fail)?;
        let parts: Vec<Part> = parts
            .into_iter()
            .map(|part| Part { component: part.component, share: part.share.unwrap_or_default() })
            .collect();
        check_components(&parts).map_err(fail)?;
        Ok(Self { name: text.to_owned(), parts, adaptive })
    }

    /// As it was written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its parts, in the order in which they pick. Of one that adapts, the first exploits and the second explores what the
    /// others leave.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether and how it learns its share of exploration.
    pub fn adaptive(&self) -> Option<Adaptive> {
        self.adaptive
    }

    /// The model it needs.
    pub fn model(&self) -> Option<ModelKind> {
        self.parts.iter().find_map(|part| match part.component {
            Component::Model(kind) => Some(kind),
            _ => None,
        })
    }

    /// The share of picks that chance has at least.
    pub fn random_share(&self) -> f64 {
        let fixed = self.parts.iter().skip(if self.adaptive.is_some() { 2 } else { 0 });
        fixed.filter(|part| part.component == Component::Random).map(|part| part.share).sum()
    }

    /// Whether it repeats what was done at the time, whatever the capacity.
    pub fn is_present(&self) -> bool {
        self.parts.iter().any(|part| part.component == Component::Present)
    }
}

/// A part as it was written.
struct Written {
    component: Component,
    share: Option<f64>,
}

fn adaptive(text: &str) -> (Option<Adaptive>, &str) {
    for (prefix, kind) in [("apt(", Adaptive::Apt), ("adapt(", Adaptive::Adapt)] {
        if let Some(rest) = text.strip_prefix(prefix) {
            return (Some(kind), rest);
        }
    }
    (None, text)
}

fn read_parts(text: &str) -> Result<Vec<Written>, String> {
    // `gbdt+lr` is one model, although a plus joins parts.
    let masked = text.replace("gbdt+lr", "gbdt_lr");
    let read = |part: &str| {
        let (name, share) = part.split_once(':').map_or((part, None), |(name, share)| (name, Some(share)));
        let name = name.trim().replace("gbdt_lr", "gbdt+lr");
        let component = Component::parse(&name).ok_or_else(|| {
            format!(
                "`{name}` is no part of a strategy; there are random, price, stake, lanes, uncertainty, novelty, badge, bate, \
                 gate, and the models profile, logistic, gbdt, gbdt+lr, date, blend"
            )
        })?;
        let share = share.map(|share| share.trim().parse::<f64>().ok().filter(|share| *share > 0.0 && *share <= 1.0));
        match share {
            Some(None) => Err(format!("the share of `{name}` is a number above 0 and up to 1")),
            share => Ok(Written { component, share: share.flatten() }),
        }
    };
    masked.split('+').filter(|part| !part.trim().is_empty()).map(read).collect()
}

/// Gives parts without a share an equal part of what is left.
fn fill_shares(parts: &mut [Written], is_adaptive: bool) -> Result<(), String> {
    let given: f64 = parts.iter().filter_map(|part| part.share).sum();
    let open = parts.iter().filter(|part| part.share.is_none()).count();
    let is_whole = (given - 1.0).abs() < 1e-9;
    if parts.is_empty() || given > 1.0 + 1e-9 || (open == 0 && !is_whole) || (open > 0 && is_whole) {
        return Err("the shares of its parts must add up to 1".to_owned());
    }
    let left = (1.0 - given) / open.max(1) as f64;
    let whole = if is_adaptive { left * open as f64 } else { left };
    parts.iter_mut().for_each(|part| part.share = part.share.or(Some(if is_adaptive { whole } else { left })));
    Ok(())
}

fn check_components(parts: &[Part]) -> Result<(), String> {
    let models = parts.iter().filter(|part| matches!(part.component, Component::Model(_))).count();
    let network = |part: &Part| matches!(part.component, Component::Model(ModelKind::Date | ModelKind::Blend));
    if models > 1 {
        return Err("one model is enough: what explores goes by the same".to_owned());
    }
    if parts.iter().any(|part| part.component == Component::Present) && parts.len() > 1 {
        return Err("`lanes` repeats what was done and can't be mixed".to_owned());
    }
    if parts.iter().any(|part| part.component.needs_model()) && models == 0 {
        return Err(
            "exploration by what a model is unsure of needs a model beside it: gbdt:0.9+uncertainty:0.1".to_owned()
        );
    }
    if parts.iter().any(|part| part.component.needs_network()) && !parts.iter().any(network) {
        return Err(
            "badge, bate and gate need the network of `date` or `blend` beside them: date:0.9+gate:0.1".to_owned()
        );
    }
    let twice =
        parts.iter().enumerate().any(|(i, part)| parts[..i].iter().any(|other| other.component == part.component));
    if twice { Err("a part stands in it twice".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strategies_as_they_are_written() {
        let shares = |text: &str| -> Vec<f64> {
            Strategy::parse(text).unwrap().parts().iter().map(|part| (part.share * 100.0).round() / 100.0).collect()
        };
        assert_eq!(shares("gbdt"), [1.0]);
        assert_eq!(shares("gbdt+lr:0.9+random:0.1"), [0.9, 0.1]);
        assert_eq!(shares("date:0.8+gate+random"), [0.8, 0.1, 0.1]);
        assert_eq!(shares("apt(gbdt+uncertainty)+random:0.1"), [0.9, 0.9, 0.1]);
        let adapt = Strategy::parse("adapt(date+badge)").unwrap();
        assert_eq!((adapt.adaptive(), adapt.model()), (Some(Adaptive::Adapt), Some(ModelKind::Date)));
        assert_eq!(Strategy::parse("gbdt:0.9+random:0.1").unwrap().random_share(), 0.1);
        assert_eq!(Strategy::parse("apt(gbdt+random)").unwrap().random_share(), 0.0);
    }

    #[test]
    fn what_can_not_be_read_says_why() {
        let table = [
            ("", "add up to 1"),
            ("gdbt", "no part of a strategy"),
            ("gbdt:0.5+random:0.4", "add up to 1"),
            ("gbdt:1.0+random", "add up to 1"),
            ("gbdt:0+random", "above 0"),
            ("gbdt+date", "one model"),
            ("lanes+random", "can't be mixed"),
            ("uncertainty", "needs a model"),
            ("gbdt:0.9+badge:0.1", "need the network"),
            ("apt(gbdt)", "names what exploits"),
            ("apt(random+gbdt)", "names what exploits"),
            ("apt(gbdt+random", "not closed"),
            ("gbdt:0.5+random:0.25+random:0.25", "twice"),
        ];
        for (text, part) in table {
            let error = Strategy::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
