//! What the trees are trained for, and the link between margin and prediction.

/// The loss boosted trees minimise, with the names, parameters and links of XGBoost.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Objective {
    /// Cross entropy on labels in [0, 1] with a logistic link (`binary:logistic`). Margins are log-odds.
    #[default]
    Logistic,
    /// Squared error (`reg:squarederror`). Margins are the predictions.
    SquaredError,
    /// Gamma deviance on positive labels with a log link (`reg:gamma`).
    Gamma,
    /// Tweedie deviance on labels >= 0 with a log link (`reg:tweedie`).
    Tweedie {
        /// Power p of the variance function mean^p, in (1, 2): near 1 as Poisson, near 2 as gamma.
        variance_power: f64,
    },
}

impl Objective {
    /// The name XGBoost has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logistic => "binary:logistic",
            Self::SquaredError => "reg:squarederror",
            Self::Gamma => "reg:gamma",
            Self::Tweedie { .. } => "reg:tweedie",
        }
    }

    /// The prediction of a margin: sigmoid, identity or exponential.
    pub fn link_inverse(self, margin: f64) -> f64 {
        match self {
            Self::Logistic => crate::math::sigmoid(margin),
            Self::SquaredError => margin,
            Self::Gamma | Self::Tweedie { .. } => margin.exp(),
        }
    }

    /// The margin of a stored base score, in `f32` as XGBoost computes it. Logistic: `-ln(1/p - 1)`.
    pub(crate) fn base_margin(self, base_score: f32) -> f32 {
        match self {
            Self::Logistic => -(1.0 / base_score - 1.0).ln(),
            Self::SquaredError => base_score,
            Self::Gamma | Self::Tweedie { .. } => base_score.ln(),
        }
    }

    /// Whether a stored base score has a margin at all.
    pub(crate) fn accepts_base_score(self, base_score: f32) -> bool {
        self.base_margin(base_score).is_finite()
    }

    /// Whether a training label is in the objective's domain.
    pub(crate) fn accepts_label(self, label: f32) -> bool {
        label.is_finite()
            && match self {
                Self::Logistic => (0.0..=1.0).contains(&label),
                Self::SquaredError => true,
                Self::Gamma => label > 0.0,
                Self::Tweedie { .. } => label >= 0.0,
            }
    }
}
