//! The model file: one line that names the format, its version and the checksum, then JSON that describes itself.
//!
//! Version 1: `TIDEWAITER-MODEL 1 <sha-256 of the rest, hexadecimal>`, a line feed, then one JSON object. Trees stand in
//! it as XGBoost writes them, so that any XGBoost opens them. Every version stays readable; a frozen file of each is
//! opened by the tests.

use super::date::{DateScorer, Query};
use super::scorer::{BlendPart, LogisticScorer, ProfileScorer, Scorer, TreesScorer};
use super::{Branch, Model, ModelCard, ModelKind, Pooling, Severity, Shape};
use crate::features::{Feature, features};
use crate::history::{History, HistoryRules};
use domain::{Day, FindingKind, FindingStatus, LabelRules, ModelId};
use learn::attention::Attention;
use learn::calibration::Calibrator;
use learn::gbdt::Forest;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

const FORMAT: &str = "TIDEWAITER-MODEL 1 ";

/// Why a model file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file does not start as a model of this version does.
    #[error("this is no Tidewaiter model, or one of a newer version; train it with `tidewaiter train`")]
    Format,
    /// The checksum does not fit the content.
    #[error("the model file is damaged (its checksum does not fit); restore it from a backup or train it anew")]
    Damaged,
    /// The content is not what the format says.
    #[error("the model can't be written or read: {0}; train it anew with this version of tidewaiter")]
    Content(String),
}

#[derive(Serialize, Deserialize)]
struct File {
    card: Card,
    kinds: Vec<String>,
    statuses: Vec<String>,
    categorical: Vec<String>,
    numeric: Vec<String>,
    #[serde(default)]
    judged: bool,
    #[serde(default = "cents")]
    money_decimals: u8,
    features: Vec<String>,
    novel: BranchFile,
    repeat: Option<BranchFile>,
    pooling: Pooling,
    severity: SeverityFile,
}

