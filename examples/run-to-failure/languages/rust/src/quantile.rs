/// Interpolates between order statistics (type 7 of Hyndman and Fan); NaN of nothing.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() - 1) as f64 * share;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn a_quantile_lies_between_its_neighbours() {
        for (share, wanted) in [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)] {
            assert!((quantile(&[4.0, 1.0, 3.0, 2.0], share) - wanted).abs() < 1e-12);
        }
        assert!(quantile(&[], 0.5).is_nan());
    }
}
