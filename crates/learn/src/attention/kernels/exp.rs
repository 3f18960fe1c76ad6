//! A power of two that vectorises.

use pulp::Simd;

/// 1.5 * 2^23: adding it rounds to whole numbers and leaves the whole number in the low bits.
const ROUND: f32 = 12_582_912.0;

/// Coefficients of 2^x on [-0.5, 0.5], least relative error 7.5e-8 (found by reweighted least squares).
const POWERS: [f32; 6] = [1.000_000_1, 0.693_146_94, 0.240_221_2, 0.055_507_13, 0.009_675_542, 0.001_327_647_1];

/// 2^x of each lane for x <= 0, relative error below 3e-7; below x = -125 it stays at 2^-125.
#[inline(always)]
pub(super) fn exp2<S: Simd>(s: S, x: S::f32s) -> S::f32s {
    let x = s.max_f32s(x, s.splat_f32s(-125.0));
    let rounded = s.add_f32s(x, s.splat_f32s(ROUND));
    let rest = s.sub_f32s(x, s.sub_f32s(rounded, s.splat_f32s(ROUND)));
    let mut power = s.splat_f32s(POWERS[5]);
    for &c in POWERS[..5].iter().rev() {
        power = s.mul_add_e_f32s(power, rest, s.splat_f32s(c));
    }
    // The whole part goes to the exponent.
    let exponent = s.wrapping_dyn_shl_u32s(s.transmute_u32s_f32s(rounded), s.splat_u32s(23));
    s.transmute_f32s_u32s(s.add_u32s(s.transmute_u32s_f32s(power), exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attention::kernels::{Level, WIDEST, lanes_mut};
    use pulp::WithSimd;

    struct All<'a>(&'a mut [f32]);

    impl WithSimd for All<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, s: S) {
            lanes_mut::<S>(self.0).iter_mut().for_each(|x| *x = exp2(s, *x));
        }
    }

    #[test]
    fn the_power_of_two_keeps_its_stated_error_on_every_level() {
        for level in [Level::detect(), Level::Scalar] {
            let inputs: Vec<f32> = (0..WIDEST * 10_000).map(|i| -(i as f32) * 125.0 / 160_000.0).collect();
            let mut powers = inputs.clone();
            level.run(All(&mut powers));
            for (x, power) in inputs.iter().zip(&powers) {
                let exact = f64::from(*x).exp2();
                assert!((f64::from(*power) / exact - 1.0).abs() < 3e-7, "{x}: {power} {exact}");
            }
            let mut far = [-1e30, -126.0, -125.0, 0.0].repeat(4);
            level.run(All(&mut far));
            assert_eq!(far[0], far[2]);
            assert!((far[3] - 1.0).abs() < 3e-7);
        }
    }
}
