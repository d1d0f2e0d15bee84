//! The message that asks to confirm a subscription, and its reminder.

use crate::accent::Accent;
use crate::language::Language;
use crate::placeholders::{Html, fill, has, paragraphs};
use askama::Template;

/// A double opt-in message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptIn {
    /// Its language.
    pub language: Language,
    /// The button's colour.
    pub accent: Accent,
    /// The resource's name.
    pub resource: String,
    /// The contact to be confirmed.
    pub contact: String,
    /// The absolute URL of the confirm page.
    pub link: String,
    /// How many days the link works.
    pub days: u32,
    /// Whether an earlier message was left without an answer.
    pub reminder: bool,
    /// The resource's own wording in this language for this kind of message.
    pub wording: Wording,
}

/// A resource's own wording. Each text may have the placeholders of
/// [`crate::placeholders::OPT_IN`]; an empty one is replaced by the built-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The subject.
    pub subject: String,
    /// The body as plain text; blank lines part paragraphs. A `{link}` on a
    /// line of its own between blank lines becomes a button in HTML. A body
    /// without `{link}` gets it at the end: without it the message is useless.
    pub body: String,
    /// The button's label in HTML; has no placeholders.
    pub button: String,
}

/// A finished message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// One line of plain text.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as an HTML document that loads nothing.
    pub html: String,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Body<'a> {
    language: Language,
    subject: &'a str,
    body: Html,
}

impl OptIn {
    /// The message.
    pub fn render(&self) -> Mail {
        let t = self.language.texts();
        let (subject, body) = if self.reminder {
            (t.reminder_subject, t.reminder_body)
        } else {
            (t.opt_in_subject, t.opt_in_body)
        };
        let or = |own: &str, built_in: &str| {
            let chosen = if own.trim().is_empty() { built_in } else { own };
            chosen.trim().to_owned()
        };
        let subject = or(&self.wording.subject, subject);
        let button = or(&self.wording.button, t.opt_in_button);
        let mut body = or(&self.wording.body, body);
        if !has(&body, "link") {
            body.push_str("\n\n{link}");
        }
        let days = self.language.days(self.days);
        let values = [
            ("resource", self.resource.as_str()),
            ("link", self.link.as_str()),
            ("contact", self.contact.as_str()),
            ("days", days.as_str()),
        ];
        let subject = one_line(&fill(&subject, &values));
        let html = Body {
            language: self.language,
            subject: &subject,
            body: paragraphs(&body, &values, &button, &button_style(self.accent)),
        };
        Mail {
            text: fill(&body, &values) + "\n",
            html: html.render().unwrap_or_default(),
            subject,
        }
    }
}

fn button_style(accent: Accent) -> String {
    let text = accent.text();
    format!(
        "display:inline-block;padding:12px 24px;border-radius:8px;\
         background:{accent};color:{text};font-weight:600;text-decoration:none"
    )
}

/// A subject goes into a header: no line breaks, no other control characters.
fn one_line(text: &str) -> String {
    let plain = text.replace(char::is_control, " ");
    plain
        .split(' ')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(language: Language, wording: Wording) -> Mail {
        let message = OptIn {
            language,
            accent: Accent::default(),
            resource: "Tea & Times".to_owned(),
            contact: "ada@example.org".to_owned(),
            link: "https://example.org/s/c?t=1&u=2".to_owned(),
            days: 14,
            reminder: false,
            wording,
        };
        message.render()
    }

    #[test]
    fn the_built_in_message_says_what_who_and_how_long() {
        for (language, days) in [
            (Language::En, "14\u{a0}days"),
            (Language::Ru, "14\u{a0}дней"),
        ] {
            let mail = message(language, Wording::default());
            assert!(mail.subject.contains("Tea & Times"));
            for needed in [
                "Tea & Times",
                "ada@example.org",
                "\nhttps://example.org/s/c?t=1&u=2\n",
                days,
            ] {
                assert!(mail.text.contains(needed), "{needed} in {}", mail.text);
            }
            assert!(
                mail.html
                    .contains("href=\"https://example.org/s/c?t=1&#38;u=2\"")
            );
            assert!(mail.html.contains("Tea &#38; Times"));
            assert!(!mail.text.contains('{') && !mail.html.contains('{'));
        }
    }

    #[test]
    fn a_reminder_reads_differently() {
        for language in Language::ALL {
            let t = language.texts();
            assert_ne!(t.opt_in_subject, t.reminder_subject);
            assert_ne!(t.opt_in_body, t.reminder_body);
        }
    }

    #[test]
    fn a_resources_own_wording_is_used_and_always_has_the_link() {
        let mail = message(
            Language::En,
            Wording {
                subject: "Hi {contact}\r\nBcc: x@example.org".to_owned(),
                body: "Hello <you>!".to_owned(),
                button: "Go".to_owned(),
            },
        );
        assert_eq!(mail.subject, "Hi ada@example.org Bcc: x@example.org");
        assert_eq!(
            mail.text,
            "Hello <you>!\n\nhttps://example.org/s/c?t=1&u=2\n"
        );
        assert!(mail.html.contains("Hello &#60;you&#62;!") && mail.html.contains(">Go</a>"));
    }
}
