//! An input as templates print it: with the ids that tie label, control, help
//! and complaint together.

use crate::input::{Control, Input};
use crate::language::Language;
use crate::texts::Texts;

/// What `control.html` prints.
pub(crate) struct LabelledInput<'a> {
    pub(crate) id: String,
    pub(crate) input: &'a Input,
    pub(crate) error: Option<&'a str>,
    /// Ids of help and complaint, for `aria-describedby`.
    described_by: Vec<String>,
    pub(crate) t: &'static Texts,
}

impl<'a> LabelledInput<'a> {
    /// The inputs with ids that start with `prefix`.
    pub(crate) fn all(inputs: &'a [Input], prefix: &str, language: Language) -> Vec<Self> {
        let numbered = inputs.iter().enumerate();
        numbered
            .map(|(n, input)| {
                let id = format!("{prefix}{n}");
                let error = input.error.as_ref();
                let error = error.map(|e| e.in_words(language));
                let parts = [(!input.help.is_empty(), "help"), (error.is_some(), "error")];
                let there = parts.into_iter().filter(|(there, _)| *there);
                LabelledInput {
                    described_by: there.map(|(_, part)| format!("{id}-{part}")).collect(),
                    id,
                    input,
                    error,
                    t: language.texts(),
                }
            })
            .collect()
    }

    /// `aria-describedby`'s value; empty if there is nothing.
    pub(crate) fn described_by(&self) -> String {
        self.described_by.join(" ")
    }

    /// The attribute `type` of controls that are one line to type in.
    pub(crate) fn kind(&self) -> &'static str {
        match self.input.control {
            Control::Email(_) => "email",
            Control::Tel(_) => "tel",
            Control::Date(_) => "date",
            _ => "text",
        }
    }
}
