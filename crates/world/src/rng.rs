//! The world's source of chance: xoshiro256++ 1.0 (Blackman and Vigna, ACM TOMS 2021) seeded by SplitMix64.
//!
//! Integers are the same on every machine. `normal`, `exponential` and the like call `ln`, `exp` and `cos` of the
//! platform's mathematical library, which may differ in the last bit between platforms; amounts are rounded to cents
//! and grams afterwards, so that such differences almost always, but not provably always, vanish.

/// A generator; two with the same seed and stream give the same numbers.
#[derive(Clone, Debug)]
pub(crate) struct Rng([u64; 4]);

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What a stream of chance is used for: parts of the world that draw from different streams don't disturb each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Traders,
    Rings,
    Brokers,
    Examiners,
    OriginLevel,
    Trend,
    Shock,
    Traffic,
    Selection,
    Outcome,
    Dirt,
}

impl Rng {
    /// The generator of `stream` for part `index` (a day, a slot, a pair) of the world of `seed`.
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let mut mix = seed ^ (stream as u64 + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let base = split_mix(&mut mix);
        let mut mix = base ^ index.wrapping_mul(0xA24B_AED4_963E_E407);
        Self(std::array::from_fn(|_| split_mix(&mut mix)))
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..n by multiplication; the bias is below n / 2^64. 0 where n is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A whole number of days in low..=high.
    pub(crate) fn days(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as usize) as i32
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Standard normal (Box and Muller; one of the pair is dropped, so that each call costs the same two draws).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Log-normal with median 1.
    pub(crate) fn spread(&mut self, sd: f64) -> f64 {
        (sd * self.normal()).exp()
    }

    /// Exponential with the given mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// One of the items, all alike; `None` of an empty slice.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// The index of a weight, with probability proportional to it; 0 where all are 0.
    pub(crate) fn index(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut rest = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (index, weight) in weights.enumerate().filter(|(_, weight)| *weight > 0.0) {
            last = index;
            rest -= weight;
            if rest < 0.0 {
                break;
            }
        }
        last
    }
}

/// A fixed discrete distribution, drawn from in logarithmic time.
#[derive(Clone, Debug)]
pub(crate) struct Wheel(Vec<f64>);

impl Wheel {
    /// A distribution over 0..n with weights by index.
    pub(crate) fn new(n: usize, weight: impl Fn(usize) -> f64) -> Self {
        let mut sum = 0.0;
        Self(
            (0..n)
                .map(|i| {
                    sum += weight(i).max(0.0);
                    sum
                })
                .collect(),
        )
    }

    /// Zipf's law with an offset (Mandelbrot): weight 1 / (rank + offset)^exponent.
    pub(crate) fn zipf(n: usize, exponent: f64, offset: f64) -> Self {
        Self::new(n, |i| (i as f64 + 1.0 + offset).powf(-exponent))
    }

    /// An index.
    pub(crate) fn spin(&self, rng: &mut Rng) -> usize {
        let target = rng.unit() * self.0.last().copied().unwrap_or(0.0);
        self.0.partition_point(|&sum| sum <= target).min(self.0.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // The reference C code of xoshiro256++ from state 1, 2, 3, 4.
        let mut rng = Rng([1, 2, 3, 4]);
        let got: Vec<u64> = (0..4).map(|_| rng.bits()).collect();
        assert_eq!(got, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
        // The reference C code of SplitMix64 from seed 1234567.
        let mut seed = 1_234_567;
        assert_eq!(split_mix(&mut seed), 6_457_827_717_110_365_317);
    }

    #[test]
    fn streams_and_indices_differ() {
        let first = |stream, index| Rng::new(7, stream, index).bits();
        assert_ne!(first(Stream::Traffic, 0), first(Stream::Traffic, 1));
        assert_ne!(first(Stream::Traffic, 0), first(Stream::Dirt, 0));
        assert_eq!(first(Stream::Dirt, 3), first(Stream::Dirt, 3));
    }

    #[test]
    fn moments() {
        let mut rng = Rng::new(1, Stream::Traffic, 0);
        let n = 50_000;
        let normal: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let mean = normal.iter().sum::<f64>() / f64::from(n);
        let variance = normal.iter().map(|x| x * x).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        let exponential = (0..n).map(|_| rng.exponential(3.0)).sum::<f64>() / f64::from(n);
        assert!((exponential - 3.0).abs() < 0.06, "{exponential}");
    }

    #[test]
    fn draws_follow_their_weights() {
        let mut rng = Rng::new(2, Stream::Traffic, 0);
        let wheel = Wheel::new(3, |i| [1.0, 0.0, 3.0][i]);
        let mut counts = [[0u32; 3]; 2];
        for _ in 0..20_000 {
            counts[0][wheel.spin(&mut rng)] += 1;
            counts[1][rng.index([1.0, 0.0, 3.0].into_iter())] += 1;
        }
        for count in counts {
            assert!(count[1] == 0 && (4_700..5_300).contains(&count[0]), "{count:?}");
        }
    }
}
