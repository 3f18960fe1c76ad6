//! Evaluation: figures against tables worked out by hand, slices, folds, leaks.

mod cross;
mod figures;
mod leaks;

use domain::{Control, Day, Declaration, Finding, FindingStatus, GoodsItem, Header, HsCode, Inspection, Record};

/// An examined declaration of one item, with a finding or without.
fn examined(id: &str, day: i32, found: bool, item: GoodsItem) -> Record {
    let day = Day::from_epoch_days(day);
    let finding = Finding {
        kind: None,
        gravity: None,
        status: FindingStatus::Final,
        status_on: None,
        extra_revenue_minor: Some(500),
    };
    Record {
        declaration: Declaration { header: Header::new(id, day), items: vec![item] },
        lane: None,
        inspections: vec![Some(Inspection {
            known_on: day.plus(3),
            known_on_assumed: false,
            control: Some(Control::Physical),
            selected_by: None,
            selection_probability: None,
            examiner: None,
            finding: found.then_some(finding),
            assessed: None,
        })],
        quality: vec![Vec::new()],
        plausibility: vec![None],
        checks: Vec::new(),
        journey: None,
    }
}

fn item(code: &str, net_mass_g: i64, customs_value_minor: i64) -> GoodsItem {
    GoodsItem {
        number: 1,
        code: Some(HsCode::parse(code).unwrap().0),
        net_mass_g: Some(net_mass_g),
        customs_value_minor: Some(customs_value_minor),
        rate_ppm: Some(100_000),
        ..GoodsItem::default()
    }
}
