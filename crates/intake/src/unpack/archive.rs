//! What archives have in common.

use super::error::UnpackError;
use super::limits::{Limits, Meter};
use super::tar::TarReader;
use super::zip::ZipReader;
use crate::buffer::Buffer;
use roster_model::Code;

/// A step through an archive.
pub(crate) enum Step {
    /// More has to be pushed.
    More,
    /// A file begins.
    Entry(String),
    /// Something that isn't a file, or can't be read, and why.
    Skipped(String, &'static str),
    /// A piece of the file, in the reader's `data`.
    Data,
    /// The file is over.
    EntryEnd,
    /// The archive is over.
    End,
}

/// A zip or tar archive.
pub(crate) enum Archive {
    Zip(ZipReader),
    Tar(TarReader),
}

impl Archive {
    pub(crate) fn step(
        &mut self,
        buffer: &mut Buffer,
        meter: &mut Meter,
        limits: &Limits,
    ) -> Result<Step, UnpackError> {
        match self {
            Archive::Zip(zip) => zip.step(buffer, meter, limits, Code::ArchiveBomb),
            Archive::Tar(tar) => tar.step(buffer),
        }
    }

    /// What the last [`Step::Data`] was about.
    pub(crate) fn data(&self) -> &[u8] {
        match self {
            Archive::Zip(zip) => zip.data(),
            Archive::Tar(tar) => tar.data(),
        }
    }
}

/// Why a file of an archive isn't looked at, by its name.
pub(crate) fn unwanted(name: &str) -> Option<&'static str> {
    let parts = || name.split(['/', '\\']).filter(|part| !part.is_empty());
    let last = parts().next_back().unwrap_or_default();
    if parts().any(|part| part == "__MACOSX") {
        return Some("it holds what macOS keeps beside files");
    }
    if parts().any(|part| part.starts_with('.') && part != "." && part != "..") {
        return Some("it is hidden");
    }
    let system = ["thumbs.db", "desktop.ini"];
    if system.iter().any(|name| last.eq_ignore_ascii_case(name)) {
        return Some("it belongs to Windows");
    }
    None
}
