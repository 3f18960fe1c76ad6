//! Files of training parameters: TOML as analysts write it, made into the unchecked parameters of `risk`.

use learn::attention::{Architecture, AttentionParams, BestEpoch, Fusion};
use risk::model::TrainParams;
use serde::Deserialize;

/// Reads a file of parameters into `params`. What is not written stays as it is.
///
/// # Errors
/// Where the text is no TOML, has a key that is no parameter, or a value that its key can't have; the message names the
/// line.
pub fn parse(text: &str, params: TrainParams) -> Result<TrainParams, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let date = file.date.unwrap_or_default();
    Ok(TrainParams {
        rounds: file.rounds.unwrap_or(params.rounds),
        l2: file.l2.unwrap_or(params.l2),
        queries: date.queries.clone().unwrap_or(params.queries),
        network: date.network(params.network),
        ..params
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rounds: Option<usize>,
    l2: Option<f64>,
    date: Option<DateTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DateTable {
    queries: Option<Vec<String>>,
    dimension: Option<usize>,
    heads: Option<usize>,
    fusion: Option<FusionName>,
    self_attention: Option<bool>,
    attention_network: Option<bool>,
    single_task: Option<bool>,
    residual: Option<bool>,
    epochs: Option<usize>,
    batch: Option<usize>,
    learning_rate: Option<f64>,
    alpha: Option<f64>,
    l2: Option<f64>,
    adversarial_weight: Option<f64>,
    adversarial_step: Option<f64>,
    leaf_dropout: Option<f64>,
    entity_dropout: Option<f64>,
    averaging: Option<f64>,
    best_epoch: Option<BestEpochName>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BestEpochName {
    TopF1,
    Likelihood,
    Last,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FusionName {
    Concatenation,
    Attention,
}

impl DateTable {
    fn network(&self, network: AttentionParams) -> AttentionParams {
        let made = network.architecture;
        AttentionParams {
            architecture: Architecture {
                dimension: self.dimension.unwrap_or(made.dimension),
                heads: self.heads.unwrap_or(made.heads),
                fusion: self.fusion.map_or(made.fusion, |fusion| match fusion {
                    FusionName::Concatenation => Fusion::Concatenation,
                    FusionName::Attention => Fusion::Attention,
                }),
                self_attention: self.self_attention.unwrap_or(made.self_attention),
                attention_network: self.attention_network.unwrap_or(made.attention_network),
                single_task: self.single_task.unwrap_or(made.single_task),
                residual: self.residual.unwrap_or(made.residual),
            },
            epochs: self.epochs.unwrap_or(network.epochs),
            batch: self.batch.unwrap_or(network.batch),
            learning_rate: self.learning_rate.unwrap_or(network.learning_rate),
            alpha: self.alpha.unwrap_or(network.alpha),
            l2: self.l2.unwrap_or(network.l2),
            adversarial_weight: self.adversarial_weight.unwrap_or(network.adversarial_weight),
            adversarial_step: self.adversarial_step.unwrap_or(network.adversarial_step),
            leaf_dropout: self.leaf_dropout.unwrap_or(network.leaf_dropout),
            entity_dropout: self.entity_dropout.unwrap_or(network.entity_dropout),
            averaging: self.averaging.unwrap_or(network.averaging),
            best_epoch: self.best_epoch.map_or(network.best_epoch, |best| match best {
                BestEpochName::TopF1 => BestEpoch::TopF1,
                BestEpochName::Likelihood => BestEpoch::Likelihood,
                BestEpochName::Last => BestEpoch::Last,
            }),
            ..network
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_counts_and_the_rest_stays() {
        let text = "rounds = 50\n[date]\nresidual = true\nqueries = [\"importer\", \"office\"]\nfusion = \"attention\"\nbest_epoch = \"top_f1\"\n\
             averaging = 0.5\n";
        let params = parse(text, TrainParams::default()).unwrap();
        assert_eq!((params.rounds, params.l2), (50, TrainParams::default().l2));
        assert_eq!(params.queries, ["importer", "office"]);
        assert_eq!((params.network.averaging, params.network.best_epoch), (0.5, BestEpoch::TopF1));
        let architecture = params.network.architecture;
        assert!(architecture.residual && architecture.fusion == Fusion::Attention && architecture.dimension == 16);
    }

    #[test]
    fn mistakes_name_their_line() {
        let error = parse("rounds = 50\nround = 3\n", TrainParams::default()).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert!(parse("[date]\nfusion = \"sum\"\n", TrainParams::default()).is_err());
        let odd = parse("[date]\ndimension = 17\n", TrainParams::default()).unwrap();
        assert!(odd.check().is_err());
    }
}
