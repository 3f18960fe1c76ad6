//! A small made-up traffic for tests: 40 importers, 6 codes, one code and one importer with more findings.

use domain::{
    Country, Day, Declaration, Finding, FindingKind, FindingStatus, GoodsItem, Header, HsCode, Inspection, LabelRules,
    Quantity, Record,
};
use learn::Rng;
use risk::HistoryRules;
use risk::model::Shape;

pub(crate) fn shape() -> Shape {
    Shape {
        rules: HistoryRules { labels: LabelRules::default(), columns: 1, money_decimals: 2 },
        categorical: vec!["channel".into()],
        numeric: vec!["packages".into()],
        judged: false,
    }
}

const CODES: [&str; 6] = ["610910", "610990", "640399", "850440", "870323", "220300"];

/// `count` declarations, ten a day, in order; about one in eight has two items.
pub(crate) fn records(count: usize, seed: u64) -> Vec<Record> {
    let mut rng = Rng::new(seed);
    (0..count).map(|position| record(position, &mut rng)).collect()
}

fn record(position: usize, rng: &mut Rng) -> Record {
    let day = Day::from_epoch_days(18_000 + (position / 10) as i32);
    let importer = rng.below(40);
    let header = Header {
        importer: Some(format!("I{importer}").into()),
        declarant: Some(format!("D{}", rng.below(5)).into()),
        office: Some(format!("{}", 10 + rng.below(3)).into()),
        departure: Country::parse("CN"),
        ..Header::new(&format!("R{position}"), day)
    };
    let items: Vec<GoodsItem> = (0..1 + usize::from(rng.bernoulli(0.12))).map(|index| item(index, rng)).collect();
    let inspections = items.iter().map(|item| inspection(item, importer, day, rng)).collect();
    Record {
        quality: vec![Vec::new(); items.len()],
        plausibility: vec![None; items.len()],
        declaration: Declaration { header, items },
        lane: None,
        inspections,
        checks: Vec::new(),
        journey: None,
    }
}

fn item(index: usize, rng: &mut Rng) -> GoodsItem {
    let mass_g = 1000 * (1 + rng.below(500) as i64);
    let price = (rng.normal() * 0.3 + 6.0).exp();
    GoodsItem {
        number: index as u32 + 1,
        code: HsCode::parse(CODES[rng.below(6)]).ok().map(|(code, _)| code),
        origin: Country::parse(["CN", "VN", "TR"][rng.below(3)]),
        quantity: Some(Quantity { milli: mass_g, unit: "KGM".into() }),
        net_mass_g: Some(mass_g),
        customs_value_minor: Some((mass_g as f64 / 1000.0 * price) as i64 + 1),
        rate_ppm: Some(100_000),
        categorical: vec![Some(["a", "b"][rng.below(2)].into())],
        numeric: vec![rng.below(9) as f64],
        ..GoodsItem::default()
    }
}

fn inspection(item: &GoodsItem, importer: usize, day: Day, rng: &mut Rng) -> Option<Inspection> {
    let inspected = rng.bernoulli(0.8);
    let risky = item.code.is_some_and(|code| code.hs6() == "640399");
    let found = rng.bernoulli(0.08 + 0.35 * f64::from(u8::from(risky)) + 0.4 * f64::from(u8::from(importer < 4)));
    let revenue = (rng.normal() + 8.0).exp() as i64;
    inspected.then(|| Inspection {
        known_on: day.plus(3 + rng.below(20) as i32),
        known_on_assumed: false,
        control: None,
        selected_by: None,
        selection_probability: None,
        examiner: None,
        finding: found.then_some(Finding {
            kind: Some(FindingKind::Value),
            gravity: None,
            status: FindingStatus::Final,
            status_on: None,
            extra_revenue_minor: Some(revenue),
        }),
        assessed: None,
    })
}
