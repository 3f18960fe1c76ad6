//! A schema proposed from a file: names first, then what the values look like. Whatever is not certain is said as a
//! doubt, which becomes a comment in the TOML.

mod profile;
mod synonyms;

use super::error::IntakeError;
use super::nearest::plain;
use super::rows::RowBatch;
use super::schema::{FileFormat, FurtherColumns, RateUnit, Schema, Source};
use super::source::{Container, Input};
use super::table::{Table, TextFormat};
use domain::Role;
use profile::Profile;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use synonyms::{OUTCOME_WORDS, SYNONYMS};

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 5_000;
/// A column of more different values is no category.
const MAX_CATEGORIES: usize = 200;

/// A proposed schema with its doubts.
#[derive(Debug)]
pub struct Guess {
    schema: Schema,
    /// Doubts about a role.
    by_role: BTreeMap<Role, Vec<String>>,
    /// Doubts about the whole.
    general: Vec<String>,
    /// Required roles for which no column was found.
    missing: Vec<Role>,
}

impl Guess {
    /// Looks at the beginning of a file.
    pub fn of_file(path: &Path) -> Result<Self, IntakeError> {
        let (file, profiles) = sample(path)?;
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let mut guesser = Guesser::new(&profiles, file);
        guesser.formats();
        guesser.names();
        guesser.values();
        guesser.leaks();
        Ok(guesser.finish(name))
    }

    /// The doubts, without the roles that they concern.
    pub fn doubts(&self) -> impl Iterator<Item = &str> {
        self.general.iter().chain(self.by_role.values().flatten()).map(String::as_str)
    }

    /// The schema as TOML, each doubt as a comment above the line that it concerns.
    pub fn to_toml(&self) -> String {
        let mut out = String::from(
            "# Proposed by `tidewaiter schema guess`. Each DOUBT needs a look by someone who knows the file.\n",
        );
        for doubt in &self.general {
            out.push_str(&format!("# DOUBT: {doubt}\n"));
        }
        for line in self.schema.to_toml().lines() {
            let role = line.split_once(" = ").and_then(|(name, _)| Role::parse(name));
            for doubt in role.and_then(|role| self.by_role.get(&role)).into_iter().flatten() {
                out.push_str(&format!("# DOUBT: {doubt}\n"));
            }
            out.push_str(line);
            out.push('\n');
            if line == "[roles]" {
                for role in &self.missing {
                    out.push_str(&format!("# REQUIRED, no column found: {} = \"\"\n", role.name()));
                }
            }
        }
        out
    }
}

/// The format of a file and the beginnings of its columns.
fn sample(path: &Path) -> Result<(FileFormat, Vec<Profile>), IntakeError> {
    let input = Input::open(path).map_err(|source| IntakeError::File { path: path.into(), source })?;
    let mut format = FileFormat::default();
    if input.container != Container::Parquet {
        let found = TextFormat::find(&input, &format, &[])?;
        format.delimiter = Some(found.dialect.delimiter);
        format.encoding = Some(found.encoding);
    }
    let (mut table, header) = Table::open(&input, &format, &[], Arc::default())?;
    let positions: Vec<usize> = (0..header.len()).filter(|position| !header[*position].is_empty()).collect();
    let mut texts: Vec<Vec<String>> = vec![Vec::new(); positions.len()];
    loop {
        let mut batch = RowBatch::new(positions.len());
        let more = table.fill(&input, 0, &mut batch, &positions)?;
        for index in 0..batch.len() {
            let row = batch.row(index);
            for (column, texts) in texts.iter_mut().enumerate() {
                texts.push(row.text(column).0.trim().to_owned());
            }
        }
        if !more || texts.first().is_none_or(|texts| texts.len() >= SAMPLE_ROWS) {
            break;
        }
    }
    let profile = |(position, texts): (&usize, &Vec<String>)| Profile::new(header[*position].clone(), texts);
    Ok((format, positions.iter().zip(&texts).map(profile).collect()))
}

struct Guesser<'a> {
    profiles: &'a [Profile],
    file: FileFormat,
    roles: BTreeMap<Role, usize>,
    by_role: BTreeMap<Role, Vec<String>>,
    general: Vec<String>,
    /// Columns that tell the outcome and are left out.
    leaks: Vec<usize>,
}

impl<'a> Guesser<'a> {
    fn new(profiles: &'a [Profile], file: FileFormat) -> Self {
        let (roles, by_role) = (BTreeMap::new(), BTreeMap::new());
        Self { profiles, file, roles, by_role, general: Vec::new(), leaks: Vec::new() }
    }

    fn doubt(&mut self, role: Role, doubt: String) {
        self.by_role.entry(role).or_default().push(doubt);
    }

