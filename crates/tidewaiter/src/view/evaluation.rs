//! What an evaluation gave, as JSON. The shape is documented in `docs/EVALUATION.md` and frozen by golden files.

mod table;
mod warning;

pub use table::text;
pub use warning::overlap;

use crate::flow::evaluate::{Evaluation, Folds, ModelFigures, SliceFigures};
use crate::intake::Schema;
use risk::evaluate::{AtShare, Comparison, Figures, SeedFigures, Slice};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Name and version of the format.
const FORMAT: &str = "tidewaiter-evaluation 1";

/// The result of `tidewaiter evaluate --json`.
#[derive(Debug, Serialize)]
pub struct EvaluationView {
    /// `tidewaiter-evaluation 1`.
    pub format: &'static str,
    /// Name of the schema.
    pub schema: String,
    /// `later`: models on declarations after a history; `folds`: kinds of model trained on folds.
    pub protocol: &'static str,
    /// `findings` as recorded, or the `truth` of a simulated world.
    pub labels: &'static str,
    /// `extra_revenue`, or `duty_at_stake` of items with a finding where the files record none.
    pub revenue_is: &'static str,
    /// Results known by this day were used; null: all of the files.
    pub as_of: Option<String>,
    /// What was read.
    pub declarations: Declarations,
    /// The models, in the order given.
    pub models: Vec<ModelView>,
    /// What simple rules give on the same declarations.
    pub baselines: Option<Baselines>,
    /// What folds gave.
    pub folds: Option<FoldsView>,
    /// What to know before believing the figures.
    pub warnings: Vec<WarningView>,
    /// What the run cost.
    pub run: Run,
}

/// What was read.
#[derive(Debug, Serialize)]
pub struct Declarations {
    /// Declarations, each version for itself.
    pub read: u64,
    /// Their goods items.
    pub items: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Declarations with a recorded result.
    pub labelled: u64,
    /// First day of lodgement.
    pub first_day: Option<String>,
    /// Last day of lodgement.
    pub last_day: Option<String>,
}

/// One model.
#[derive(Debug, Serialize)]
pub struct ModelView {
    /// The model file.
    pub file: String,
    /// Its id.
    pub model_id: String,
    /// Its kind.
    pub kind: String,
    /// The seed it was trained with.
    pub seed: u64,
    /// The day up to which it learnt.
    pub as_of: String,
    /// Figures by slice.
    pub slices: Slices<SliceView>,
    /// With the truth: figures on recorded results alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<Labelled>,
}

/// Figures on recorded results alone.
#[derive(Debug, Serialize)]
pub struct Labelled {
    /// Figures by slice.
    pub slices: Slices<SliceView>,
}

/// Rules that need no model.
#[derive(Debug, Serialize)]
pub struct Baselines {
    /// A dictionary of repeats: the share of findings among earlier rows with the same repeat key.
    pub repeat_lookup: BaselineView,
}

/// One baseline.
#[derive(Debug, Serialize)]
pub struct BaselineView {
    /// Figures by slice.
    pub slices: Slices<FiguresView>,
}

/// One value for each slice.
#[derive(Debug, Serialize)]
pub struct Slices<T> {
    /// All declarations.
    pub all: Option<T>,
    /// Those whose items all repeat training rows.
    pub repeat: Option<T>,
    /// The others.
    pub novel: Option<T>,
    /// Importers in the training rows; with the truth only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importer_seen: Option<T>,
    /// Importers never met; with the truth only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importer_unseen: Option<T>,
}

impl<T> Slices<T> {
    fn collect(entries: impl Iterator<Item = (Slice, T)>) -> Self {
        let mut by_slice: BTreeMap<Slice, T> = entries.collect();
        Self {
            all: by_slice.remove(&Slice::All),
            repeat: by_slice.remove(&Slice::Repeat),
            novel: by_slice.remove(&Slice::Novel),
            importer_seen: by_slice.remove(&Slice::ImporterMet),
            importer_unseen: by_slice.remove(&Slice::ImporterNew),
        }
    }

