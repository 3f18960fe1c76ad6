//! The schema of an administration's files: which column plays which role, and how values are written.

mod read;
mod write;

use super::expression::{Expression, ExpressionError};
use domain::{Conventions, Day, Decimals, LabelRules, Role, UNIT_PIECES};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is wrong with a schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The file can't be read.
    #[error("can't read the schema {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The text is no TOML.
    #[error("{name} is no valid TOML: {message}")]
    Syntax {
        /// Name of the schema's file.
        name: String,
        /// What the TOML parser says.
        message: String,
    },
    /// A key that schemas don't have.
    #[error("{name}: [{section}] has no key `{key}`{hint}")]
    UnknownKey {
        /// Name of the schema's file.
        name: String,
        /// The section, or `top level`.
        section: &'static str,
        /// The key as written.
        key: String,
        /// The nearest key that there is.
        hint: String,
    },
    /// A value that its key can't have.
    #[error("{name}: `{key}` {problem}")]
    Value {
        /// Name of the schema's file.
        name: String,
        /// The key, with its section.
        key: String,
        /// What is wrong, and what to write.
        problem: String,
    },
    /// An expression that can't be read.
    #[error("{name}: the derivation of `{role}` can't be read: {source}")]
    Derivation {
        /// Name of the schema's file.
        name: String,
        /// The role.
        role: &'static str,
        /// Where and why.
        source: ExpressionError,
    },
    /// A role without which no row can be used.
    #[error("{name}: the role `{role}` is required; add `{role} = \"Your column\"` under [roles]")]
    RoleMissing {
        /// Name of the schema's file.
        name: String,
        /// The role.
        role: &'static str,
    },
    /// A column that tells what was decided or found, used as something declared.
    #[error(
        "{name}: column `{column}` plays the role `{role}`, which is known only after the decision; it can't be used in {used_in}"
    )]
    OutcomeUsed {
        /// Name of the schema's file.
        name: String,
        /// The column.
        column: String,
        /// The outcome role that it plays.
        role: &'static str,
        /// Where it was to be used.
        used_in: String,
    },
}

/// Where the value of a role comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A column of the file.
    Column(String),
    /// Arithmetic over columns.
    Derived(Expression),
    /// The same text for every row.
    Constant(String),
}

impl Source {
    /// The columns that it reads.
    pub fn columns(&self) -> &[String] {
        match self {
            Self::Column(name) => std::slice::from_ref(name),
            Self::Derived(expression) => expression.columns(),
            Self::Constant(_) => &[],
        }
    }
}

/// Unit of the masses in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MassUnit {
    /// Grams.
    Gram,
    /// Kilograms.
    #[default]
    Kilogram,
    /// Tonnes.
    Tonne,
}

/// How a file writes rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RateUnit {
    /// 8 means 8 %.
    #[default]
    Percent,
    /// 0.08 means 8 %.
    Fraction,
}

/// How the file is written. What is `None` is found out from the file itself.
#[derive(Clone, Debug, PartialEq)]
pub struct FileFormat {
    /// Separator of fields.
    pub delimiter: Option<u8>,
    /// Quote around fields.
    pub quote: u8,
    /// Character encoding.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// `strptime` formats of dates, tried in order.
    pub date_formats: Vec<String>,
    /// Decimal mark and separator of thousands.
    pub decimals: Decimals,
    /// Texts that stand for "no value".
    pub null: Vec<String>,
    /// Unit of masses.
    pub mass_unit: MassUnit,
    /// Unit of rates.
    pub rate_unit: RateUnit,
    /// Decimals of the currency's minor unit: 2 for cents.
    pub money_decimals: u32,
    /// Unit of quantities where the file names none.
    pub default_unit: String,
}

impl Default for FileFormat {
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: b'"',
            encoding: None,
            date_formats: vec!["%Y-%m-%d".to_owned()],
            decimals: Decimals::default(),
            null: Vec::new(),
            mass_unit: MassUnit::default(),
            rate_unit: RateUnit::default(),
            money_decimals: 2,
            default_unit: UNIT_PIECES.to_owned(),
        }
    }
}

/// Columns that play no role but are features.
#[derive(Clone, Debug, Default)]
pub(crate) struct FurtherColumns {
    pub(crate) categorical: Vec<String>,
    pub(crate) numeric: Vec<String>,
}

/// A checked schema: every key is known, the required roles are there, and no outcome is used as something declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    name: String,
    file: FileFormat,
    roles: BTreeMap<Role, Source>,
    categorical: Vec<String>,
    numeric: Vec<String>,
    label: LabelRules,
    known_after_days: i32,
    repeat_key: Vec<String>,
    hs_index: Option<PathBuf>,
}

impl Schema {
    /// Reads and checks a schema file.
    pub fn load(path: &Path) -> Result<Self, SchemaError> {
        let text = std::fs::read_to_string(path).map_err(|source| SchemaError::File { path: path.into(), source })?;
        let mut schema = Self::parse(&text, &path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new(""));
        schema.hs_index = schema.hs_index.map(|index| folder.join(index));
        Ok(schema)
    }

