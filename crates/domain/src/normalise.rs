//! From the texts of a row to a goods item: dirty data gives a value and notes, never a failure.

use crate::decimal::scale_number;
use crate::{
    AeoStatus, Assessed, Check, Control, ControlKind, Country, Day, Decimals, Finding, FindingKind, FindingStatus,
    GoodsItem, Gravity, Header, HsCode, Inspection, Lane, MandatoryControl, Mode, Quality, QualityKind, Quantity, Role,
    SelectedBy, Text, UNIT_PIECES, parse_number,
};
use std::borrow::Cow;

/// How an administration's file writes things; part of its schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Conventions {
    /// `strptime` formats, tried in order.
    pub date_formats: Vec<String>,
    /// Decimal mark and separator of thousands.
    pub decimals: Decimals,
    /// Texts that stand for "no value", besides the empty one.
    pub null: Vec<String>,
    /// Decimals between the file's unit of mass and the gram: kilograms 3, tonnes 6, grams 0.
    pub mass_scale: u32,
    /// Decimals of money: 2 for cents.
    pub money_scale: u32,
    /// Decimals between the file's rates and millionths: per cent 4, fractions 6.
    pub rate_scale: u32,
    /// Unit of quantities where the file names none.
    pub default_unit: String,
    /// Days after lodgement from which a result counts where the file has no finding date.
    pub known_after_days: i32,
    /// The day on which the file is read; later dates are noted.
    pub today: Day,
}

impl Conventions {
    /// The plainest conventions: ISO dates, decimal points, kilograms, per cent, results known after 14 days.
    pub fn plain(today: Day) -> Self {
        Self {
            date_formats: vec!["%Y-%m-%d".into()],
            decimals: Decimals::default(),
            null: Vec::new(),
            mass_scale: 3,
            money_scale: 2,
            rate_scale: 4,
            default_unit: UNIT_PIECES.into(),
            known_after_days: 14,
            today,
        }
    }
}

/// The texts of one row by role, with the further columns that the schema declares.
#[derive(Clone, Debug, Default)]
pub struct RawItem<'a> {
    /// One text for each role, in the order of [`Role::ALL`]; `None` where the schema has no such column.
    pub values: Vec<Option<Cow<'a, str>>>,
    /// Further categorical columns, in the order of the schema.
    pub categorical: Vec<Cow<'a, str>>,
    /// Further numeric columns, in the order of the schema.
    pub numeric: Vec<Cow<'a, str>>,
    /// Digest of the schema's repeat key.
    pub repeat_key: Option<u64>,
}

/// Why a row can't become an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The role that made it unusable.
    pub role: Role,
    /// The value as it stood in the file.
    pub value: Box<str>,
    /// What is wrong and what to do.
    pub reason: &'static str,
}

/// What a row became.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalised {
    /// The header of its declaration, as this row tells it.
    pub header: Header,
    /// The goods item.
    pub item: GoodsItem,
    /// Whether the row gave the item its number; without one it has the number 1 here.
    pub numbered: bool,
    /// The lane of the past.
    pub lane: Option<Lane>,
    /// What was found, if anybody looked.
    pub inspection: Option<Inspection>,
    /// How it was controlled.
    pub check: Check,
    /// Notes on the data.
    pub quality: Vec<Quality>,
}

/// Makes an item of a row. Only a row without a declaration id or a readable date is refused, since it can be neither
/// named nor placed in time; whatever else is wrong becomes a note.
pub fn normalise(raw: &RawItem<'_>, conventions: &Conventions) -> Result<Normalised, Rejection> {
    let mut row = Row { raw, conventions, quality: Vec::new() };
    let header = row.header()?;
    let number = row.parsed(Role::ItemNumber, whole);
    let item = GoodsItem { number: number.unwrap_or(1), ..row.item() };
    let lane = row.parsed(Role::Lane, Lane::parse);
    let inspection = row.inspection(header.day);
    let check =
        Check { blind: row.parsed(Role::Blind, truth), reexamination: row.parsed(Role::ReexaminationFinding, truth) };
    Ok(Normalised { header, item, numbered: number.is_some(), lane, inspection, check, quality: row.quality })
}

struct Row<'a> {
    raw: &'a RawItem<'a>,
    conventions: &'a Conventions,
    quality: Vec<Quality>,
}

