//! From the texts of a row to an item: what each text becomes.

use domain::{
    Control, ControlKind, Conventions, Day, FindingStatus, Lane, Normalised, RawItem, Rejection, Role, normalise,
};
use std::borrow::Cow;

fn conventions() -> Conventions {
    Conventions::plain(Day::from_ymd(2021, 12, 31).unwrap())
}

/// Reads `role=value` pairs, separated by bars, beside an id and a date.
fn row(pairs: &str) -> Result<Normalised, Rejection> {
    let mut raw = RawItem { values: vec![None; Role::COUNT], ..RawItem::default() };
    let given = ["declaration_id=D1", "date=2021-03-01"].into_iter().chain(pairs.split('|').filter(|p| !p.is_empty()));
    for (role, value) in given.map(|pair| pair.trim().split_once('=').unwrap()) {
        raw.values[Role::parse(role).unwrap() as usize] = Some(Cow::Borrowed(value));
    }
    normalise(&raw, &conventions())
}

fn notes(normalised: &Normalised) -> String {
    let note = |note: &domain::Quality| format!("{} {} {}", note.kind.name(), note.role.name(), note.value);
    normalised.quality.iter().map(note).collect::<Vec<_>>().join("; ")
}

#[test]
fn findings_and_when_they_became_known() {
    #[rustfmt::skip]
    let table = [
        // texts                                                    known on               finding      note
        ("",                                                        None,                  false, ""),
        ("finding=0",                                               Some("2021-03-15"),    false, ""),
        ("finding=yes|finding_date=2021-04-01",                     Some("2021-04-01"),    true,  ""),
        ("finding=1|finding_date=2021-03-01",                       Some("2021-03-01"),    true,  ""),
        ("finding=1|finding_date=2021-02-28",                       None,                  false, "finding_before_declaration finding_date 2021-02-28"),
        ("finding=1|finding_date=April",                            Some("2021-03-15"),    true,  "unreadable finding_date April"),
        ("finding=1|finding_date=2022-01-01",                       Some("2022-01-01"),    true,  "date_in_future finding_date 2022-01-01"),
        ("finding=perhaps",                                         None,                  false, "unreadable finding perhaps"),
        ("inspected=0|finding=0",                                   None,                  false, ""),
        ("inspected=1|finding=",                                    Some("2021-03-15"),    false, ""),
        ("inspected=0|finding=1",                                   Some("2021-03-15"),    true,  "finding_without_inspection finding 1"),
        ("inspected=|finding=0",                                    None,                  false, ""),
        ("finding=0|finding_kind=nonsense",                         Some("2021-03-15"),    false, ""),
        ("finding=1|finding_kind=nonsense",                         Some("2021-03-15"),    true,  "unreadable finding_kind nonsense"),
    ];
    for (texts, known_on, has_finding, expected) in table {
        let normalised = row(texts).unwrap();
        let inspection = normalised.inspection.as_ref();
        assert_eq!(inspection.map(|found| found.known_on.to_string()).as_deref(), known_on, "{texts}");
        assert_eq!(inspection.is_some_and(|found| found.finding.is_some()), has_finding, "{texts}");
        assert_eq!(notes(&normalised), expected, "{texts}");
    }
}

#[test]
fn assessed_values_stand_beside_what_was_declared() {
    let declared = "inspected=1|finding=1|customs_value=100|hs_code=610910|origin=CN|taxes=20";
    let read = row(&format!("{declared}|assessed_value=150.5|assessed_hs_code=610990|assessed_origin=VN")).unwrap();
    let assessed = read.inspection.unwrap().assessed.unwrap();
    assert_eq!(assessed.value_minor, Some(15_050));
    assert_eq!(assessed.code.map(|code| code.as_str().to_owned()).as_deref(), Some("610990"));
    assert_eq!(assessed.origin.map(|origin| origin.as_str().to_owned()).as_deref(), Some("VN"));
    assert_eq!((assessed.taxes_minor, read.item.customs_value_minor), (None, Some(10_000)));
    // Nothing assessed is nothing missing, and an item that was not inspected has nothing assessed.
    let read = row(&format!("{declared}|assessed_value=")).unwrap();
    assert_eq!((notes(&read), read.inspection.unwrap().assessed), (String::new(), None));
    assert_eq!(row("inspected=0|assessed_value=5").unwrap().inspection, None);
    let read = row("inspected=1|assessed_value=much").unwrap();
    assert_eq!(notes(&read), "unreadable assessed_value much");
}

