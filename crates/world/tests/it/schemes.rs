//! Each scheme has a signature of its own, and none gives itself away.

use crate::table::{Cells, default_world};
use world::Catalogue;

fn of<'a>(scheme: &'a str) -> impl Fn(&Cells<'_>) -> bool + 'a {
    move |row| row.truth("scheme") == scheme
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Declared price of a kilogram over what the catalogue has as usual.
fn relative_price(row: &Cells<'_>, catalogue: &Catalogue) -> f64 {
    let good = catalogue.goods().iter().find(|good| good.hs == row.get("hs_code"));
    good.map_or(f64::NAN, |good| row.number("fob_value") / row.number("quantity") / good.price)
}

#[test]
fn every_scheme_occurs() {
    for scheme in world::Scheme::CAMPAIGNS.into_iter().chain([world::Scheme::HonestError]) {
        let rows = default_world().cells().filter(of(scheme.name())).count();
        assert!(rows >= 20, "{}: {rows}", scheme.name());
    }
}

#[test]
fn undervalued_goods_are_declared_below_their_true_value_and_below_others() {
    let catalogue = Catalogue::embedded().unwrap();
    let table = default_world();
    let honest = median(table.cells().filter(of("")).map(|row| relative_price(&row, &catalogue)));
    for scheme in ["undervaluation", "shell"] {
        let rows = || table.cells().filter(of(scheme));
        let own = median(rows().map(|row| row.number("customs_value") / row.truth_number("assessed_customs_value")));
        assert!((0.3..0.75).contains(&own), "{scheme} declares {own} of the true value");
        let others = median(rows().map(|row| relative_price(&row, &catalogue)));
        assert!(others < 0.8 * honest, "{scheme}: {others} against {honest}");
    }
    // Low prices are no proof: of the rows a third below the usual price most are of honest poor quality.
    let cheap = |row: &Cells<'_>| relative_price(row, &catalogue) < 0.67 * honest;
    let guilty = table.share(cheap, |row| row.irregular());
    assert!((0.03..0.5).contains(&guilty), "{guilty}");
}

#[test]
fn false_codes_pay_less_duty_and_false_origins_less_tax() {
    for row in default_world().cells().filter(of("misclassification")) {
        assert_ne!(row.get("hs_code").trim_end_matches(".0"), row.truth("assessed_hs_code").trim_start_matches('0'));
        assert!(row.truth_number("assessed_taxes") > row.number("total_taxes") - 0.01, "{:?}", row.declaration());
        assert_eq!(row.get("customs_value"), row.truth("assessed_customs_value"), "the value is true");
    }
    for row in default_world().cells().filter(of("false_origin")) {
        assert_ne!(row.get("origin_country"), row.truth("assessed_origin"));
        assert!(row.truth_number("assessed_taxes") > row.number("total_taxes"), "{:?}", row.declaration());
    }
}

#[test]
fn understated_quantities_keep_their_price() {
    let table = default_world();
    let ratio = |declared: &str, true_one: &str| {
        median(table.cells().filter(of("quantity")).map(|row| row.number(declared) / row.truth_number(true_one)))
    };
    assert!((0.55..0.8).contains(&ratio("quantity", "assessed_quantity")));
    assert!((0.55..0.8).contains(&ratio("net_mass_kg", "assessed_net_mass_kg")));
    let packed = |scheme| {
        median(table.cells().filter(of(scheme)).map(|row| row.number("gross_mass_kg") / row.number("net_mass_kg")))
    };
    assert!(packed("quantity") > packed(""), "some forget the gross mass");
}

#[test]
fn splits_are_parcels_below_the_limit() {
    for row in default_world().cells().filter(of("split")) {
        assert!(row.number("customs_value") <= 400.0 && row.number("total_taxes") == 0.0, "{:?}", row.declaration());
        assert_eq!(row.get("procedure"), "LOWV");
    }
    let honest = default_world().share(|row| row.get("procedure") == "LOWV", |row| !row.irregular());
    assert!(honest > 0.6, "most parcels of low value are in order: {honest}");
}

#[test]
fn prohibited_goods_hide_under_another_code() {
    let catalogue = Catalogue::embedded().unwrap();
    let banned = |hs: &str| catalogue.goods().iter().any(|good| good.hs == hs && good.banned);
    for row in default_world().cells().filter(|row| row.truth("kind") == "prohibited") {
        assert!(banned(row.truth("assessed_hs_code")), "{}", row.truth("assessed_hs_code"));
        assert_ne!(row.get("hs_code"), row.truth("assessed_hs_code"));
    }
}

#[test]
fn shells_live_for_weeks() {
    let table = default_world();
    let mut lives = std::collections::HashMap::<&str, (&str, &str)>::new();
    for row in table.cells() {
        let life =
            lives.entry(row.get("importer_tin")).or_insert((row.get("lodgement_date"), row.get("lodgement_date")));
        life.1 = row.get("lodgement_date");
    }
    let day = |text: &str| domain::Day::parse(text, &["%Y-%m-%d"]).unwrap();
    let days = median(table.cells().filter(of("shell")).map(|row| {
        let (first, last) = lives[row.get("importer_tin")];
        f64::from(day(last).since(day(first)))
    }));
    assert!(days < 95.0, "{days}");
}