    fn named(&self) -> impl Iterator<Item = (&'static str, &T)> {
        let parts = [&self.all, &self.repeat, &self.novel, &self.importer_seen, &self.importer_unseen];
        Slice::WITH_TRUTH.into_iter().zip(parts).filter_map(|(slice, part)| Some((slice.name(), part.as_ref()?)))
    }
}

/// The single figures of one slice.
#[derive(Debug, Serialize)]
pub struct FiguresView {
    /// Labelled declarations.
    #[serde(serialize_with = "count")]
    pub n: f64,
    /// Those with a finding.
    #[serde(serialize_with = "count")]
    pub findings: f64,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc_missing: Option<&'static str>,
    /// Average precision.
    pub pr_auc: Option<f64>,
    /// Mean squared error of the probability.
    pub brier: Option<f64>,
    /// Expected calibration error.
    pub ece: Option<f64>,
    /// Figures when the top n % by probability are inspected.
    pub at: At<AtView>,
    /// Share of the revenue when the top n % are inspected, by other rankings.
    pub revenue_objective: RevenueObjective,
}

/// One value for each rate of inspection, in per cent.
#[derive(Debug, Serialize)]
pub struct At<T> {
    /// 1 %.
    #[serde(rename = "1")]
    pub one: T,
    /// 2 %.
    #[serde(rename = "2")]
    pub two: T,
    /// 5 %.
    #[serde(rename = "5")]
    pub five: T,
    /// 10 %.
    #[serde(rename = "10")]
    pub ten: T,
}

impl<T> At<T> {
    fn of(figures: &Figures, read: impl Fn(&AtShare) -> T) -> Self {
        let [one, two, five, ten] = &figures.at;
        Self { one: read(one), two: read(two), five: read(five), ten: read(ten) }
    }
}

/// Figures when some declarations are inspected.
#[derive(Debug, Serialize)]
pub struct AtView {
    /// Declarations inspected.
    pub selected: Option<f64>,
    /// Share of them with a finding.
    pub precision: Option<f64>,
    /// Share of the findings among them.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
    /// Share of the revenue among them.
    pub revenue: Option<f64>,
}

/// Share of the revenue among the declarations inspected.
#[derive(Debug, Serialize)]
pub struct RevenueObjective {
    /// Ranked by expected revenue.
    pub expected_revenue: At<Option<f64>>,
    /// Ranked by duty at stake alone: the baseline, the same for every model.
    pub duty_at_stake: At<Option<f64>>,
}

/// One slice of a model.
#[derive(Debug, Serialize)]
pub struct SliceView {
    /// The single figures.
    #[serde(flatten)]
    pub figures: FiguresView,
    /// Ten bins of equal size by probability.
    pub reliability: Vec<ReliabilityView>,
    /// What inspecting 1, 2, ... 100 % by probability gives.
    #[serde(rename = "yield")]
    pub yield_curve: Vec<YieldView>,
    /// 95 % bootstrap intervals.
    pub intervals: BTreeMap<String, IntervalView>,
    /// 95 % intervals of this model less the first one, on the same draws; null for the first.
    pub difference_from_first: Option<BTreeMap<String, IntervalView>>,
}

/// One bin of a reliability table.
#[derive(Debug, Serialize)]
pub struct ReliabilityView {
    /// Declarations.
    #[serde(serialize_with = "count")]
    pub n: f64,
    /// Smallest probability.
    pub lowest: f64,
    /// Largest probability.
    pub highest: f64,
    /// Mean probability.
    pub predicted: f64,
    /// Share with a finding.
    pub observed: f64,
}

/// One point of a yield curve.
#[derive(Debug, Serialize)]
pub struct YieldView {
    /// Share inspected, in per cent.
    #[serde(serialize_with = "count")]
    pub percent: f64,
    /// Share of the findings.
    pub findings: Option<f64>,
    /// Share of the revenue.
    pub revenue: Option<f64>,
}

