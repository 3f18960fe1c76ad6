//! A small nomenclature for whoever has none at hand: the goods of the simulated country in our own words.

use hsearch::{BuildParams, Hs6, Index, Instance, Language, Period, Source, Subheading};
use world::{Catalogue, CatalogueError, Good};

/// How much of each good is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// All of its texts.
    All,
    /// Its first text and the terse one. The simulator describes goods by the others too, so that not every description of a simulated
    /// declaration is known word for word.
    InPart,
}

/// The subheadings of the goods, and their texts.
///
/// # Errors
/// None for the catalogue that ships with the product.
pub(super) fn goods(told: Told) -> Result<(Vec<Subheading>, Source), CatalogueError> {
    let catalogue = Catalogue::embedded()?;
    let mut source = Source { name: "goods of the simulated country".to_owned(), instances: Vec::new() };
    let mut subheadings = Vec::new();
    for good in catalogue.goods() {
        let (Some(code), Some(text)) = (Hs6::parse(&good.hs), good.texts.first()) else { continue };
        subheadings.push(Subheading {
            code,
            text: text.clone(),
            heading_text: String::new(),
            chapter_text: catalogue.sectors()[good.sector].name.clone(),
            language: Language::En,
            valid: Period::default(),
        });
        let instance = |text: &String| Instance {
            text: text.clone(),
            code: code.into(),
            language: Some(Language::En),
            weight: 1.0,
        };
        source.instances.extend(texts(good, told).map(instance));
    }
    Ok((subheadings, source))
}

fn texts(good: &Good, told: Told) -> impl Iterator<Item = &String> {
    let further = if told == Told::All { &good.texts[1..] } else { &[] };
    std::iter::once(&good.terse).chain(further)
}

/// The index of the goods that a demo judges its declarations by.
///
/// # Errors
/// None for the catalogue that ships with the product.
pub(super) fn index(params: BuildParams) -> Result<Index, super::hs::HsError> {
    let (subheadings, source) = goods(Told::InPart)?;
    Ok(Index::build(&subheadings, &[source], params)?)
}