    /// How numbers and dates are written.
    fn formats(&mut self) {
        let (decimals, is_open) = profile::decimals(self.profiles);
        self.file.decimals = decimals;
        if is_open {
            self.general.push("numbers can be read in two ways; check `decimal` and `thousands`".to_owned());
        }
        let mut formats: Vec<String> = Vec::new();
        for profile in self.profiles {
            let (found, rival) = profile::date_formats(profile);
            // Eight digits can be a code or a number as well as a date.
            let is_certain = found.iter().any(|format| format != "%Y%m%d") || plain(&profile.name).contains("dat");
            if let (true, Some(first), Some(rival)) = (is_certain, found.first(), rival) {
                let name = &profile.name;
                self.general.push(format!("dates of `{name}` fit {first:?} and {rival:?}; keep the one that is meant"));
            }
            formats.extend(found.into_iter().filter(|_| is_certain));
        }
        let mut seen = std::collections::BTreeSet::new();
        formats.retain(|format| seen.insert(format.clone()));
        if !formats.is_empty() {
            self.file.date_formats = formats;
        }
    }

    fn is_free(&self, column: usize) -> bool {
        !self.roles.values().any(|taken| *taken == column)
    }

    /// Roles by the names of columns: an exact synonym first, the likelier the earlier it stands in its list.
    fn names(&mut self) {
        let plain_names: Vec<String> = self.profiles.iter().map(|profile| plain(&profile.name)).collect();
        let mut matches = Vec::new();
        for (role, names) in SYNONYMS {
            for (column, plain_name) in plain_names.iter().enumerate() {
                let place = names.iter().position(|name| name == plain_name);
                if let Some(place) = place.filter(|_| self.fits(*role, column)) {
                    matches.push((place, *role, column));
                }
            }
        }
        matches.sort_unstable();
        for (_, role, column) in matches {
            if !self.roles.contains_key(&role) && self.is_free(column) {
                self.roles.insert(role, column);
            }
        }
        if let Some(column) = self.roles.get(&Role::CustomsValue).copied() {
            let name = &self.profiles[column].name;
            if ["value", "itemprice", "valeur"].contains(&plain(name).as_str()) {
                let doubt = format!("`{name}` may be an invoice value and no customs value");
                self.doubt(Role::CustomsValue, doubt);
            }
        }
    }

    /// Whether the values of a column can be what the role demands.
    fn fits(&self, role: Role, column: usize) -> bool {
        let profile = &self.profiles[column];
        if profile.values.is_empty() {
            return true;
        }
        match role {
            Role::HsCode | Role::AssessedHsCode => profile.is_code(),
            Role::Origin | Role::Departure | Role::AssessedOrigin => profile.is_country(),
            Role::Date | Role::AcceptanceDate | Role::FindingDate | Role::FindingStatusDate => {
                profile.is_date(&self.file.date_formats)
            }
            Role::Finding | Role::Inspected | Role::Blind | Role::ReexaminationFinding => profile.is_yes_or_no(),
            Role::Quantity | Role::NetMass | Role::GrossMass | Role::InvoiceValue | Role::CustomsValue => {
                profile.is_number(self.file.decimals)
            }
            Role::AssessedValue | Role::AssessedTaxes => profile.is_number(self.file.decimals),
            Role::Fob | Role::Cif | Role::Freight | Role::Rate | Role::Taxes | Role::ExtraRevenue => {
                profile.is_number(self.file.decimals)
            }
            _ => true,
        }
    }

    /// Roles that no name told, by values; each with a doubt.
    fn values(&mut self) {
        self.by_value(Role::Date, |guesser, profile| {
            let formats = &guesser.file.date_formats;
            profile.is_date(formats) && !profile.is_number(guesser.file.decimals)
        });
        self.by_value(Role::HsCode, |_, profile| profile.is_code() && !profile.is_unique() && profile.distinct > 20);
        self.by_value(Role::Origin, |_, profile| profile.is_country() && profile.distinct > 2);
        self.by_value(Role::DeclarationId, |_, profile| profile.is_unique());
        if let Some(column) = self.roles.get(&Role::DeclarationId)
            && !self.profiles[*column].is_unique()
            && !self.roles.contains_key(&Role::ItemNumber)
        {
            let name = &self.profiles[*column].name;
            let doubt = format!("`{name}` repeats, and no column gives the number of the goods item");
            self.doubt(Role::DeclarationId, doubt);
        }
        self.rates();
    }

    fn by_value(&mut self, role: Role, test: impl Fn(&Self, &Profile) -> bool) {
        if self.roles.contains_key(&role) {
            return;
        }
        let fits = |column: &usize| self.is_free(*column) && test(self, &self.profiles[*column]);
        if let Some(column) = (0..self.profiles.len()).find(fits) {
            let name = &self.profiles[column].name;
            let doubt = format!("`{name}` only looks like {}; its name does not say so", role.name());
            self.roles.insert(role, column);
            self.doubt(role, doubt);
        }
    }

