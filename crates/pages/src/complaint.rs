//! What is wrong with a value that a person typed, and how to put it right.

use crate::language::Language;
use roster_model::Code;

/// What is shown beside a control whose value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// It was left empty.
    Required,
    /// It is no e-mail address.
    Email,
    /// It is no phone number.
    Phone,
    /// It is no date.
    Date,
    /// It is no number, or a fraction where a whole number is needed.
    Number,
    /// It is none of the options.
    Option,
    /// It has too many characters.
    TooLong,
    /// Somebody else has it.
    Taken,
    /// Consent was not given.
    Consent,
    /// It can't be kept, for a reason that has no words of its own.
    Other,
    /// Words of the caller's, already in the page's language.
    Words(String),
}

impl Complaint {
    /// The complaint for a code of [`roster_model::Invalid`]; a code without
    /// one of its own is [`Complaint::Other`].
    pub fn from_code(code: Code) -> Self {
        match code {
            Code::Required | Code::Empty => Complaint::Required,
            Code::InvalidEmail => Complaint::Email,
            Code::InvalidPhone => Complaint::Phone,
            Code::InvalidDate => Complaint::Date,
            Code::WrongType | Code::OutOfRange | Code::InvalidNumber => Complaint::Number,
            Code::NotAnOption => Complaint::Option,
            Code::TooLong | Code::TooMany => Complaint::TooLong,
            Code::Duplicate => Complaint::Taken,
            _ => Complaint::Other,
        }
    }

    /// One sentence to stand beside the control, not escaped.
    pub fn in_words(&self, language: Language) -> &str {
        let t = language.texts();
        match self {
            Complaint::Required => t.error_required,
            Complaint::Email => t.error_email,
            Complaint::Phone => t.error_phone,
            Complaint::Date => t.error_date,
            Complaint::Number => t.error_number,
            Complaint::Option => t.error_option,
            Complaint::TooLong => t.error_too_long,
            Complaint::Taken => t.error_taken,
            Complaint::Consent => t.error_consent,
            Complaint::Other => t.error_other,
            Complaint::Words(words) => words,
        }
    }
}