impl<'a> Row<'a> {
    fn note(&mut self, kind: QualityKind, role: Role, value: &str) {
        self.quality.push(Quality { kind, role, value: value.into() });
    }

    /// The trimmed text of a role; `None` where the column is absent or empty.
    fn present(&self, role: Role) -> Option<&'a str> {
        let text = self.raw.values.get(role as usize)?.as_deref()?.trim();
        (!self.is_null(text)).then_some(text)
    }

    fn is_null(&self, text: &str) -> bool {
        text.is_empty() || self.conventions.null.iter().any(|null| null == text)
    }

    /// Like `present`, with a note where the schema has the column and this row no value.
    fn text(&mut self, role: Role) -> Option<&'a str> {
        let text = self.present(role);
        if text.is_none() && self.raw.values.get(role as usize).is_some_and(Option::is_some) {
            self.note(QualityKind::Missing, role, "");
        }
        text
    }

    fn owned(&mut self, role: Role) -> Text {
        self.text(role).map(Into::into)
    }

    fn parsed<T>(&mut self, role: Role, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.present(role)?;
        let value = parse(text);
        if value.is_none() {
            self.note(QualityKind::Unreadable, role, text);
        }
        value
    }

    fn day(&mut self, role: Role) -> Option<Day> {
        let formats = &self.conventions.date_formats;
        let day = self.parsed(role, |text| Day::parse(text, formats))?;
        if day > self.conventions.today {
            let text = self.present(role).unwrap_or_default();
            self.note(QualityKind::DateInFuture, role, text);
        }
        Some(day)
    }

    fn country(&mut self, role: Role) -> Option<Country> {
        self.text(role)?;
        let country = self.parsed(role, Country::parse)?;
        if !country.is_known() {
            self.note(QualityKind::CountryUnknown, role, country.as_str());
        }
        Some(country)
    }

    /// A number that can't be negative, as a fixed-point integer.
    fn amount(&mut self, role: Role, scale: u32) -> Option<i64> {
        let text = self.text(role)?;
        let decimals = self.conventions.decimals;
        let amount = self.parsed(role, |text| scale_number(parse_number(text, decimals)?, scale))?;
        match amount {
            i64::MIN..0 => self.note(QualityKind::Negative, role, text),
            0 if matches!(role, Role::NetMass | Role::GrossMass | Role::Quantity | Role::CustomsValue | Role::Cif) => {
                self.note(QualityKind::Zero, role, text);
            }
            _ => {}
        }
        (amount >= 0).then_some(amount)
    }

    fn money(&mut self, role: Role) -> Option<i64> {
        self.amount(role, self.conventions.money_scale)
    }

    fn header(&mut self) -> Result<Header, Rejection> {
        let id = self.present(Role::DeclarationId).ok_or(Rejection {
            role: Role::DeclarationId,
            value: "".into(),
            reason: "the row has no declaration id; give the column in the schema or complete the file",
        })?;
        let day = self.lodgement_day()?;
        Ok(Header {
            version: self.parsed(Role::Version, whole).unwrap_or(1),
            consignment: self.present(Role::Consignment).map(Into::into),
            containers: self.containers(),
            acceptance_day: self.day(Role::AcceptanceDate),
            office: self.owned(Role::Office),
            procedure: self.owned(Role::Procedure),
            declarant: self.owned(Role::Declarant),
            importer: self.owned(Role::Importer),
            consignor: self.owned(Role::Consignor),
            carrier: self.present(Role::Carrier).map(Into::into),
            departure: self.country(Role::Departure),
            mode: self.owned(Role::TransportMode).map(Mode),
            incoterm: self.present(Role::Incoterm).map(Into::into),
            currency: self.present(Role::Currency).map(Into::into),
            aeo: self.aeo(),
            mandatory: self.mandatory(),
            ..Header::new(id, day)
        })
    }

    fn lodgement_day(&mut self) -> Result<Day, Rejection> {
        let text = self.present(Role::Date).unwrap_or_default();
        let formats = &self.conventions.date_formats;
        let reason = || match Day::is_too_early(text, formats) {
            true => {
                "the date lies before 1900, which is refused; correct the row, or add a format with %y to date_formats"
            }
            false => "the date fits none of the schema's date_formats; add the file's format or correct the row",
        };
        let refused = || Rejection { role: Role::Date, value: text.into(), reason: reason() };
        let day = Day::parse(text, formats).ok_or_else(refused)?;
        if day > self.conventions.today {
            self.note(QualityKind::DateInFuture, Role::Date, text);
        }
        Ok(day.min(self.conventions.today))
    }

    fn containers(&mut self) -> Vec<Box<str>> {
        let text = self.present(Role::Container).unwrap_or_default();
        text.split([' ', ',', ';']).filter(|number| !number.is_empty()).map(Into::into).collect()
    }

    fn aeo(&mut self) -> Option<AeoStatus> {
        let text = self.present(Role::Aeo)?;
        let kind = match truth(text) {
            Some(false) => return None,
            Some(true) => "AEO".into(),
            None => text.to_uppercase().into(),
        };
        Some(AeoStatus { kind })
    }

    /// A control that the law demands is never dropped because its papers are incomplete: whoever names a kind or an
    /// agency but no legal basis still gets it, with a note of what is not given.
    fn mandatory(&mut self) -> Vec<MandatoryControl> {
        let basis = self.present(Role::MandatoryBasis);
        let [kind, agency] = [Role::MandatoryKind, Role::MandatoryAgency]
            .map(|role| self.present(role).filter(|text| truth(text) != Some(false) && !is_none(text)));
        if basis.is_none() && kind.is_none() && agency.is_none() {
            return Vec::new();
        }
        if basis.is_none() {
            self.note(QualityKind::Missing, Role::MandatoryBasis, "");
        }
        for (role, text) in [(Role::MandatoryKind, kind), (Role::MandatoryAgency, agency)] {
            if text.is_none() && self.raw.values.get(role as usize).is_some_and(Option::is_some) {
                self.note(QualityKind::Missing, role, "");
            }
        }
        let read = kind.map(ControlKind::parse);
        if read == Some(None) {
            self.note(QualityKind::Unreadable, Role::MandatoryKind, kind.unwrap_or_default());
        }
        vec![MandatoryControl {
            legal_basis: basis.unwrap_or_default().into(),
            kind: read.flatten().unwrap_or(ControlKind::Physical),
            agency: agency.unwrap_or("customs").into(),
        }]
    }

    fn item(&mut self) -> GoodsItem {
        let item = GoodsItem {
            number: 1,
            code: self.code(),
            origin: self.country(Role::Origin),
            quantity: self.quantity(),
            net_mass_g: self.amount(Role::NetMass, self.conventions.mass_scale),
            gross_mass_g: self.amount(Role::GrossMass, self.conventions.mass_scale),
            invoice_value_minor: self.money(Role::InvoiceValue),
            customs_value_minor: self.money(Role::CustomsValue),
            fob_minor: self.money(Role::Fob),
            cif_minor: self.money(Role::Cif),
            freight_minor: self.money(Role::Freight),
            related_party: self.parsed(Role::RelatedParty, truth),
            valuation_method: self
                .parsed(Role::ValuationMethod, |text| whole(text).filter(|method| (1..=6).contains(method)))
                .map(|method| method as u8),
            rate_ppm: self.amount(Role::Rate, self.conventions.rate_scale),
            taxes_minor: self.money(Role::Taxes),
            duty_at_stake_minor: self.money(Role::DutyAtStake),
            preference: self.present(Role::Preference).map(Into::into),
            description: self.owned(Role::Description),
            categorical: self.categorical(),
            numeric: self.numeric(),
            repeat_key: self.raw.repeat_key,
        };
        if let (Some(net), Some(gross)) = (item.net_mass_g, item.gross_mass_g)
            && net > gross
        {
            self.note(QualityKind::NetAboveGross, Role::NetMass, &format!("{net} g > {gross} g"));
        }
        item
    }

    fn code(&mut self) -> Option<HsCode> {
        let text = self.text(Role::HsCode)?;
        match HsCode::parse(text) {
            Ok((code, repaired)) => {
                if repaired {
                    self.note(QualityKind::CodeRepaired, Role::HsCode, text);
                }
                Some(code)
            }
            Err(_) => {
                self.note(QualityKind::CodeUnusable, Role::HsCode, text);
                None
            }
        }
    }

    fn quantity(&mut self) -> Option<Quantity> {
        let milli = self.amount(Role::Quantity, 3)?;
        let unit = self.text(Role::QuantityUnit).unwrap_or(&self.conventions.default_unit);
        Some(Quantity { milli, unit: unit.to_uppercase().into() })
    }

    fn categorical(&self) -> Vec<Text> {
        let texts = self.raw.categorical.iter().map(|text| text.trim());
        texts.map(|text| (!self.is_null(text)).then(|| text.into())).collect()
    }

    fn numeric(&self) -> Vec<f64> {
        let number = |text: &Cow<'_, str>| parse_number(text, self.conventions.decimals).unwrap_or(f64::NAN);
        self.raw.numeric.iter().map(number).collect()
    }

    fn inspection(&mut self, lodged: Day) -> Option<Inspection> {
        let finding_text = self.present(Role::Finding);
        let found = self.parsed(Role::Finding, truth);
        let said_inspected = self.parsed(Role::Inspected, truth);
        if found == Some(true) && said_inspected == Some(false) {
            self.note(QualityKind::FindingWithoutInspection, Role::Finding, finding_text.unwrap_or_default());
        }
        let has_inspected_column = self.raw.values.get(Role::Inspected as usize).is_some_and(Option::is_some);
        let inspected = if has_inspected_column { said_inspected == Some(true) } else { found.is_some() };
        if !inspected && found != Some(true) {
            return None;
        }
        let dated = self.day(Role::FindingDate);
        let known_on = dated.unwrap_or(lodged.plus(self.conventions.known_after_days));
        if known_on < lodged {
            let text = self.present(Role::FindingDate).unwrap_or_default();
            self.note(QualityKind::FindingBeforeDeclaration, Role::FindingDate, text);
            return None;
        }
        Some(Inspection {
            known_on,
            known_on_assumed: dated.is_none(),
            control: self.parsed(Role::FindingControl, Control::parse),
            selected_by: self.parsed(Role::SelectedBy, SelectedBy::parse),
            selection_probability: self.probability(),
            examiner: self.present(Role::Examiner).map(Into::into),
            finding: (found == Some(true)).then(|| self.finding()),
            assessed: self.assessed(),
        })
    }

    /// What the control assessed. Where it says nothing, nothing is missing: most inspections change no value.
    fn assessed(&mut self) -> Option<Box<Assessed>> {
        let (decimals, scale) = (self.conventions.decimals, self.conventions.money_scale);
        let money = |text: &str| scale_number(parse_number(text, decimals)?, scale).filter(|amount| *amount >= 0);
        let assessed = Assessed {
            code: self.parsed(Role::AssessedHsCode, |text| HsCode::parse(text).ok().map(|(code, _)| code)),
            origin: self.parsed(Role::AssessedOrigin, Country::parse),
            value_minor: self.parsed(Role::AssessedValue, money),
            taxes_minor: self.parsed(Role::AssessedTaxes, money),
        };
        (assessed != Assessed::default()).then(|| Box::new(assessed))
    }

    fn probability(&mut self) -> Option<f64> {
        let decimals = self.conventions.decimals;
        self.parsed(Role::SelectionProbability, |text| parse_number(text, decimals).filter(|p| *p > 0.0 && *p <= 1.0))
    }

    fn finding(&mut self) -> Finding {
        let decimals = self.conventions.decimals;
        let scale = self.conventions.money_scale;
        Finding {
            kind: self.parsed(Role::FindingKind, FindingKind::parse),
            gravity: self.parsed(Role::FindingGravity, Gravity::parse),
            status: self.parsed(Role::FindingStatus, FindingStatus::parse).unwrap_or(FindingStatus::Final),
            status_on: self.day(Role::FindingStatusDate),
            extra_revenue_minor: self
                .parsed(Role::ExtraRevenue, |text| scale_number(parse_number(text, decimals)?, scale)),
        }
    }
}

/// A whole number, also with the `.0` that spreadsheets leave behind.
fn whole(text: &str) -> Option<u32> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// Whether a text says that there is nothing, as lists of kinds often do.
fn is_none(text: &str) -> bool {
    ["none", "-", "nil", "aucun", "ninguno", "nenhum"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Yes or no as files write it.
fn truth(text: &str) -> Option<bool> {
    const YES: [&str; 12] = ["1", "1.0", "true", "t", "yes", "y", "oui", "vrai", "si", "sí", "sim", "ja"];
    const NO: [&str; 11] = ["0", "0.0", "false", "f", "no", "n", "non", "faux", "nao", "não", "nein"];
    let is = |word: &str| word.eq_ignore_ascii_case(text);
    if YES.iter().any(|word| is(word)) { Some(true) } else { NO.iter().any(|word| is(word)).then_some(false) }
}
