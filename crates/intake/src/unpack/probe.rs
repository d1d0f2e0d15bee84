//! Whether an uploaded file can be read in place, as it lies in the store.

use super::utf8::Utf8Check;
use crate::report;
use crate::settings::FileSettings;
use serde::{Deserialize, Serialize};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text in some encoding.
    Text,
    /// Compressed with gzip.
    Gzip,
    /// A zip archive, or a workbook of the XLSX or ODS kind, which are zip
    /// archives too: unpacking tells.
    Zip,
    /// A tar archive.
    Tar,
    /// An old Office document; XLS can be read, others can't.
    Xls,
}

/// What was found out about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// What it is.
    pub kind: Kind,
    /// It is UTF-8 text as it lies there, and the text starts at this byte
    /// (behind a byte order mark); it needn't be unpacked.
    pub plain: Option<u64>,
    /// It begins as a report of an import does; then what is said of the encoding is
    /// about another file.
    #[serde(default)]
    pub report: bool,
}

impl Probe {
    /// Where the text starts if the file can be read in place; `None` if it has to
    /// go through an `Unpacker`: because it isn't UTF-8, or the settings say so.
    pub fn in_place(&self, settings: &FileSettings) -> Option<u64> {
        let label = settings.encoding.as_deref().unwrap_or("utf-8").trim();
        let utf8 = ["utf-8", "utf8"]
            .iter()
            .any(|l| label.eq_ignore_ascii_case(l));
        self.plain.filter(|_| utf8 || self.report)
    }
}

/// Looks at a file while it is uploaded, all of it: nothing has to be read twice.
/// Keeps 512 bytes.
#[derive(Clone, Debug, Default)]
pub struct Prober {
    head: Vec<u8>,
    check: Utf8Check,
}

/// How much of the beginning tells what a file is: a tar archive shows at byte 257.
pub(crate) const HEAD_BYTES: usize = 512;

impl Prober {
    /// Takes the next piece, of any size.
    pub fn push(&mut self, piece: &[u8]) {
        let missing = HEAD_BYTES.saturating_sub(self.head.len());
        let taken = piece.get(..missing).unwrap_or(piece);
        self.head.extend_from_slice(taken);
        self.check.push(piece);
    }

    /// What the file is, at its end.
    pub fn finish(mut self) -> Probe {
        self.check.finish();
        self.found()
    }

    fn found(&self) -> Probe {
        let kind = sniff(&self.head);
        let mark = if self.head.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let ours = kind == Kind::Text && foreign(&self.head).is_none();
        let plain = ours && self.check.nuls == 0 && self.check.plausible();
        Probe {
            kind,
            plain: plain.then_some(mark),
            report: report::recognise(&self.head).is_some(),
        }
    }
}

/// The same from how a file begins, for a quick first look. A text whose sample
/// is ASCII can still turn out to be in another encoding: only a [`Prober`] that
/// has seen all of it knows.
pub fn probe(sample: &[u8]) -> Probe {
    let mut prober = Prober::default();
    prober.push(sample);
    prober.found()
}

/// What a file is by how it begins.
pub(crate) fn sniff(head: &[u8]) -> Kind {
    match head {
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => Kind::Zip,
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Kind::Xls,
        _ if head.get(257..262) == Some(b"ustar") => Kind::Tar,
        _ => Kind::Text,
    }
}

/// What a file is that looks like text or like nothing, and can't be read.
pub(crate) fn foreign(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 9] = [
        (b"%PDF-", "a PDF document"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"\xfd7zXZ\x00", "an xz file"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"{\\rtf", "an RTF document"),
        (b"SQLite format 3\x00", "a SQLite database"),
    ];
    if let Some((_, what)) = known.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Some(what);
    }
    if head.starts_with(b"BZh") && head.get(4..7) == Some(b"1AY") {
        return Some("a bzip2 file");
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = text.trim_ascii_start();
    let begins = |word: &[u8]| {
        let start = text.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    // Files that are called .xls and aren't.
    let html: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<table", b"<head"];
    if html.into_iter().any(begins) {
        return Some("an HTML page");
    }
    begins(b"<?xml").then_some("an XML document")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_read_in_place_and_nothing_else() {
        for (file, plain) in [
            (&b""[..], Some(0)),
            (b"a,b\n", Some(0)),
            ("\u{feff}a,b\n".as_bytes(), Some(3)),
            ("имя\n".as_bytes(), Some(0)),
            (b"Andr\xe9\n", None),
            (b"a\0,\0", None),
            (b"\xff\xfea\0", None),
            (b"\x1f\x8b\x08", None),
        ] {
            assert_eq!(probe(file).plain, plain, "{file:?}");
        }
    }

    #[test]
    fn a_wrong_byte_in_much_utf_8_leaves_it_utf_8() {
        let mut prober = Prober::default();
        for _ in 0..20 {
            prober.push("é,".as_bytes());
        }
        prober.push(b"\xff\n");
        assert_eq!(prober.finish().plain, Some(0));
    }

    #[test]
    fn what_the_settings_say_about_the_encoding_counts() {
        let probe = probe(b"a,b");
        let said = |label: &str| FileSettings {
            encoding: Some(label.to_owned()),
            ..FileSettings::default()
        };
        assert_eq!(probe.in_place(&FileSettings::default()), Some(0));
        assert_eq!(probe.in_place(&said("UTF-8")), Some(0));
        assert_eq!(probe.in_place(&said("windows-1251")), None);
    }
}