/// A figure with its interval.
#[derive(Debug, Serialize)]
pub struct IntervalView {
    /// The figure.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What folds gave.
#[derive(Debug, Serialize)]
pub struct FoldsView {
    /// Number of folds.
    pub folds: usize,
    /// Columns that make a group.
    pub group_by: Vec<String>,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// The kinds of model.
    pub models: Vec<FoldModelView>,
    /// A dictionary of repeats.
    pub repeat_lookup: FoldModelView,
}

/// The figures of one kind of model.
#[derive(Debug, Serialize)]
pub struct FoldModelView {
    /// The kind.
    pub kind: String,
    /// Mean over the seeds of the mean over the folds.
    pub mean: Slices<FiguresView>,
    /// Standard deviation over the seeds of the mean over the folds.
    pub sd: Slices<FiguresView>,
    /// Mean over the seeds of the figures of all folds' predictions put together.
    pub pooled: Slices<FiguresView>,
    /// By seed, the mean over the folds.
    pub by_seed: Vec<SeedView>,
}

/// The figures under one seed.
#[derive(Debug, Serialize)]
pub struct SeedView {
    /// The seed.
    pub seed: u64,
    /// Mean over the folds.
    pub mean: Slices<FiguresView>,
}

/// A warning.
#[derive(Debug, Serialize)]
pub struct WarningView {
    /// Stable name.
    pub id: &'static str,
    /// In words.
    pub message: String,
}

/// What a run cost.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// Seconds from start to end.
    pub wall_s: f64,
    /// Seconds of processor time; null where the system does not tell.
    pub cpu_s: Option<f64>,
    /// Most memory held, in units of 1 000 000 bytes; null where the system does not tell.
    pub peak_mb: Option<f64>,
    /// Goods items read and scored a second, each model counted for itself.
    pub rows_per_s: f64,
    /// Threads.
    pub threads: usize,
}

fn count<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && *number >= 0.0 {
        serializer.serialize_u64(*number as u64)
    } else {
        serializer.serialize_f64(*number)
    }
}

impl EvaluationView {
    /// The view of an evaluation.
    pub fn new(schema: &Schema, evaluation: &Evaluation, run: Run) -> Self {
        let summary = &evaluation.summary;
        let names = model_names(evaluation);
        Self {
            format: FORMAT,
            schema: schema.name().to_owned(),
            protocol: if evaluation.folds.is_some() { "folds" } else { "later" },
            labels: if evaluation.has_truth { "truth" } else { "findings" },
            revenue_is: if evaluation.has_extra_revenue { "extra_revenue" } else { "duty_at_stake" },
            as_of: evaluation.as_of.map(|day| day.to_string()),
            declarations: Declarations {
                read: summary.declarations,
                items: summary.items,
                rejected: summary.rejected,
                labelled: evaluation.labelled,
                first_day: summary.first_day.map(|day| day.to_string()),
                last_day: summary.last_day.map(|day| day.to_string()),
            },
            models: evaluation.models.iter().filter_map(ModelView::of).collect(),
            baselines: evaluation.lookup.as_ref().map(|lookup| Baselines {
                repeat_lookup: BaselineView {
                    slices: Slices::collect(lookup.slices.iter().map(|one| (one.slice, FiguresView::of(&one.figures)))),
                },
            }),
            folds: evaluation.folds.as_ref().map(FoldsView::of),
            warnings: evaluation.warnings.iter().map(|warning| warning::view(warning, &names)).collect(),
            run,
        }
    }
}

fn model_names(evaluation: &Evaluation) -> Vec<String> {
    match &evaluation.folds {
        Some(folds) => folds.result.models.iter().map(|(kind, _)| kind.name().to_owned()).collect(),
        None => evaluation.models.iter().map(|model| model.path.display().to_string()).collect(),
    }
}

impl ModelView {
    fn of(model: &ModelFigures) -> Option<Self> {
        let card = model.card.as_ref()?;
        let slices =
            |slices: &[SliceFigures]| Slices::collect(slices.iter().map(|one| (one.slice, SliceView::of(one))));
        Some(Self {
            file: model.path.display().to_string(),
            model_id: model.id.clone(),
            kind: card.kind.name().to_owned(),
            seed: card.seed,
            as_of: card.as_of.to_string(),
            slices: slices(&model.slices),
            labelled: model.labelled.as_ref().map(|labelled| Labelled { slices: slices(labelled) }),
        })
    }
}

