//! How near the contributions come to those of a fine quadrature.

use crate::Rng;
use crate::attention::{Architecture, AttentionData, AttentionParams, AttentionRows};

const TREES: usize = 40;

/// Rows of forty leaves whose label hangs on a leaf together with an importer.
fn world(n_rows: usize) -> (AttentionRows, Vec<f32>) {
    let mut rng = Rng::new(11);
    let (mut leaves, mut entities, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n_rows {
        let row: Vec<u32> = (0..TREES).map(|tree| (1 + tree * 8 + rng.below(8)) as u32).collect();
        let importer = 1 + rng.below(60) as u32;
        let risky = row[0].is_multiple_of(2) && importer.is_multiple_of(3);
        labels.push(f32::from(u8::from(rng.bernoulli(if risky { 0.7 } else { 0.05 }))));
        leaves.extend(row);
        entities.extend([importer, 1 + rng.below(20) as u32]);
    }
    (AttentionRows::new(TREES, leaves, 2, entities).unwrap(), labels)
}

#[test]
fn few_places_on_the_path_come_near_many() {
    let (rows, labels) = world(1200);
    for residual in [false, true] {
        let architecture = Architecture { residual, ..Architecture::default() };
        let params = AttentionParams { architecture, epochs: 4, ..AttentionParams::default() }.check().unwrap();
        let data = AttentionData { rows: &rows, labels: &labels, revenue: None, weights: None };
        let model = params.fit(&data, None).unwrap().model;
        let mut gaps: Vec<f64> = (0..100)
            .map(|row| {
                let few = model.contributions(&rows, row).unwrap();
                let many = model.contributions_within(&rows, row, 257).unwrap();
                let both = few.trees.iter().chain(&few.entities).zip(many.trees.iter().chain(&many.entities));
                let gap: f64 = both.map(|(few, many)| (few - many).abs()).sum();
                gap / many.trees.iter().chain(&many.entities).map(|part| part.abs()).sum::<f64>()
            })
            .collect();
        gaps.sort_by(f64::total_cmp);
        assert!(gaps[50] < 0.1 && gaps[99] < 0.3, "residual {residual}: {} {} {}", gaps[50], gaps[90], gaps[99]);
    }
}
