//! Quotation marks that are opened and not closed where they should be.
//!
//! Such a mark swallows the rows after it up to the next mark, and what comes out may well have as many fields as the
//! header. Only a record that runs over several lines, or up to the end of the file, can be one.

use super::csv::Dialect;

/// Whether a record of `width` fields, word for word as it stands in the file, has a mark that is closed in the wrong place
/// or, `at_end` of the file, not at all. Legitimate line breaks in texts are none.
pub(crate) fn is_broken(raw: &[u8], dialect: Dialect, width: usize, at_end: bool) -> bool {
    let mut rest = raw;
    while let Some(field) = Field::next(rest, dialect) {
        let lines = field.text.contains(&b'\n') || field.text.contains(&b'\r');
        let closed_wrongly = field.tail_is_text || field.text.trim_ascii_end().ends_with(&[dialect.delimiter]);
        if (lines && closed_wrongly) || (field.is_open && (lines || at_end)) {
            return true;
        }
        rest = field.rest;
    }
    holds_rows(raw, dialect.delimiter, width)
}

/// One field of a record, as it stands there.
struct Field<'a> {
    /// What stands between the marks, doubled ones as they are; empty where the field has no marks.
    text: &'a [u8],
    /// Whether the opening mark has no closing one.
    is_open: bool,
    /// Whether something other than the end of the field follows the closing mark.
    tail_is_text: bool,
    rest: &'a [u8],
}

impl<'a> Field<'a> {
    /// The field at the beginning of `rest`; `None` at the end of the record.
    fn next(rest: &'a [u8], Dialect { delimiter, quote }: Dialect) -> Option<Self> {
        let (&first, inner) = rest.split_first()?;
        let after = |rest: &'a [u8]| {
            let end = rest.iter().position(|byte| *byte == delimiter);
            end.map_or(&rest[rest.len()..], |end| &rest[end + 1..])
        };
        if first != quote {
            return Some(Self { text: &[], is_open: false, tail_is_text: false, rest: after(rest) });
        }
        let mut end = 0;
        while let Some(mark) = inner[end..].iter().position(|byte| *byte == quote) {
            end += mark;
            if inner.get(end + 1) == Some(&quote) {
                end += 2;
                continue;
            }
            let tail = &inner[end + 1..];
            let tail_is_text = tail.first().is_some_and(|byte| ![delimiter, b'\n', b'\r', b' '].contains(byte));
            return Some(Self { text: &inner[..end], is_open: false, tail_is_text, rest: after(tail) });
        }
        Some(Self { text: inner, is_open: true, tail_is_text: false, rest: &[] })
    }
}

/// Whether lines of the record look like rows of their own: one that lies wholly inside, or the first and the last.
fn holds_rows(raw: &[u8], delimiter: u8, width: usize) -> bool {
    // Prose has a space after its commas, rows have none; and one delimiter alone says nothing.
    let is_row = |line: &[u8]| {
        width > 2
            && line.iter().filter(|byte| **byte == delimiter).count() + 1 == width
            && !line.windows(2).any(|pair| pair == [delimiter, b' '])
    };
    let lines: Vec<&[u8]> = raw.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()).collect();
    let [first, inside @ .., last] = &lines[..] else { return false };
    inside.iter().any(|line| is_row(line)) || (is_row(first) && is_row(last))
}

/// The length of the first line, with its line end.
pub(crate) fn first_line(raw: &[u8]) -> usize {
    let Some(end) = raw.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else { return raw.len() };
    end + if raw[end..].starts_with(b"\r\n") { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_marks_are_told_from_texts_of_several_lines() {
        let dialect = Dialect { delimiter: b',', quote: b'"' };
        #[rustfmt::skip]
        let table = [
            // record                                          at end  broken
            ("Q1,\"two\nlines\",5\n",                          false, false),
            ("Q1,\"two\r\nlines, with a comma\",5\r\n",        false, false),
            ("Q1,\"a \"\"big\"\"\nbox\",5\n",                  false, false),
            ("Q1,\"red, blue, green\nwhite, black, grey\",5\n", false, false),
            ("Q1,5,\"two\nlines\"",                            true,  false),
            ("Q1,\"two\nlines\" ,5\n",                         false, false),
            ("Q1,Name,5",                                      true,  false),
            ("Q1,\"Name1,5\nQ2,\"Name2\",6\n",                 false, true),
            ("Q1,\"Name1,5\nQ2,Name2,6\nQ3,\"Name3\",7\n",     false, true),
            ("Q1,\"Name1,5\nQ2,Name2,6\nQ3,3\",7\n",           false, true),
            ("Q1,\"Name1,5\nQ2,size 3\",7\n",                  false, true),
            ("Q1,\"Name1,5\nQ2,\",7\n",                        false, true),
            ("Q1,\"Name1,5\nQ2,Name2,6\n",                     true,  true),
            ("Q1,\"Name1,5",                                   true,  true),
        ];
        for (record, at_end, broken) in table {
            assert_eq!(is_broken(record.as_bytes(), dialect, 3, at_end), broken, "{record}");
        }
    }

    #[test]
    fn a_line_ends_with_its_line_end() {
        for (raw, length) in [("a\nb", 2), ("a\r\nb", 3), ("a\rb", 2), ("ab", 2), ("", 0)] {
            assert_eq!(first_line(raw.as_bytes()), length, "{raw:?}");
        }
    }
}