#[test]
fn a_mandatory_control_is_kept_whatever_it_lacks() {
    #[rustfmt::skip]
    let table = [
        // texts                                                                    control                          notes
        ("",                                                                        None,                            ""),
        ("mandatory_basis=|mandatory_kind=|mandatory_agency=",                      None,                            ""),
        ("mandatory_basis=|mandatory_kind=none|mandatory_agency=0",                 None,                            ""),
        ("mandatory_basis=Act 7|mandatory_kind=document|mandatory_agency=food",     Some("Act 7/document/food"),     ""),
        ("mandatory_basis=Act 7",                                                   Some("Act 7/physical/customs"),  ""),
        ("mandatory_kind=document",                                                 Some("/document/customs"),       "missing mandatory_basis "),
        ("mandatory_basis=|mandatory_kind=scan|mandatory_agency=food",              Some("/scan/food"),              "missing mandatory_basis "),
        ("mandatory_basis=|mandatory_kind=|mandatory_agency=food",                  Some("/physical/food"),          "missing mandatory_basis ; missing mandatory_kind "),
        ("mandatory_basis=Act 7|mandatory_kind=scan|mandatory_agency=",             Some("Act 7/scan/customs"),      "missing mandatory_agency "),
        ("mandatory_basis=Act 7|mandatory_kind=look",                               Some("Act 7/physical/customs"),  "unreadable mandatory_kind look"),
    ];
    for (texts, expected, expected_notes) in table {
        let normalised = row(texts).unwrap();
        let text = |control: &domain::MandatoryControl| {
            format!("{}/{}/{}", control.legal_basis, control.kind.name(), control.agency)
        };
        let control = normalised.header.mandatory.first().map(text);
        assert_eq!(control.as_deref(), expected, "{texts}");
        assert_eq!(notes(&normalised), expected_notes, "{texts}");
    }
}

#[test]
fn what_a_finding_says() {
    let texts = "finding=1|finding_control=Audit|finding_status=OVERTURNED|finding_status_date=2021-09-01|extra_revenue=-12.5\
                 |examiner=E7|selected_by=random|selection_probability=0.01|lane=red";
    let normalised = row(texts).unwrap();
    let inspection = normalised.inspection.unwrap();
    let finding = inspection.finding.unwrap();
    assert_eq!((normalised.lane, inspection.control), (Some(Lane::Red), Some(Control::Audit)));
    assert_eq!((inspection.selection_probability, inspection.examiner.as_deref()), (Some(0.01), Some("E7")));
    assert_eq!(
        (finding.status, finding.extra_revenue_minor),
        (FindingStatus::Overturned, Some(-1250)),
        "refunds happen"
    );
    assert_eq!(finding.status_on, Day::from_ymd(2021, 9, 1));
    for (texts, note) in [
        ("finding=1|selection_probability=0", "unreadable selection_probability 0"),
        ("finding=1|selection_probability=1.2", "unreadable selection_probability 1.2"),
        ("lane=mauve", "unreadable lane mauve"),
    ] {
        assert_eq!(notes(&row(texts).unwrap()), note);
    }
}

#[test]
fn item_numbers_and_whether_the_row_gave_one() {
    for (texts, number, numbered, note) in [
        ("", 1, false, ""),
        ("item_number=", 1, false, ""),
        ("item_number=7", 7, true, ""),
        ("item_number= 07 ", 7, true, ""),
        ("item_number=7.0", 7, true, ""),
        ("item_number=-7", 1, false, "unreadable item_number -7"),
    ] {
        let normalised = row(texts).unwrap();
        assert_eq!((normalised.item.number, normalised.numbered), (number, numbered), "{texts}");
        assert_eq!(notes(&normalised), note, "{texts}");
    }
}

#[test]
fn headers() {
    let normalised =
        row("container=AAAU1, BBBU2;CCCU3|aeo=aeoc|mandatory_basis=Art. 5|mandatory_kind=scan|version=2").unwrap();
    let header = &normalised.header;
    assert_eq!((header.version, header.containers.len()), (2, 3));
    assert_eq!(header.aeo.as_ref().map(|aeo| &*aeo.kind), Some("AEOC"));
    assert_eq!((header.mandatory[0].kind, &*header.mandatory[0].agency), (ControlKind::Scan, "customs"));
    for (text, kind) in [("0", None), ("no", None), ("yes", Some("AEO")), ("", None)] {
        let header = row(&format!("aeo={text}")).unwrap().header;
        assert_eq!(header.aeo.as_ref().map(|aeo| &*aeo.kind), kind, "{text}");
    }
}

#[test]
fn amounts_that_are_no_amounts() {
    #[rustfmt::skip]
    let table = [
        ("customs_value=1e300", None,    "unreadable customs_value 1e300"),
        ("customs_value=NaN",   None,    "unreadable customs_value NaN"),
        ("customs_value=-0",    Some(0), "zero customs_value -0"),
        ("customs_value=-0.01", None,    "negative customs_value -0.01"),
        ("customs_value=",      None,    "missing customs_value "),
    ];
    for (texts, value, note) in table {
        let normalised = row(texts).unwrap();
        assert_eq!(normalised.item.customs_value_minor, value, "{texts}");
        assert_eq!(notes(&normalised), note, "{texts}");
    }
    assert_eq!(notes(&row("taxes=0|rate=0").unwrap()), "", "no tax is no oddity");
}

#[test]
fn a_refused_row_names_the_role() {
    for (texts, role, value) in
        [("declaration_id= ", Role::DeclarationId, ""), ("date=31.12.2020", Role::Date, "31.12.2020")]
    {
        let rejection = row(texts).unwrap_err();
        assert_eq!((rejection.role, &*rejection.value), (role, value));
    }
}

#[test]
fn no_outcome_reaches_what_was_declared() {
    let declared = "importer=I1|hs_code=610910|customs_value=10|net_mass=3";
    let outcome = "lane=red|inspected=1|finding=1|finding_date=2021-04-01|extra_revenue=99|finding_kind=value";
    let (without, with) = (row(declared).unwrap(), row(&format!("{declared}|{outcome}")).unwrap());
    assert_eq!((without.header, without.item), (with.header, with.item));
}
