//! What traders write about their goods: clean, short, terse, vague, misspelt, or about something else.

use crate::goods::{Catalogue, Good};
use crate::rng::Rng;

const VAGUE: [&str; 8] = [
    "GENERAL MERCHANDISE",
    "ASSORTED GOODS",
    "AS PER INVOICE",
    "CONSOLIDATED CARGO",
    "GOODS FOR RESALE",
    "STC PACKAGES",
    "MISC ITEMS",
    "HOUSEHOLD AND OTHER GOODS",
];
const DETAILS: [&str; 12] = [
    "brand new",
    "in cartons",
    "assorted colours",
    "grade A",
    "for industrial use",
    "on pallets",
    "mixed sizes",
    "retail packed",
    "model 2024",
    "bulk packed",
    "HS as invoice",
    "with accessories",
];

/// A description of `good` by a trader whose `care` lies between 0 (terse and wrong) and 1 (clean).
pub(crate) fn describe(catalogue: &Catalogue, good: usize, care: f64, rng: &mut Rng) -> String {
    let entry = &catalogue.goods()[good];
    let sloppy = 1.0 - care;
    let weights = [0.30 + 0.40 * care, 0.22, 0.10 + 0.18 * sloppy, 0.06 + 0.05 * sloppy, 0.01 + 0.04 * sloppy, 0.02];
    let text = match rng.index(weights.into_iter()) {
        0 => commercial(entry, rng),
        1 => short(entry, rng),
        2 => terse(entry, rng),
        3 => entry.terse.clone(),
        4 => vague(rng),
        _ => other(catalogue, entry, rng),
    };
    if rng.chance(0.03 + 0.05 * sloppy) { misspelt(&text, rng) } else { text }
}

/// A description that says nothing.
pub(crate) fn vague(rng: &mut Rng) -> String {
    VAGUE[rng.below(VAGUE.len())].to_owned()
}

fn clean(good: &Good, rng: &mut Rng) -> String {
    rng.pick(&good.texts).cloned().unwrap_or_else(|| good.terse.clone())
}

fn commercial(good: &Good, rng: &mut Rng) -> String {
    let text = clean(good, rng);
    if rng.chance(0.4) { format!("{text}, {}", DETAILS[rng.below(DETAILS.len())]) } else { text }
}

fn short(good: &Good, rng: &mut Rng) -> String {
    let text = clean(good, rng);
    let head = text.split(',').next().unwrap_or_default();
    if rng.chance(0.5) { head.to_uppercase() } else { head.to_lowercase() }
}

fn terse(good: &Good, rng: &mut Rng) -> String {
    let packed = ["CTNS", "PKGS", "BAGS", "PLTS"][rng.below(4)];
    format!("{} {} {packed}", good.terse, 1 + rng.below(900))
}

fn other(catalogue: &Catalogue, good: &Good, rng: &mut Rng) -> String {
    let sector = &catalogue.sectors()[good.sector].goods;
    rng.pick(sector).map_or_else(|| vague(rng), |&index| catalogue.goods()[index].terse.clone())
}

/// Drops one letter, or swaps two.
fn misspelt(text: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = 1 + rng.below(letters.len() - 2);
    if rng.chance(0.5) {
        letters.remove(at);
    } else {
        letters.swap(at, at - 1);
    }
    letters.into_iter().collect()
}
