//! Words: reasons as people read them. Texts live in `locales/*.ftl`; below the binary reasons are ids with arguments.

use domain::{Argument, FindingKind, Reason};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use risk::model::Condition;
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../../locales/en.ftl");

/// The languages that texts exist in, by code.
const LANGUAGES: &[(&str, &str)] = &[("en", ENGLISH)];

/// The words of one language.
pub struct Words {
    language: String,
    bundle: FluentBundle<FluentResource>,
    columns: Vec<String>,
    numbers: Vec<String>,
}

/// Why there are no words.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// No texts in this language.
    #[error("there are no texts in `{language}`; take one of: {known}")]
    Language {
        /// What was asked for.
        language: String,
        /// What there is.
        known: String,
    },
}

impl Words {
    /// The words of a language, with the names of the schema's further categorical and numeric columns.
    ///
    /// # Errors
    /// [`WordsError::Language`] where there are no texts in that language.
    pub fn new(language: &str, columns: &[String], numbers: &[String]) -> Result<Self, WordsError> {
        let unknown = || WordsError::Language {
            language: language.to_owned(),
            known: LANGUAGES.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", "),
        };
        let (_, texts) = LANGUAGES.iter().find(|(code, _)| *code == language).ok_or_else(unknown)?;
        let id: LanguageIdentifier = language.parse().map_err(|_| unknown())?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks would stand as stray characters in CSV files; pages isolate values by markup.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new((*texts).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Ok(Self { language: language.to_owned(), bundle, columns: columns.to_vec(), numbers: numbers.to_vec() })
    }