    /// Rates of which none is above 1 are fractions, or the goods are all but free of duty.
    fn rates(&mut self) {
        let Some(column) = self.roles.get(&Role::Rate).copied() else { return };
        let decimals = self.file.decimals;
        let profile = &self.profiles[column];
        let is_fraction = |text: &str| domain::parse_number(text, decimals).is_some_and(|rate| rate <= 1.0);
        if profile.share(is_fraction) == 1.0 && profile.distinct > 2 {
            self.file.rate_unit = RateUnit::Fraction;
            self.doubt(Role::Rate, "no rate is above 1, so they are taken as fractions and not per cent".to_owned());
        }
    }

    /// Columns without a role that tell the outcome, by their name or because they foretell the finding.
    fn leaks(&mut self) {
        let finding = self.roles.get(&Role::Finding).map(|column| &self.profiles[*column]);
        let free: Vec<usize> = (0..self.profiles.len()).filter(|column| self.is_free(*column)).collect();
        for column in free {
            let profile = &self.profiles[column];
            let name = plain(&profile.name);
            let named = OUTCOME_WORDS.iter().any(|word| name.contains(word));
            let foretells = finding.is_some_and(|finding| foretells(profile, finding));
            if named || foretells {
                self.leaks.push(column);
            }
        }
        for column in &self.leaks {
            let name = &self.profiles[*column].name;
            self.general.push(format!("`{name}` looks as if it were known only after the control; it is left out"));
        }
        if finding.is_none() {
            self.general.push("no column tells the finding of a control; without it nothing can be trained".to_owned());
        }
    }

    fn finish(mut self, name: String) -> Guess {
        let further = self.further_columns();
        let roles: BTreeMap<Role, Source> =
            self.roles.iter().map(|(role, column)| (*role, self.source(*column))).collect();
        let required = [Role::DeclarationId, Role::Date];
        let missing = required.into_iter().filter(|role| !roles.contains_key(role)).collect();
        let repeat_roles =
            [Role::HsCode, Role::Departure, Role::Origin, Role::Rate, Role::NetMass, Role::GrossMass, Role::Quantity];
        let of_role = |role: &Role| Some(self.profiles[*self.roles.get(role)?].name.clone());
        let repeat_key: Vec<String> = repeat_roles.iter().filter_map(of_role).collect();
        if roles.contains_key(&Role::Finding) && !roles.contains_key(&Role::FindingDate) {
            self.doubt(Role::Finding, "no column dates the finding: it counts from known_after_days on".to_owned());
        }
        let schema = Schema::assemble(name, self.file, roles, further, repeat_key);
        Guess { schema, by_role: self.by_role, general: self.general, missing }
    }

    fn source(&self, column: usize) -> Source {
        Source::Column(self.profiles[column].name.clone())
    }

    /// Categories and numbers among the columns without a role. Identifiers and free texts are neither.
    fn further_columns(&mut self) -> FurtherColumns {
        let mut further = FurtherColumns::default();
        for column in 0..self.profiles.len() {
            let profile = &self.profiles[column];
            if !self.is_free(column) || self.leaks.contains(&column) || profile.values.is_empty() {
                continue;
            }
            let name = profile.name.clone();
            if profile.distinct <= MAX_CATEGORIES.min(profile.values.len() / 2) {
                further.categorical.push(name);
            } else if profile.is_number(self.file.decimals) && !profile.is_unique() {
                further.numeric.push(name);
            } else {
                self.general.push(format!("`{name}` has too many different values for a category; it is left out"));
            }
        }
        further
    }
}

/// Whether a column of few values tells a yes-or-no column almost without error.
fn foretells(profile: &Profile, finding: &Profile) -> bool {
    const FEW: usize = 20;
    let same_rows = profile.values.len() == finding.values.len();
    if !same_rows || profile.distinct < 2 || profile.distinct > FEW || finding.distinct != 2 {
        return false;
    }
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (value, found) in profile.values.iter().zip(&finding.values) {
        *counts.entry(value).or_default().entry(found).or_default() += 1;
    }
    let right: usize = counts.values().filter_map(|by_finding| by_finding.values().max()).sum();
    let mut usual: BTreeMap<&str, usize> = BTreeMap::new();
    finding.values.iter().for_each(|found| *usual.entry(found).or_default() += 1);
    let blind = usual.values().max().copied().unwrap_or(0);
    let rows = finding.values.len();
    // Nine in ten of the errors of always saying the usual are gone.
    (rows - right) * 10 <= rows - blind && right > blind
}