#[derive(Serialize, Deserialize)]
struct Card {
    kind: String,
    seed: u64,
    as_of: String,
    schema: String,
    declarations: u64,
    examined: usize,
    found: usize,
    not_yet_known: usize,
    known_on_assumed: usize,
    selection_probability_known: usize,
    data_sha256: String,
    validation_auc: Option<f64>,
    validation_pr_auc: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct BranchFile {
    scorer: ScorerFile,
    calibrator: Calibrator,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ScorerFile {
    Profile(ProfileScorer),
    Logistic(LogisticScorer),
    Gbdt { columns: Vec<u32>, forest: Box<RawValue> },
    Date { forest: Box<RawValue>, queries: Vec<Query>, network: Box<Attention> },
    Blend(Vec<(f64, f64, ScorerFile)>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SeverityFile {
    Learnt { forest: Box<RawValue>, smearing: f64, highest_minor: f64 },
    Stake { share: f64 },
}

/// The model as its file gives it back, with its id. What can't be read again is never handed out.
pub(super) fn identified(model: &Model) -> Result<Model, FileError> {
    Model::from_bytes(&model.to_bytes()?)
}

fn id_of(bytes: &[u8]) -> ModelId {
    ModelId(hex(&Sha256::digest(bytes))[..16].into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Model {
    /// The bytes of the model file.
    ///
    /// # Errors
    /// Where a part of the model can't be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        let body = serde_json::to_vec(&self.file()?).map_err(content)?;
        let head = format!("{FORMAT}{}\n", hex(&Sha256::digest(&body)));
        Ok([head.as_bytes(), &body].concat())
    }

    /// Opens a model file.
    ///
    /// # Errors
    /// Where the bytes are no model, damaged, or of a version this program does not know.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let rest = bytes.strip_prefix(FORMAT.as_bytes()).ok_or(FileError::Format)?;
        let (checksum, body) = rest.split_at_checked(65).ok_or(FileError::Format)?;
        if checksum != format!("{}\n", hex(&Sha256::digest(body))).as_bytes() {
            return Err(FileError::Damaged);
        }
        let file: File = serde_json::from_slice(body).map_err(content)?;
        file.model(id_of(bytes))
    }

    fn file(&self) -> Result<File, FileError> {
        let labels = &self.shape.rules.labels;
        let names: Vec<String> = self.features.iter().map(|feature| feature.name.clone()).collect();
        Ok(File {
            card: Card::of(&self.card),
            kinds: labels.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            statuses: labels.statuses.iter().map(|status| status.name().to_owned()).collect(),
            categorical: self.shape.categorical.clone(),
            numeric: self.shape.numeric.clone(),
            judged: self.shape.judged,
            money_decimals: self.shape.rules.money_decimals,
            novel: BranchFile::of(&self.novel, &names)?,
            repeat: self.repeat.as_ref().map(|branch| BranchFile::of(branch, &names)).transpose()?,
            features: names.clone(),
            pooling: self.pooling,
            severity: match &self.severity {
                Severity::Learnt { forest, smearing, highest_minor } => SeverityFile::Learnt {
                    forest: forest_json(forest, &names)?,
                    smearing: *smearing,
                    highest_minor: *highest_minor,
                },
                Severity::Stake { share } => SeverityFile::Stake { share: *share },
            },
        })
    }
}

/// What files took money for before they said so.
fn cents() -> u8 {
    2
}

impl File {
    fn model(self, id: ModelId) -> Result<Model, FileError> {
        let labels = LabelRules {
            kinds: self.kinds.iter().filter_map(|name| FindingKind::parse(name)).collect(),
            statuses: self.statuses.iter().filter_map(|name| FindingStatus::parse(name)).collect(),
        };
        let rules = HistoryRules { labels, columns: self.categorical.len(), money_decimals: self.money_decimals };
        let known = features(History::new(rules.clone()).profiles(), self.categorical.len(), self.numeric.len());
        let kept =
            places(&known, &self.features).ok_or_else(|| content("it was trained on features that are no more"))?;
        let is_same = kept.len() == known.len();
        Ok(Model {
            id,
            card: self.card.card().ok_or_else(|| content("its card names an unknown kind or day"))?,
            shape: Shape { rules, categorical: self.categorical, numeric: self.numeric, judged: self.judged },
            features: kept.iter().map(|place| known[*place as usize].clone()).collect(),
            kept: (!is_same).then(|| kept.into()),
            novel: self.novel.branch()?,
            repeat: self.repeat.map(BranchFile::branch).transpose()?,
            pooling: self.pooling,
            severity: match self.severity {
                SeverityFile::Learnt { forest, smearing, highest_minor } => {
                    Severity::Learnt { forest: Box::new(read_forest(&forest)?), smearing, highest_minor }
                }
                SeverityFile::Stake { share } => Severity::Stake { share },
            },
        })
    }
}

/// Places of the features of these names, in the order of the names; `None` where one is not there. Versions of this program add
/// features and keep all that were.
fn places(known: &[Feature], names: &[String]) -> Option<Vec<u32>> {
    let place = |name: &String| known.iter().position(|feature| feature.name == *name).map(|place| place as u32);
    names.iter().map(place).collect()
}

impl Card {
    fn of(card: &ModelCard) -> Self {
        Self {
            kind: card.kind.name().to_owned(),
            seed: card.seed,
            as_of: card.as_of.to_string(),
            schema: card.schema.clone(),
            declarations: card.declarations,
            examined: card.examined,
            found: card.found,
            not_yet_known: card.not_yet_known,
            known_on_assumed: card.known_on_assumed,
            selection_probability_known: card.selection_probability_known,
            data_sha256: card.data_sha256.clone(),
            validation_auc: card.validation.map(|(auc, _)| auc),
            validation_pr_auc: card.validation.map(|(_, pr_auc)| pr_auc),
            parent: card.parent.as_ref().map(|parent| parent.0.to_string()),
        }
    }

    fn card(self) -> Option<ModelCard> {
        Some(ModelCard {
            kind: ModelKind::parse(&self.kind)?,
            seed: self.seed,
            as_of: Day::parse(&self.as_of, &["%Y-%m-%d"])?,
            schema: self.schema,
            declarations: self.declarations,
            examined: self.examined,
            found: self.found,
            not_yet_known: self.not_yet_known,
            known_on_assumed: self.known_on_assumed,
            selection_probability_known: self.selection_probability_known,
            data_sha256: self.data_sha256,
            validation: self.validation_auc.zip(self.validation_pr_auc),
            parent: self.parent.map(|parent| ModelId(parent.into())),
        })
    }
}

impl BranchFile {
    fn of(branch: &Branch, names: &[String]) -> Result<Self, FileError> {
        Ok(Self { scorer: ScorerFile::of(&branch.scorer, names)?, calibrator: branch.calibrator.clone() })
    }

    fn branch(self) -> Result<Branch, FileError> {
        Ok(Branch { scorer: self.scorer.scorer()?, calibrator: self.calibrator })
    }
}

impl ScorerFile {
    fn of(scorer: &Scorer, names: &[String]) -> Result<Self, FileError> {
        Ok(match scorer {
            Scorer::Profile(scorer) => Self::Profile(scorer.clone()),
            Scorer::Logistic(scorer) => Self::Logistic(scorer.clone()),
            Scorer::Gbdt(trees) => {
                let picked = trees.columns.iter().filter_map(|column| names.get(*column as usize).cloned());
                let names = if trees.columns.is_empty() { names.to_vec() } else { picked.collect() };
                Self::Gbdt { columns: trees.columns.clone(), forest: forest_json(&trees.forest, &names)? }
            }
            Scorer::Date(date) => Self::Date {
                forest: forest_json(&date.forest, names)?,
                queries: date.queries.clone(),
                network: Box::new(date.network.clone()),
            },
            Scorer::Blend(parts) => {
                let part = |part: &BlendPart| Ok((part.slope, part.offset, Self::of(&part.scorer, names)?));
                Self::Blend(parts.iter().map(part).collect::<Result<_, FileError>>()?)
            }
        })
    }

    fn scorer(self) -> Result<Scorer, FileError> {
        Ok(match self {
            Self::Profile(scorer) => Scorer::Profile(scorer),
            Self::Logistic(scorer) => Scorer::Logistic(scorer),
            Self::Gbdt { columns, forest } => {
                Scorer::Gbdt(Box::new(TreesScorer { forest: read_forest(&forest)?, columns }))
            }
            Self::Date { forest, queries, network } => {
                Scorer::Date(Box::new(DateScorer { forest: read_forest(&forest)?, queries, network: *network }))
            }
            Self::Blend(parts) => {
                let part = |(slope, offset, scorer): (f64, f64, Self)| {
                    Ok(BlendPart { scorer: scorer.scorer()?, slope, offset })
                };
                Scorer::Blend(parts.into_iter().map(part).collect::<Result<_, FileError>>()?)
            }
        })
    }
}

fn forest_json(forest: &Forest, names: &[String]) -> Result<Box<RawValue>, FileError> {
    let json = String::from_utf8(forest.to_xgboost_json(names).map_err(content)?).map_err(content)?;
    RawValue::from_string(json).map_err(content)
}

fn read_forest(json: &RawValue) -> Result<Forest, FileError> {
    Forest::from_xgboost_json(json.get().as_bytes()).map_err(content)
}

fn content(error: impl std::fmt::Display) -> FileError {
    FileError::Content(error.to_string())
}