    /// The code of the language.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The direction in which it is written, as HTML names it.
    pub fn direction(&self) -> &'static str {
        if matches!(&*self.language, "ar" | "dv" | "fa" | "he" | "ps" | "ur") { "rtl" } else { "ltr" }
    }

    /// The text of a message with arguments; its id where the language has no such message.
    fn message(&self, id: &str, attribute: Option<&str>, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        Some(self.bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned())
    }

    fn word(&self, id: &str) -> String {
        self.message(id, None, None).unwrap_or_else(|| id.to_owned())
    }

    /// A text of the product with its arguments; the id where the language has no such text.
    pub fn text(&self, id: &str, arguments: &[(&str, &str)]) -> String {
        let named = |(name, value): &(&str, &str)| ((*name).to_owned(), FluentValue::from((*value).to_owned()));
        let arguments: FluentArgs<'_> = arguments.iter().map(named).collect();
        self.message(id, None, Some(&arguments)).unwrap_or_else(|| id.to_owned())
    }

    /// A reason in words, with the numbers behind it.
    pub fn reason(&self, reason: &Reason) -> String {
        let attribute = reason.arguments.is_empty().then_some("none");
        let arguments = self.arguments(reason);
        let text = attribute.and_then(|name| self.message(reason.id, Some(name), None));
        text.or_else(|| self.message(reason.id, None, Some(&arguments))).unwrap_or_else(|| reason.id.to_owned())
    }

    /// What to check first.
    pub fn check(&self, kind: FindingKind) -> String {
        self.word(&format!("check-{}", kind.name()))
    }

    /// What a crossing says of one feature, its bounds told as what they stand for: odds against the average, numbers,
    /// amounts. Codes are told without bounds, which mean nothing to a reader.
    pub fn condition(&self, condition: &Condition) -> String {
        let (stem, kind) = condition.feature.rsplit_once('.').unwrap_or((&condition.feature, ""));
        let of_profile = |id: &str| self.text(id, &[("profile", &self.profile(stem))]);
        let name = match kind {
            "rate" => of_profile("crossing-rate"),
            "evidence" => of_profile("crossing-evidence"),
            "ordinal" => self.profile(stem),
            "log" => stem.to_owned(),
            _ => self.number_name(&condition.feature),
        };
        let meant = |bound: f64| match kind {
            "rate" => bound.exp(),
            "evidence" | "declarations" | "first_days" | "last_days" => bound.exp_m1(),
            // These are logarithms of one more than the amount.
            "log" if stem == "stake" || stem == "tax_per_unit" => bound.exp_m1(),
            "log" => bound.exp(),
            _ => bound,
        };
        let bounds = (condition.at_least.map(meant).map(bound), condition.below.map(meant).map(bound));
        match bounds {
            _ if condition.is_missing => self.text("crossing-missing", &[("name", &name)]),
            _ if kind == "ordinal" || name == "hs6" => self.text("crossing-codes", &[("name", &name)]),
            (Some(least), Some(below)) => format!("{least} <= {name} < {below}"),
            (Some(least), None) => format!("{name} >= {least}"),
            (None, Some(below)) => format!("{name} < {below}"),
            (None, None) => name,
        }
    }

    /// The name of a further numeric column, or the feature's own.
    fn number_name(&self, feature: &str) -> String {
        let index = feature.strip_prefix("number_").and_then(|index| index.parse::<usize>().ok());
        index.and_then(|index| self.numbers.get(index)).cloned().unwrap_or_else(|| feature.to_owned())
    }

    fn arguments<'a>(&self, reason: &'a Reason) -> FluentArgs<'a> {
        let mut arguments = FluentArgs::new();
        // Every argument that a text may name has a value, so that a declaration with gaps still reads well.
        let named =
            ["amount", "mass_kg", "rate", "stake", "code", "origin", "departure", "party", "value", "rate_drop"];
        for name in named.into_iter().chain(["freight", "fob", "method"]) {
            arguments.set(name, self.word("missing"));
        }
        arguments.set("first", "never");
        arguments.set("kind", "");
        arguments.set("currency", "");
        for (name, argument) in &reason.arguments {
            arguments.set(*name, self.value(reason.id, name, argument));
        }
        self.complete(reason, &mut arguments);
        arguments
    }

    /// Arguments that are made of others: the scope of a price reference, the name of a profile or column.
    fn complete(&self, reason: &Reason, arguments: &mut FluentArgs<'_>) {
        for (name, argument) in &reason.arguments {
            match (*name, argument) {
                ("within", Argument::Term(within)) => {
                    let scope = format!("scope-{}", within.replace(' ', "-"));
                    let scope = self.message(&scope, None, Some(arguments)).unwrap_or_default();
                    arguments.set("scope", scope);
                }
                ("profile", Argument::Text(profile)) => arguments.set("profile", self.profile(profile)),
                ("kind", Argument::Term(kind)) => {
                    let mut of_kind = FluentArgs::new();
                    of_kind.set("kind", self.word(&format!("term-{kind}")));
                    arguments.set("kind", self.message("kind-suffix", None, Some(&of_kind)).unwrap_or_default());
                }
                ("column", Argument::Count(index)) => {
                    let names = if reason.id == "number" { &self.numbers } else { &self.columns };
                    arguments.set("column", names.get(*index as usize).cloned().unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    /// `hs6_origin` has a word of its own; `column_2_hs4` is the column's name with that of the other field.
    fn profile(&self, name: &str) -> String {
        let Some(rest) = name.strip_prefix("column_") else { return self.word(&format!("profile-{name}")) };
        let (index, other) = rest.split_once('_').unwrap_or((rest, ""));
        let column = index.parse::<usize>().ok().and_then(|index| self.columns.get(index)).cloned().unwrap_or_default();
        if other.is_empty() { column } else { format!("{}, {column}", self.word(&format!("profile-{other}"))) }
    }

    fn value(&self, id: &str, name: &str, argument: &Argument) -> FluentValue<'static> {
        let text = match argument {
            Argument::Count(count) => return FluentValue::from(*count as f64),
            Argument::Share(share) => format!("{} %", trimmed(share * 100.0, 1)),
            Argument::Number(number) => trimmed(*number, 3),
            Argument::UnitPrice(price) => significant(*price),
            Argument::AmountMinor(minor) => format!("{}.{:02}", minor / 100, (minor % 100).abs()),
            Argument::Days(days) => self.days(*days),
            Argument::Date(day) => day.to_string(),
            Argument::Code(code) => code.as_str().to_owned(),
            Argument::Country(country) => country.to_string(),
            Argument::Text(text) if name == "currency" => format!(" {text}"),
            Argument::Text(text) if text.is_empty() => self.word("missing"),
            Argument::Text(text) => text.to_string(),
            Argument::Term(term) if matches!((id, name), ("data-quality", _)) => term.replace('_', " "),
            Argument::Term(term) => (*term).to_owned(),
        };
        FluentValue::from(text)
    }

    fn days(&self, days: i64) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("days", FluentValue::from(days as f64));
        self.message("days", None, Some(&arguments)).unwrap_or_default()
    }
}

/// A number with at most `decimals` decimals and no trailing zeros.
fn trimmed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A price with two decimals, or three significant digits where it is small.
/// A bound with as many decimals as it bears.
fn bound(number: f64) -> String {
    if number.abs() >= 100.0 { format!("{number:.0}") } else { format!("{number:.2}") }
}

fn significant(price: f64) -> String {
    if price >= 0.1 { format!("{price:.2}") } else { format!("{price:.5}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Audience, Country, HsCode};

    fn words() -> Words {
        Words::new("en", &["Tax Type".to_owned()], &[]).unwrap()
    }

    fn text(id: &'static str, arguments: Vec<(&'static str, Argument)>) -> String {
        words().reason(&Reason::leaf(id, arguments, 1.0, Audience::Inspector))
    }

    #[test]
    fn reasons_read_as_an_officer_would_say_them() {
        let price = vec![
            ("price", Argument::UnitPrice(1.12)),
            ("unit", Argument::Text("kg".into())),
            ("currency", Argument::Text("USD".into())),
            ("median", Argument::UnitPrice(2.95)),
            ("items", Argument::Count(412)),
            ("code", Argument::Code(HsCode::parse("610910").unwrap().0)),
            ("within", Argument::Term("code and origin")),
            ("origin", Argument::Country(Country::parse("CN").unwrap())),
            ("share", Argument::Share(0.62)),
        ];
        assert_eq!(
            text("price-low", price),
            "Unit price 1.12 USD/kg is 62 % below the median 2.95 for 610910 from CN (412 items)"
        );
        let profile = |profile: &str, found, inspected| {
            vec![
                ("profile", Argument::Text(profile.into())),
                ("value", Argument::Text("6109".into())),
                ("found", Argument::Count(found)),
                ("inspected", Argument::Count(inspected)),
                ("kind", Argument::Term("value")),
                ("average", Argument::Share(0.042)),
            ]
        };
        assert_eq!(
            text("profile-findings", profile("hs4", 3, 11)),
            "3 of 11 earlier inspections under heading 6109 ended in a finding, mostly value (4.2 % of all inspections do)"
        );
        assert_eq!(
            text("profile-clean", profile("column_0_hs4", 0, 1)),
            "The one earlier inspection under heading, Tax Type 6109 found everything in order"
        );
        let new = vec![("declarations", Argument::Count(2)), ("first", Argument::Days(9))];
        assert_eq!(text("importer-new", new), "Importer first seen 9 days ago, earlier declarations: 2");
        assert_eq!(text("importer-new", vec![("declarations", Argument::Count(0))]), "Importer never seen before");
        assert_eq!(text("mass", vec![]), "No mass declared");
    }

    #[test]
    fn an_unknown_language_is_refused_with_those_that_are_known() {
        let error = Words::new("tlh", &[], &[]).err().unwrap().to_string();
        assert_eq!(error, "there are no texts in `tlh`; take one of: en");
    }

    #[test]
    fn conditions_tell_what_bounds_stand_for() {
        let condition = |feature: &str, at_least: Option<f64>, below: Option<f64>, is_missing| {
            words().condition(&Condition { feature: feature.to_owned(), is_missing, at_least, below })
        };
        #[rustfmt::skip]
        let table = [
            (condition("importer.rate", Some(2f64.ln()), None, false), "odds of findings by importer against the average >= 2.00"),
            (condition("hs6.evidence", None, Some(10f64.ln_1p()), false), "inspections known by subheading < 10.00"),
            (condition("value.log", Some(500f64.ln()), Some(2e3f64.ln()), false), "500 <= value < 2000"),
            (condition("column_0.ordinal", Some(3.0), None, false), "Tax Type among certain codes"),
            (condition("column_0.rate", None, Some(0.0), false), "odds of findings by Tax Type against the average < 1.00"),
            (condition("freight_over_value", None, None, true), "freight_over_value missing"),
        ];
        for (told, expected) in table {
            assert_eq!(told, expected);
        }
    }
}
