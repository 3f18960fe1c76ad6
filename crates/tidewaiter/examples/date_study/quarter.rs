//! A simulated world, a trainer that has read its past, and the quarter that models are measured on.

use crate::world::World as Simulated;
use crate::{Outcome, THREADS};
use domain::{Day, Record};
use learn::math::sigmoid;
use risk::evaluate::{Case, Figures, Prediction, Sample};
use risk::model::{Model, ModelKind, Rows, Scorer, TrainParams, Trainer};
use std::collections::BTreeMap;
use tidewaiter::flow::evaluate::Truth;
use tidewaiter::flow::history::shape;
use tidewaiter::intake::{self, Reading, Schema};

/// Declarations of a world where the scenario does not say: `default` has so many, `default:300000` five times as many.
const DECLARATIONS: u64 = 60_000;

/// Names of the figures, in their order: `rev` is the share of the revenue among those ranked highest by probability, `exp`
/// among those ranked highest by expected revenue.
pub(crate) const MEASURES: [&str; 8] = ["AUC", "PR-AUC", "P@1", "P@5", "rev@1", "rev@5", "exp@1", "exp@5"];

/// All declarations of a world, with what was known of them.
pub(crate) struct World {
    schema: Schema,
    /// Declarations before the quarter.
    pub(crate) past: Vec<Record>,
    later: Vec<Record>,
    truth: Truth,
    /// First day of the quarter.
    pub(crate) start: Day,
}

impl World {
    pub(crate) fn simulated(scenario: &str, seed: u64) -> Outcome<Self> {
        let simulated = Simulated::simulated(scenario, seed, DECLARATIONS)?;
        let schema = simulated.schema.clone();
        let reading = Reading { today: Day::from_epoch_days(30_000), outcomes: true, rejects: None };
        let records = intake::open(&schema, &[simulated.data()], reading)?;
        let truth = Truth::read(&simulated.truth(), &schema.label_rules(), schema.file().money_decimals)?;
        let start = Day::from_ymd(2025, 10, 1).ok_or("a day")?;
        let records = records.collect::<Result<Vec<Record>, _>>()?;
        let (past, later) = records.into_iter().partition(|record| record.declaration.header.day < start);
        Ok(Self { schema, past, later, truth, start })
    }

    /// A trainer that has read some declarations.
    pub(crate) fn trainer<'a>(&self, past: impl Iterator<Item = &'a Record>) -> Outcome<Trainer> {
        let mut trainer = Trainer::new(shape(&self.schema));
        let keying = trainer.history().keying();
        for record in past {
            trainer.add(&keying.keyed(record))?;
        }
        Ok(trainer)
    }

    /// The quarter as seen by what a trainer has read.
    pub(crate) fn quarter(&self, trainer: &Trainer) -> Outcome<Quarter> {
        let mut history = trainer.history().clone();
        let mut quarter = Quarter { rows: trainer.rows(), stakes: Vec::new(), items: Vec::new(), cases: Vec::new() };
        for record in &self.later {
            history.advance(record.declaration.header.day);
            for index in 0..record.declaration.items.len() {
                let facts = history.facts(record, index);
                quarter.rows.push(&facts)?;
                quarter.stakes.push(facts.item.stake_minor());
            }
            quarter.items.push(record.declaration.items.len());
            let outcome = self.truth.outcome(record)?;
            quarter.cases.push(Case {
                outcome,
                stake_minor: 0.0,
                repeat: false,
                importer_met: false,
                repeat_rate: 0.0,
            });
            history.observe_declared(record);
        }
        Ok(quarter)
    }

    /// For each declaration of the quarter, how many declarations before it had the same value.
    pub(crate) fn frequencies(&self, value: impl Fn(&Record) -> Option<String>) -> Vec<usize> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for value in self.past.iter().filter_map(&value) {
            *counts.entry(value).or_default() += 1;
        }
        let of = |record: &Record| value(record).and_then(|value| counts.get(&value).copied()).unwrap_or_default();
        self.later.iter().map(of).collect()
    }
}

/// The quarter's declarations as models read them, and what was really wrong with them.
pub(crate) struct Quarter {
    rows: Rows,
    stakes: Vec<Option<f64>>,
    /// Items of each declaration.
    items: Vec<usize>,
    cases: Vec<Case>,
}

