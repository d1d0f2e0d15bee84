//! One file: what it is shows by its first bytes.

use super::error::UnpackError;
use super::event::{Begin, Output};
use super::limits::{Limits, Meter};
use super::probe::{HEAD_BYTES, Kind, foreign, sniff};
use super::text::Text;
use super::workbook::{Collector, Workbook};
use encoding_rs::Encoding;

/// What a file needs to be taken in.
pub(crate) struct Context<'a> {
    pub(crate) out: &'a mut Output,
    pub(crate) meter: &'a mut Meter,
    pub(crate) limits: &'a Limits,
    /// The encoding that the person said.
    pub(crate) encoding: Option<&'static Encoding>,
}

/// A file on its way.
pub(crate) struct File {
    name: String,
    /// It stands in an archive, where files that can't be read are left out.
    in_archive: bool,
    sink: Sink,
}

enum Sink {
    /// It isn't clear yet: what came so far.
    Head(Vec<u8>),
    Text(Box<Text>),
    Workbook(Box<Collector>),
    Skipped,
}

impl File {
    pub(crate) fn new(name: String, in_archive: bool) -> Self {
        File {
            name,
            in_archive,
            sink: Sink::Head(Vec::new()),
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> Result<(), UnpackError> {
        let result = self.take(bytes, cx);
        result.map_err(|error| self.named(error))
    }

    /// Says that the file is over; a workbook can be read only now.
    pub(crate) fn finish(&mut self, cx: &mut Context<'_>) -> Result<Option<Workbook>, UnpackError> {
        let result = self.end(cx);
        result.map_err(|error| self.named(error))
    }

    fn take(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> Result<(), UnpackError> {
        match &mut self.sink {
            Sink::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() < HEAD_BYTES {
                    return Ok(());
                }
                let head = std::mem::take(head);
                self.open(&head, cx)
            }
            Sink::Text(text) => text.push(bytes, cx.out),
            Sink::Workbook(collector) => collector.push(bytes, cx.meter, cx.limits),
            Sink::Skipped => Ok(()),
        }
    }

    fn end(&mut self, cx: &mut Context<'_>) -> Result<Option<Workbook>, UnpackError> {
        if let Sink::Head(head) = &mut self.sink {
            let head = std::mem::take(head);
            self.open(&head, cx)?;
        }
        match std::mem::replace(&mut self.sink, Sink::Skipped) {
            Sink::Text(mut text) => {
                let ended = text.finish(cx.out)?;
                cx.out
                    .end(Some(ended.encoding), ended.replaced, ended.doubt);
                Ok(None)
            }
            Sink::Workbook(collector) => {
                let name = std::mem::take(&mut self.name);
                let workbook = collector.finish(name.clone(), cx.meter, cx.limits);
                self.name = name;
                workbook.map(Some)
            }
            Sink::Head(_) | Sink::Skipped => Ok(None),
        }
    }

    /// Decides what the file is by its first bytes, and takes them.
    fn open(&mut self, head: &[u8], cx: &mut Context<'_>) -> Result<(), UnpackError> {
        let kind = sniff(head);
        self.sink = match kind {
            Kind::Zip if Collector::is_office(&self.name, head) => {
                Sink::Workbook(Box::new(Collector::office()))
            }
            Kind::Xls => Sink::Workbook(Box::new(Collector::xls())),
            Kind::Gzip | Kind::Zip | Kind::Tar => return Err(UnpackError::nested()),
            Kind::Text => match foreign(head) {
                Some(what) if self.in_archive => {
                    cx.out.skipped(&self.name, format!("it is {what}"));
                    Sink::Skipped
                }
                Some(what) => return Err(UnpackError::unsupported(what)),
                None => {
                    cx.out.begin(Begin {
                        name: self.name.clone(),
                        sheet: None,
                        sheets: Vec::new(),
                    });
                    Sink::Text(Box::new(Text::new(cx.encoding)))
                }
            },
        };
        self.take(head, cx)
    }

    fn named(&self, mut error: UnpackError) -> UnpackError {
        if self.in_archive && error.file.is_none() {
            error.file = Some(self.name.clone());
        }
        error
    }
}
