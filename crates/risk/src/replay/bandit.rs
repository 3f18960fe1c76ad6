//! How much to explore, learnt from what it brought.

use learn::Rng;

/// Exp3.S (Auer, Cesa-Bianchi, Freund and Schapire, "The Nonstochastic Multiarmed Bandit Problem", SIAM J. Comput. 2002,
/// figure 4): no assumption about how rewards come about, and regret against the best sequence of arms that changes now and
/// then, which is what drift asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Bandit {
    weights: Vec<f64>,
    /// Share of draws that go to all arms alike.
    gamma: f64,
    /// Share of all weight that every arm is given back each time.
    alpha: f64,
}

impl Bandit {
    /// Shares of exploration to choose from.
    pub const SHARES: [f64; 7] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0];

    /// A bandit that knows nothing, for so many rounds.
    pub fn new(rounds: usize) -> Self {
        Self { weights: vec![1.0; Self::SHARES.len()], gamma: 0.2, alpha: 1.0 / rounds.max(1) as f64 }
    }

    /// The probability of each arm.
    pub fn probabilities(&self) -> Vec<f64> {
        let (total, arms) = (self.weights.iter().sum::<f64>(), self.weights.len() as f64);
        self.weights.iter().map(|weight| (1.0 - self.gamma) * weight / total + self.gamma / arms).collect()
    }

    /// Draws an arm.
    pub fn draw(&self, rng: &mut Rng) -> usize {
        let mut left = rng.uniform();
        let drawn = self.probabilities().iter().position(|probability| {
            left -= probability;
            left < 0.0
        });
        drawn.unwrap_or(self.weights.len() - 1)
    }

    /// Takes in the reward, 0 to 1, of an arm that had been drawn with a probability.
    pub fn reward(&mut self, arm: usize, probability: f64, reward: f64) {
        let (total, arms) = (self.weights.iter().sum::<f64>(), self.weights.len() as f64);
        let shared = std::f64::consts::E * self.alpha / arms * total;
        let estimate = reward.clamp(0.0, 1.0) / probability.max(f64::MIN_POSITIVE);
        for (place, weight) in self.weights.iter_mut().enumerate() {
            let gain = if place == arm { self.gamma * estimate / arms } else { 0.0 };
            *weight = *weight * gain.exp() + shared;
        }
        // Only ratios matter; this keeps the numbers small however long it runs.
        let total: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|weight| *weight *= arms / total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of draws of the best arm over the last third of the rounds.
    fn play(rounds: usize, best: impl Fn(usize) -> usize) -> f64 {
        let (mut bandit, mut rng) = (Bandit::new(rounds), Rng::new(3));
        let mut hits = 0;
        for round in 0..rounds {
            let arm = bandit.draw(&mut rng);
            let probability = bandit.probabilities()[arm];
            let mean = if arm == best(round) { 0.9 } else { 0.2 };
            bandit.reward(arm, probability, f64::from(u8::from(rng.bernoulli(mean))));
            hits += usize::from(round >= rounds * 2 / 3 && arm == best(round));
        }
        hits as f64 / (rounds / 3) as f64
    }

    #[test]
    fn it_finds_the_best_arm_and_follows_when_that_changes() {
        assert!(play(3000, |_| 4) > 0.6);
        let changing = play(6000, |round| if round < 3000 { 1 } else { 5 });
        assert!(changing > 0.5, "{changing}");
    }

    #[test]
    fn every_arm_keeps_a_chance() {
        let mut bandit = Bandit::new(100);
        for _ in 0..1000 {
            let probability = bandit.probabilities()[2];
            bandit.reward(2, probability, 1.0);
        }
        let probabilities = bandit.probabilities();
        assert!(probabilities.iter().all(|p| *p >= 0.2 / 7.0 - 1e-12));
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