/// What is ranked by.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum By {
    /// The model as it is.
    Model,
    /// The network of `date` alone.
    Network,
    /// The network alone, and revenue by its own head.
    RevenueHead,
    /// The trees of `date` alone.
    Trees,
}

impl Quarter {
    /// One prediction for each declaration.
    pub(crate) fn predictions(&self, model: &Model, by: By) -> Outcome<Vec<Prediction>> {
        let scores = model.score(&self.rows, &self.stakes, THREADS)?;
        let log_odds = self.log_odds(model, by)?;
        let log_odds = log_odds.unwrap_or_else(|| scores.iter().map(|score| score.log_odds).collect());
        let probabilities: Vec<f64> = log_odds.into_iter().map(sigmoid).collect();
        // Probability times the severity that the model takes for its own probability.
        let two_part = scores.iter().zip(&probabilities);
        let two_part = two_part.map(|(score, p)| p * score.expected_revenue_minor / sigmoid(score.calibrated));
        let revenue = match by {
            By::RevenueHead => self.revenue_head(model)?,
            _ => two_part.collect(),
        };
        let mut first = 0;
        let declaration = |count: &usize| {
            let span = first..first + count;
            first += count;
            let probability = model.pooling().probability(&probabilities[span.clone()]);
            Prediction { probability, expected_revenue_minor: revenue[span].iter().sum() }
        };
        Ok(self.items.iter().map(declaration).collect())
    }

    fn log_odds(&self, model: &Model, by: By) -> Outcome<Option<Vec<f64>>> {
        let wanted = |scorer: &Scorer| match by {
            By::Model => false,
            By::Network | By::RevenueHead => matches!(scorer, Scorer::Date(_)),
            By::Trees => matches!(scorer, Scorer::Gbdt(_)),
        };
        Ok(part(model, wanted).map(|scorer| scorer.log_odds(&self.rows, THREADS)).transpose()?)
    }

    fn revenue_head(&self, model: &Model) -> Outcome<Vec<f64>> {
        match part(model, |scorer| matches!(scorer, Scorer::Date(_))) {
            Some(Scorer::Date(date)) => Ok(date.revenue_minor(&self.rows, THREADS)?.unwrap_or_default()),
            _ => Err("the model has no network".into()),
        }
    }

    /// The figures of predictions on the declarations that are kept.
    pub(crate) fn figures(&self, predictions: &[Prediction], keep: impl Fn(usize) -> bool) -> Outcome<[f64; 8]> {
        let kept: Vec<usize> = (0..self.cases.len()).filter(|place| keep(*place)).collect();
        let cases = kept.iter().map(|place| self.cases[*place]).collect();
        let predictions: Vec<Prediction> = kept.iter().map(|place| predictions[*place]).collect();
        let figures = Figures::of(&Sample { cases }, &predictions)?;
        let [one, _, five, _] = figures.at;
        let revenue = [one.revenue, five.revenue, one.revenue_by_expected, five.revenue_by_expected];
        let order = [figures.auc, figures.pr_auc, one.precision, five.precision];
        let measures = [order, revenue].concat();
        Ok(std::array::from_fn(|place| measures[place].unwrap_or(f64::NAN)))
    }
}

/// A part of the mix that a model's branch of new rows is.
fn part(model: &Model, wanted: impl Fn(&Scorer) -> bool) -> Option<&Scorer> {
    match &model.branch(false).scorer {
        Scorer::Blend(parts) => parts.iter().map(|part| &part.scorer).find(|scorer| wanted(scorer)),
        scorer => Some(scorer).filter(|scorer| wanted(scorer)),
    }
}

/// A model of a kind.
pub(crate) fn trained(trainer: &Trainer, params: TrainParams) -> Outcome<Model> {
    Ok(trainer.finish("study", None, &TrainParams { threads: THREADS, ..params }.check()?)?)
}

/// Parameters of `date` for a seed.
pub(crate) fn date(seed: u64) -> TrainParams {
    TrainParams { kind: ModelKind::Date, seed, ..TrainParams::default() }
}
