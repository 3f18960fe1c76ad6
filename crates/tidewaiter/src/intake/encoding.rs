//! Character encodings: which one a file is written in, and reading it as UTF-8.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};
use std::borrow::Cow;
use std::io::Read;

/// The encoding that the first bytes of a file speak for: a byte order mark, the zero bytes of UTF-16, valid UTF-8, and
/// else windows-1251 where the foreign letters stand in runs as Cyrillic words do, windows-1252 where they stand alone
/// as accented letters do.
pub(crate) fn sniff(sample: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    if let Some(encoding) = utf_16(sample) {
        return encoding;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => UTF_8,
        // A sample may end within a character.
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => one_byte(sample),
    }
}

/// A whole file as text.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    sniff(&bytes[..bytes.len().min(1 << 16)]).decode(bytes).0
}

/// In Latin text written as UTF-16 most characters have a zero byte, always on the same side.
fn utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    match pairs {
        0 => None,
        _ if low * 10 > pairs * 6 && high * 10 < pairs => Some(UTF_16LE),
        _ if high * 10 > pairs * 6 && low * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

fn one_byte(sample: &[u8]) -> &'static Encoding {
    let foreign = sample.iter().filter(|byte| **byte >= 0x80).count();
    let runs = sample.chunk_by(|a, b| (*a >= 0x80) == (*b >= 0x80)).filter(|run| run[0] >= 0x80).count();
    if foreign >= 3 * runs { WINDOWS_1251 } else { WINDOWS_1252 }
}

/// `bytes` in `encoding`, as UTF-8 without a byte order mark. UTF-8 passes as it is: stray bytes in it are settled field
/// by field by [`text`].
pub(crate) fn utf_8(bytes: Box<dyn Read + Send>, encoding: &'static Encoding) -> Box<dyn Read + Send> {
    if encoding == UTF_8 {
        return bytes;
    }
    let decoder = encoding.new_decoder_with_bom_removal();
    Box::new(Transcoder { inner: bytes, decoder, input: Vec::new(), used: 0, output: Vec::new(), sent: 0, done: false })
}

/// A field as text. Bytes that are no UTF-8 are read as windows-1252, so that one line written by another program does
/// not lose its letters; the flag says so.
pub(crate) fn text(field: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(field) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(field).0, true),
    }
}

struct Transcoder {
    inner: Box<dyn Read + Send>,
    decoder: Decoder,
    input: Vec<u8>,
    used: usize,
    output: Vec<u8>,
    sent: usize,
    done: bool,
}

impl Transcoder {
    const CHUNK_BYTES: usize = 1 << 16;

    fn fill(&mut self) -> std::io::Result<()> {
        let mut end_of_input = false;
        if self.used == self.input.len() {
            self.input.resize(Self::CHUNK_BYTES, 0);
            let count = self.inner.read(&mut self.input)?;
            self.input.truncate(count);
            self.used = 0;
            end_of_input = count == 0;
        }
        self.output.resize(Self::CHUNK_BYTES, 0);
        let (result, read, written, _) =
            self.decoder.decode_to_utf8(&self.input[self.used..], &mut self.output, end_of_input);
        self.used += read;
        self.output.truncate(written);
        self.sent = 0;
        self.done = end_of_input && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl Read for Transcoder {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.sent == self.output.len() && !self.done {
            self.fill()?;
        }
        let count = buffer.len().min(self.output.len() - self.sent);
        buffer[..count].copy_from_slice(&self.output[self.sent..self.sent + count]);
        self.sent += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_their_bytes() {
        let utf_16: Vec<u8> = "id;date\n1;2".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf_16_be: Vec<u8> = "id;date\n1;2".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (&b"id,date\n"[..], UTF_8),
            ("libellé,æ".as_bytes(), UTF_8),
            (&"libell\u{e9}".as_bytes()[..7], UTF_8),
            (b"\xef\xbb\xbfid", UTF_8),
            (b"\xff\xfei\0d\0", UTF_16LE),
            (&utf_16, UTF_16LE),
            (&utf_16_be, UTF_16BE),
            (b"libell\xe9,caf\xe9 cr\xe8me", WINDOWS_1252),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0", WINDOWS_1251),
            (b"", UTF_8),
        ] {
            assert_eq!(sniff(bytes).name(), expected.name(), "{bytes:?}");
        }
    }

    #[test]
    fn long_texts_are_transcoded_whole() {
        let original = "Größe;数量;é\n".repeat(20_000);
        let bytes: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(original.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let mut read = String::new();
        utf_8(Box::new(std::io::Cursor::new(bytes)), UTF_16LE).read_to_string(&mut read).unwrap();
        assert_eq!(read, original);
    }

    #[test]
    fn stray_bytes_keep_their_letters() {
        assert_eq!(text(b"caf\xe9"), (Cow::Borrowed("café"), true));
        assert_eq!(text("café".as_bytes()), (Cow::Borrowed("café"), false));
    }
}
