//! The catalogue of goods.

use std::collections::HashSet;
use std::path::PathBuf;
use world::Catalogue;

#[test]
fn the_catalogue_is_as_large_and_as_full_as_promised() {
    let catalogue = Catalogue::embedded().unwrap();
    assert!(catalogue.goods().len() >= 500, "{}", catalogue.goods().len());
    let chapters: HashSet<&str> = catalogue.goods().iter().map(|good| &good.hs[..2]).collect();
    assert!(chapters.len() >= 70, "{}", chapters.len());
    for good in catalogue.goods() {
        assert!(good.texts.len() >= 2 && !good.terse.is_empty(), "{}", good.hs);
        assert!(!good.near.is_empty() && !good.origins.is_empty(), "{}", good.hs);
        assert!([0, 50_000, 100_000, 200_000, 350_000].contains(&good.duty_ppm), "{}: {}", good.hs, good.duty_ppm);
        assert!(good.unit != "KGM" || (good.unit_mass_kg - 1.0).abs() < 1e-9, "{}: a kilogram weighs one", good.hs);
    }
    let tempting = (0..catalogue.goods().len()).filter(|&good| catalogue.cheaper_neighbours(good).next().is_some());
    assert!(tempting.count() >= 150);
}

#[test]
fn texts_of_different_goods_differ() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut seen = HashSet::new();
    for text in catalogue.goods().iter().flat_map(|good| &good.texts) {
        assert!(seen.insert(text), "{text} stands twice");
    }
}

#[test]
fn every_code_stands_in_the_nomenclature() {
    let folder = std::env::var_os("TIDEWAITER_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join("hs/nomenclature_hs2022_en.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("not checked: that every code of goods.toml exists in HS 2022 ({} is missing)", path.display());
        return;
    };
    let codes: HashSet<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    let catalogue = Catalogue::embedded().unwrap();
    let unknown: Vec<&str> =
        catalogue.goods().iter().map(|good| good.hs.as_str()).filter(|hs| !codes.contains(*hs)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
}
