//! A seeded generator of random numbers.
//!
//! xoshiro256** 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021), its state
//! filled from the seed by SplitMix64 as the authors recommend. Not for secrets: the draws of the selection use SHA-256.

/// xoshiro256** seeded from one 64-bit number. The same seed gives the same numbers on every platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng {
    state: [u64; 4],
}

/// One step of SplitMix64: advances `state` and returns the next output.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Rng {
    /// A generator whose whole sequence follows from `seed`.
    pub fn new(seed: u64) -> Self {
        let mut mix = seed;
        Self { state: std::array::from_fn(|_| split_mix(&mut mix)) }
    }

    /// A generator for part `stream` of the work of `seed`: independent of the other streams, so that
    /// parts may run in any order or on any thread.
    pub fn for_stream(seed: u64, stream: u64) -> Self {
        let mut mix = stream;
        Self::new(seed ^ split_mix(&mut mix))
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in 0..`n`, without bias (Lemire, "Fast random integer generation in an interval", 2019). 0 for `n = 0`.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        let threshold = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.next_u64()) * u128::from(n);
            if wide as u64 >= threshold {
                return (wide >> 64) as usize;
            }
        }
    }

    /// Standard normal (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let u = 2.0 * self.uniform() - 1.0;
            let v = 2.0 * self.uniform() - 1.0;
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// True with probability `p`.
    pub fn bernoulli(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Shuffles in place, every order equally likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// `k` different numbers out of 0..`n`, ascending; all of them when `k >= n` (Knuth's selection sampling, TAOCP 3.4.2 S).
    pub fn sample(&mut self, n: usize, k: usize) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(k.min(n));
        for i in 0..n {
            let wanted = k.min(n) - chosen.len();
            if self.below(n - i) < wanted {
                chosen.push(i);
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_known_answers() {
        // First outputs for seed 1234567, as published with the reference C code.
        let mut s = 1_234_567;
        let got: Vec<u64> = (0..3).map(|_| split_mix(&mut s)).collect();
        assert_eq!(got, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn xoshiro_known_answers() {
        // State 1, 2, 3, 4, as in the reference C code.
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let got: Vec<u64> = (0..4).map(|_| rng.next_u64()).collect();
        assert_eq!(got, [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn moments_of_uniform_and_normal() {
        let mut rng = Rng::new(7);
        let n = 100_000;
        let (mut u1, mut z1, mut z2) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            u1 += rng.uniform();
            let z = rng.normal();
            z1 += z;
            z2 += z * z;
        }
        let n = f64::from(n);
        assert!((u1 / n - 0.5).abs() < 0.005);
        assert!((z1 / n).abs() < 0.02 && (z2 / n - 1.0).abs() < 0.02);
    }

    #[test]
    fn samples_are_distinct_and_every_item_is_equally_likely() {
        let mut counts = [0u32; 10];
        let mut rng = Rng::new(3);
        for _ in 0..20_000 {
            let s = rng.sample(10, 3);
            assert!(s.len() == 3 && s.windows(2).all(|w| w[0] < w[1]));
            s.iter().for_each(|&i| counts[i] += 1);
        }
        assert!(counts.iter().all(|&c| (5_600..6_400).contains(&c)), "{counts:?}");
        assert_eq!(rng.sample(3, 9), [0, 1, 2]);
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn shuffle_keeps_the_items_and_streams_differ() {
        let mut items: Vec<u32> = (0..50).collect();
        Rng::new(1).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
        assert_ne!(Rng::for_stream(1, 0).next_u64(), Rng::for_stream(1, 1).next_u64());
    }
}
