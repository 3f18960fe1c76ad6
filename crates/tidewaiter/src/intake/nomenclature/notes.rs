//! Notes to sections, chapters and headings.

use super::table::{Table, field};
use super::{NomenclatureError, ReadFile};
use crate::intake::encoding::decoded;
use hsearch::{Language, Note, Prefix, Scope, Section};
use std::fs;
use std::path::Path;

/// Reads notes: a table with `code` or `section`, `text` and `lang`; or a plain text (`.txt`, `.md`) whose name says what it belongs to
/// and may say the language: `chapter_61.txt`, `6109_fr.txt`, `section_XI.txt`.
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines, or no such name.
pub fn notes(path: &Path) -> Result<ReadFile<Vec<Note>>, NomenclatureError> {
    let is_plain = path.extension().is_some_and(|ending| ending == "txt" || ending == "md");
    if is_plain { plain(path) } else { listed(path) }
}

fn listed(path: &Path) -> Result<ReadFile<Vec<Note>>, NomenclatureError> {
    let table = Table::read(path)?;
    let (code, section) =
        (table.column(&["code", "hs6", "heading", "chapter", "code|section"]), table.column(&["section"]));
    let text = table.column(&["text", "note", "notes"]);
    let (Some(text), true) = (text, code.is_some() || section.is_some()) else { return Err(table.unknown("notes")) };
    let language = table.column(&["lang", "language"]);
    let (mut content, mut skipped) = (Vec::new(), 0);
    for line in &table.lines {
        let scope = scope(field(line, code)).or_else(|| Some(Scope::Section(Section::parse(field(line, section))?)));
        let text = field(line, Some(text));
        let (Some(scope), false) = (scope, text.is_empty()) else {
            skipped += 1;
            continue;
        };
        let language = Language::parse(field(line, language)).or(table.language()).unwrap_or(Language::En);
        content.push(Note { scope, text: text.to_owned(), language, source: table.name() });
    }
    if content.is_empty() { Err(table.empty()) } else { Ok(ReadFile { content, skipped }) }
}

fn plain(path: &Path) -> Result<ReadFile<Vec<Note>>, NomenclatureError> {
    let bytes = fs::read(path).map_err(|source| NomenclatureError::File { path: path.to_owned(), source })?;
    let text = decoded(&bytes).trim().to_owned();
    let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let words: Vec<&str> = name.split(['_', '-', '.', ' ']).collect();
    let is_section = words.iter().any(|word| word.eq_ignore_ascii_case("section"));
    let found = words.iter().find_map(|word| {
        if is_section { Section::parse(word).map(Scope::Section) } else { Prefix::parse(word).map(Scope::Code) }
    });
    let (Some(scope), false) = (found, text.is_empty()) else {
        return Err(NomenclatureError::NoteName { path: path.to_owned() });
    };
    let language = words.last().and_then(|word| Language::parse(word)).unwrap_or(Language::En);
    Ok(ReadFile { content: vec![Note { scope, text, language, source: name }], skipped: 0 })
}

/// What a field says a note belongs to: a code, or a section as `XI`.
fn scope(field: &str) -> Option<Scope> {
    let is_number = field.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' '));
    if is_number { Prefix::parse(field).map(Scope::Code) } else { Section::parse(field).map(Scope::Section) }
}
