//! From a text to terms: folding, tokens, stems and n-grams of characters.

use crate::Language;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most characters of a description that are read. The longest descriptions of trade have some hundreds.
pub const MOST_CHARS: usize = 4_000;

/// Characters of an n-gram; a word is read with a mark before it and after it.
const GRAM: usize = 4;

/// A text in the form in which words are compared: compatibility forms resolved, accents and vowel signs removed, lower case,
/// Arabic letters that are written in several ways in one.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A single sign may stand for eighteen letters, so the folded text is cut too.
    let folded = text.chars().take(MOST_CHARS).nfkd().filter(|c| !is_combining_mark(*c));
    for c in folded.take(MOST_CHARS) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'ø' | 'Ø' => out.push('o'),
            'ı' => out.push('i'),
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ة' => out.push('ه'),
            'ى' => out.push('ي'),
            '\u{0640}' => {}
            '٠'..='٩' => out.push(char::from(b'0' + (c as u32 - '٠' as u32) as u8)),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The words of a folded text: runs of letters or of digits. `4x100ml` has four.
pub fn words(folded: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut kind = Kind::Other;
    for (at, c) in folded.char_indices() {
        let now = Kind::of(c);
        if now != kind {
            words.extend(start.take().map(|start| &folded[start..at]));
            start = (now != Kind::Other).then_some(at);
            kind = now;
        }
    }
    words.extend(start.map(|start| &folded[start..]));
    words
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Letter,
    Digit,
    Other,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            c if c.is_numeric() => Self::Digit,
            c if c.is_alphabetic() => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// Whether a word says what goods are: numbers and single letters don't.
pub fn tells(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 || (letters == 1 && !word.is_ascii())
}

/// What a word is looked up by: a number made of its stem.
pub fn term(word: &str, stemmer: &rust_stemmers::Stemmer) -> u32 {
    hash(0, stemmer.stem(word).as_bytes())
}

/// What the words of a text are looked up by, in their order: those that tell, and after a single letter the letter with its
/// word, so that `t-shirt`, `t shirt` and `tshirt` have a term in common.
pub fn terms(words: &[&str], stemmer: &rust_stemmers::Stemmer) -> Vec<u32> {
    let mut out = Vec::with_capacity(words.len());
    for (place, word) in words.iter().enumerate() {
        if tells(word) {
            out.push(term(word, stemmer));
        }
        if let [letter, next, ..] = words[place..]
            && is_letter(letter)
            && tells(next)
        {
            out.push(term(&[letter, next].concat(), stemmer));
        }
    }
    out
}

fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The stemmer of a language; that of English where it is not known.
pub fn stemmer(language: Language) -> rust_stemmers::Stemmer {
    use rust_stemmers::Algorithm;
    rust_stemmers::Stemmer::create(match language {
        Language::En => Algorithm::English,
        Language::Fr => Algorithm::French,
        Language::De => Algorithm::German,
        Language::Nl => Algorithm::Dutch,
        Language::Es => Algorithm::Spanish,
        Language::Pt => Algorithm::Portuguese,
        Language::It => Algorithm::Italian,
        Language::Ar => Algorithm::Arabic,
        Language::Ru => Algorithm::Russian,
    })
}

/// What two terms that stand together are looked up by.
pub(crate) fn pair(first: u32, second: u32) -> u32 {
    hash(2, &[first.to_le_bytes(), second.to_le_bytes()].concat())
}

/// The pieces of a word of so many characters, with marks where it begins and ends.
pub(crate) fn pieces(word: &str, length: usize, out: &mut Vec<u32>) {
    let marked: Vec<char> = std::iter::once('^').chain(word.chars()).chain(std::iter::once('$')).collect();
    let piece = |window: &[char]| hash(3, window.iter().collect::<String>().as_bytes());
    out.extend(marked.windows(length).map(piece));
}

/// The n-grams of a word, as numbers, none for a word shorter than three characters.
pub fn grams(word: &str, out: &mut Vec<u32>) {
    let marked: Vec<char> = std::iter::once('^').chain(word.chars()).chain(std::iter::once('$')).collect();
    if marked.len() < GRAM + 1 {
        return;
    }
    let mut buffer = [0; 4 * GRAM];
    for window in marked.windows(GRAM) {
        let mut len = 0;
        for c in window {
            len += c.encode_utf8(&mut buffer[len..]).len();
        }
        out.push(hash(1, &buffer[..len]));
    }
}

/// FNV-1a of 64 bits folded to 32; the kind keeps words and n-grams apart. Among 100,000 words about one pair shares a number.
fn hash(kind: u8, bytes: &[u8]) -> u32 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = std::iter::once(&kind).chain(bytes).fold(0xcbf2_9ce4_8422_2325, step);
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_makes_ways_of_writing_one() {
        let pairs = [
            ("Éléphant ÇA", "elephant ca"),
            ("Straße", "strasse"),
            ("ＡＢＣ ﬁne", "abc fine"),
            ("أحذية جلديّة", "احذيه جلديه"),
            ("чёрный чай", "черныи чаи"),
            ("٤٥ كغ", "45 كغ"),
        ];
        for (text, folded) in pairs {
            assert_eq!(fold(text), folded);
        }
        assert_eq!(fold(&"a".repeat(1 << 20)).len(), MOST_CHARS);
        assert_eq!(fold(&"\u{fdfa}".repeat(MOST_CHARS)).chars().count(), MOST_CHARS);
    }

    #[test]
    fn words_are_runs_of_letters_or_digits() {
        assert_eq!(words("4x100ml t-shirt, cotton\u{0}"), ["4", "x", "100", "ml", "t", "shirt", "cotton"]);
        assert!(words("  --- ").is_empty());
        assert!(tells("ml") && !tells("100") && !tells("x") && tells("茶"));
    }

    #[test]
    fn grams_mark_where_words_begin_and_end() {
        let count = |word: &str| {
            let mut out = Vec::new();
            grams(word, &mut out);
            out.len()
        };
        assert_eq!((count("ab"), count("tea"), count("shoes")), (0, 2, 4));
    }
}