    /// Reads and checks the text of a schema; `name` stands in the messages and is the schema's name where it gives
    /// none itself.
    pub fn parse(text: &str, name: &str) -> Result<Self, SchemaError> {
        read::schema(text, name)?.check(name)
    }

    /// A schema put together from parts that were not checked.
    pub(crate) fn assemble(
        name: String,
        file: FileFormat,
        roles: BTreeMap<Role, Source>,
        further: FurtherColumns,
        repeat_key: Vec<String>,
    ) -> Self {
        let FurtherColumns { categorical, numeric } = further;
        let (label, known_after_days) = (LabelRules::default(), 14);
        Self { name, file, roles, categorical, numeric, label, known_after_days, repeat_key, hs_index: None }
    }

    /// The schema as TOML; [`Schema::parse`] reads it back to an equal schema.
    pub fn to_toml(&self) -> String {
        write::schema(self)
    }

    /// Name of the schema.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the file is written.
    pub fn file(&self) -> &FileFormat {
        &self.file
    }

    /// Roles with their sources, in the order of the roles.
    pub fn roles(&self) -> &BTreeMap<Role, Source> {
        &self.roles
    }

    /// Whether the schema gives a source for the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains_key(&role)
    }

    /// Names of the further categorical columns.
    pub fn categorical(&self) -> &[String] {
        &self.categorical
    }

    /// The same schema with more categorical columns behind its own, whether or not roles read them too.
    #[must_use]
    pub fn with_further_categorical(&self, columns: &[String]) -> Self {
        Self { categorical: [&self.categorical, columns].concat(), ..self.clone() }
    }

    /// Names of the further numeric columns.
    pub fn numeric(&self) -> &[String] {
        &self.numeric
    }

    /// Columns by which rows count as repeats of each other; empty where the schema names none.
    pub fn repeat_key(&self) -> &[String] {
        &self.repeat_key
    }

    /// The index of HS codes that descriptions are judged by; a relative path starts at the folder of the schema's file.
    pub fn hs_index(&self) -> Option<&Path> {
        self.hs_index.as_deref()
    }

    /// Days after lodgement from which a result counts where it has no finding date.
    pub fn known_after_days(&self) -> i32 {
        self.known_after_days
    }

    /// Which findings count as positives.
    pub fn label_rules(&self) -> LabelRules {
        self.label.clone()
    }

    /// How values are written, for [`domain::normalise`]; `today` is the day on which the file is read.
    pub fn conventions(&self, today: Day) -> Conventions {
        let file = &self.file;
        Conventions {
            date_formats: file.date_formats.clone(),
            decimals: file.decimals,
            null: file.null.clone(),
            mass_scale: match file.mass_unit {
                MassUnit::Gram => 0,
                MassUnit::Kilogram => 3,
                MassUnit::Tonne => 6,
            },
            money_scale: file.money_decimals,
            rate_scale: match file.rate_unit {
                RateUnit::Percent => 4,
                RateUnit::Fraction => 6,
            },
            default_unit: file.default_unit.clone(),
            known_after_days: self.known_after_days,
            today,
        }
    }

    /// What a single key can't tell: required roles, and outcomes that would reach features.
    fn check(self, name: &str) -> Result<Self, SchemaError> {
        for role in [Role::DeclarationId, Role::Date] {
            if !self.has(role) {
                return Err(SchemaError::RoleMissing { name: name.to_owned(), role: role.name() });
            }
        }
        let listed = [
            ("[columns] categorical", &self.categorical),
            ("[columns] numeric", &self.numeric),
            ("[repeats] repeat_key", &self.repeat_key),
        ];
        for (place, columns) in listed {
            self.refuse_outcomes(name, place, columns)?;
        }
        for (role, source) in self.roles.iter().filter(|(role, _)| !role.is_outcome()) {
            self.refuse_outcomes(name, &format!("the role `{}`", role.name()), source.columns())?;
        }
        Ok(self)
    }

    fn refuse_outcomes(&self, name: &str, used_in: &str, columns: &[String]) -> Result<(), SchemaError> {
        for (role, source) in self.roles.iter().filter(|(role, _)| role.is_outcome()) {
            if let Some(column) = columns.iter().find(|column| source.columns().contains(column)) {
                return Err(SchemaError::OutcomeUsed {
                    name: name.to_owned(),
                    column: column.clone(),
                    role: role.name(),
                    used_in: used_in.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// Roles whose values are numbers, so that arithmetic can give them.
fn is_number(role: Role) -> bool {
    use Role::*;
    matches!(
        role,
        Quantity
            | NetMass
            | GrossMass
            | InvoiceValue
            | CustomsValue
            | Fob
            | Cif
            | Freight
            | Rate
            | Taxes
            | DutyAtStake
            | SelectionProbability
            | ExtraRevenue
            | AssessedValue
            | AssessedTaxes
    )
}
