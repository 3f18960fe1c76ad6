//! The known name nearest to one that was mistyped.

/// The candidate most like `name`, ignoring case and punctuation; `None` where none is alike enough to be of help.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.6;
    let plain_name = plain(name);
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(&plain_name, &plain(candidate));
    let scored = candidates.into_iter().map(|candidate| (likeness(candidate), candidate));
    // The first of equals wins, so that the answer does not depend on how a maximum is searched.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// Letters and digits only, in lower case.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A sentence that names the nearest candidate, or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |found| format!("; did you mean `{found}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let columns = ["Declaration ID", "Date", "HS6 Code", "Net Mass"];
        for (name, expected) in [
            ("declaration_id", Some("Declaration ID")),
            ("HS6Code", Some("HS6 Code")),
            ("Net Mas", Some("Net Mass")),
            ("Importer", None),
        ] {
            assert_eq!(nearest(name, columns), expected, "{name}");
        }
    }
}