impl FiguresView {
    fn of(figures: &Figures) -> Self {
        Self {
            n: figures.declarations,
            findings: figures.findings,
            auc: figures.auc,
            auc_missing: figures.no_auc().filter(|_| figures.auc.is_none()).map(|reason| reason.reason()),
            pr_auc: figures.pr_auc,
            brier: figures.brier,
            ece: figures.calibration_error,
            at: At::of(figures, |at| AtView {
                selected: at.selected,
                precision: at.precision,
                recall: at.recall,
                f1: at.f1,
                revenue: at.revenue,
            }),
            revenue_objective: RevenueObjective {
                expected_revenue: At::of(figures, |at| at.revenue_by_expected),
                duty_at_stake: At::of(figures, |at| at.revenue_by_stake),
            },
        }
    }
}

impl SliceView {
    fn of(slice: &SliceFigures) -> Self {
        let reliability = slice.detail.reliability.iter().map(|bin| ReliabilityView {
            n: bin.weight,
            lowest: bin.lowest,
            highest: bin.highest,
            predicted: bin.predicted,
            observed: bin.observed,
        });
        let points = slice.detail.yield_curve.iter();
        Self {
            figures: FiguresView::of(&slice.figures),
            reliability: reliability.collect(),
            yield_curve: points
                .map(|point| YieldView { percent: point.percent, findings: point.findings, revenue: point.revenue })
                .collect(),
            intervals: interval_views(&slice.intervals),
            difference_from_first: (!slice.differences.is_empty()).then(|| interval_views(&slice.differences)),
        }
    }
}

fn interval_views(comparisons: &[Comparison]) -> BTreeMap<String, IntervalView> {
    let view = |comparison: &Comparison| {
        let interval = &comparison.interval;
        let view = IntervalView { estimate: interval.estimate, low: interval.low, high: interval.high };
        (comparison.measure.name(), view)
    };
    comparisons.iter().map(view).collect()
}

impl FoldsView {
    fn of(folds: &Folds) -> Self {
        let models = folds.result.models.iter();
        Self {
            folds: folds.folds,
            group_by: folds.group_by.clone(),
            seeds: folds.seeds.clone(),
            models: models.map(|(kind, seeds)| FoldModelView::of(kind.name(), seeds)).collect(),
            repeat_lookup: FoldModelView::of("repeat_lookup", &folds.result.lookup),
        }
    }
}

impl FoldModelView {
    fn of(kind: &str, seeds: &[SeedFigures]) -> Self {
        type Read = fn(&SeedFigures) -> &Vec<(Slice, Figures)>;
        let over = |read: Read, take: fn((Figures, Figures)) -> Figures| {
            Slices::collect(Slice::USUAL.into_iter().map(|slice| {
                let of_seed = |seed: &SeedFigures| read(seed).iter().find(|(one, _)| *one == slice).map(|(_, f)| *f);
                let figures: Vec<Figures> = seeds.iter().filter_map(of_seed).collect();
                (slice, FiguresView::of(&take(Figures::mean_and_deviation(&figures))))
            }))
        };
        let mut sd = over(|seed| &seed.mean, |(_, deviation)| deviation);
        // A spread that is missing, for want of seeds, is no class that is missing.
        for slice in [&mut sd.all, &mut sd.repeat, &mut sd.novel].into_iter().flatten() {
            slice.auc_missing = None;
        }
        Self {
            kind: kind.to_owned(),
            mean: over(|seed| &seed.mean, |(mean, _)| mean),
            sd,
            pooled: over(|seed| &seed.pooled, |(mean, _)| mean),
            by_seed: seeds
                .iter()
                .map(|seed| SeedView {
                    seed: seed.seed,
                    mean: Slices::collect(seed.mean.iter().map(|(slice, figures)| (*slice, FiguresView::of(figures)))),
                })
                .collect(),
        }
    }
}
