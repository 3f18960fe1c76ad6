//! A small index of HS codes for whoever has no nomenclature at hand: the goods of the simulated country in our own words.

use hsearch::{BuildParams, Hs6, Index, Instance, Language, Period, Source, Subheading};
use world::Catalogue;

/// Makes the index. Of each subheading it knows one text and the terse one; the others are left for the simulator to describe
/// goods by, so that not every description of a simulated declaration is known word for word.
///
/// # Errors
/// None for the catalogue that ships with the product.
pub fn starter(params: BuildParams) -> Result<Index, hsearch::Error> {
    let catalogue = Catalogue::embedded().map_err(|error| hsearch::Error::Damaged(error.to_string()))?;
    let (mut subheadings, mut instances) = (Vec::new(), Vec::new());
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
        let text = good.terse.clone();
        instances.push(Instance { text, code: code.into(), language: Some(Language::En), weight: 1.0 });
    }
    let sources = [Source { name: "goods of the simulated country".to_owned(), instances }];
    Index::build(&subheadings, &sources, params)
}
