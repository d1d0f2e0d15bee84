//! Texts with placeholders such as `{resource}`: which they may have, and
//! filling them for plain text and for HTML.
//!
//! A placeholder is a word of ASCII letters in braces. A value that looks like
//! a placeholder is never filled again, and a word that has no value stays as
//! it is, so a typing mistake is seen and does no harm.

use askama::filters::{Escaper, Html as HtmlEscaper, HtmlSafe};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use std::fmt;

/// What the texts of a double opt-in message may contain: the resource's name,
/// the link to confirm with, the contact to be confirmed, and for how long the
/// link works, with its unit (`14 days`, `14 дней`).
pub const OPT_IN: [&str; 4] = ["resource", "link", "contact", "days"];

/// Names of placeholders and their values.
pub type Values<'a> = [(&'a str, &'a str)];

/// Finished markup. Only this module makes it, and only by escaping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Templates print it as it is.
impl HtmlSafe for Html {}

enum Part<'a> {
    Text(&'a str),
    /// The word, and the braces around it.
    Placeholder(&'a str, &'a str),
}

/// The text's parts in order; joined they are the text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let word = after.split_once('}').map(|(word, _)| word);
        let word = word.filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphabetic()));
        // Up to the closing brace, or only the opening one.
        let length = before.len() + 1 + word.map_or(0, |w| w.len() + 1);
        let (taken, remaining) = rest.split_at(length);
        match word {
            Some(word) => {
                parts.push(Part::Text(before));
                parts.push(Part::Placeholder(
                    word,
                    taken.get(before.len()..).unwrap_or_default(),
                ));
            }
            None => parts.push(Part::Text(taken)),
        }
        rest = remaining;
    }
    parts.push(Part::Text(rest));
    parts
}

fn value_of<'a>(values: &Values<'a>, word: &str) -> Option<&'a str> {
    let found = values.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value)
}

/// Refuses a text with a placeholder that is not allowed, with code
/// `unknown_placeholder`.
pub fn check(text: &str, allowed: &[&str]) -> Result<(), Invalid> {
    let unknown = parts(text).into_iter().find_map(|part| match part {
        Part::Placeholder(word, whole) if !allowed.contains(&word) => Some(whole),
        _ => None,
    });
    let Some(whole) = unknown else {
        return Ok(());
    };
    let allowed: Vec<String> = allowed.iter().map(|a| format!("{{{a}}}")).collect();
    Err(Invalid::new(
        Code::UnknownPlaceholder,
        format!(
            "{} is no placeholder: it must be one of {}.",
            excerpt(whole),
            allowed.join(", ")
        ),
    ))
}

/// Whether the text has this placeholder.
pub fn has(text: &str, word: &str) -> bool {
    parts(text)
        .iter()
        .any(|part| matches!(part, Part::Placeholder(w, _) if *w == word))
}

/// The text with its placeholders filled, as plain text.
pub fn fill(text: &str, values: &Values) -> String {
    let parts = parts(text).into_iter().map(|part| match part {
        Part::Text(text) => text,
        Part::Placeholder(word, whole) => value_of(values, word).unwrap_or(whole),
    });
    parts.collect()
}

/// The text with its placeholders filled, as HTML paragraphs: everything is
/// escaped, blank lines part paragraphs, other line breaks are kept, and
/// `{link}` is an anchor. A `{link}` that is a paragraph of its own is a
/// button with this label; inside a sentence it shows its address.
///
/// `button_style` goes into the button's `style` and must be a constant: no
/// style sheet reaches a message.
pub fn fill_html(text: &str, values: &Values, label: &str, button_style: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut html = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    // The empty line at the end closes the last paragraph.
    for line in text.lines().chain([""]) {
        if !line.trim().is_empty() {
            paragraph.push(line);
            continue;
        }
        if paragraph.is_empty() {
            continue;
        }
        let alone = paragraph.len() == 1 && paragraph.iter().all(|l| l.trim() == "{link}");
        html.push_str("<p style=\"margin:0 0 16px\">");
        match value_of(values, "link").filter(|_| alone) {
            Some(link) => {
                let (link, label) = (escape(link), escape(label));
                let style = escape(button_style);
                html.push_str(&format!("<a href=\"{link}\" style=\"{style}\">{label}</a>"));
            }
            None => {
                let lines: Vec<String> = paragraph.iter().map(|l| line_html(l, values)).collect();
                html.push_str(&lines.join("<br>\n"));
            }
        }
        html.push_str("</p>\n");
        paragraph.clear();
    }
    html
}

fn line_html(line: &str, values: &Values) -> String {
    let mut html = String::new();
    for part in parts(line) {
        match part {
            Part::Placeholder("link", whole) => {
                let link = escape(value_of(values, "link").unwrap_or(whole));
                html.push_str(&format!("<a href=\"{link}\">{link}</a>"));
            }
            Part::Placeholder(word, whole) => {
                html.push_str(&escape(value_of(values, word).unwrap_or(whole)));
            }
            Part::Text(text) => html.push_str(&escape(text)),
        }
    }
    html
}

/// One of this crate's own texts with its values emphasised.
pub(crate) fn rich(text: &str, values: &Values) -> Html {
    let mut html = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => html.push_str(&escape(text)),
            Part::Placeholder(word, whole) => match value_of(values, word) {
                Some(value) => html.push_str(&format!("<strong>{}</strong>", escape(value))),
                None => html.push_str(&escape(whole)),
            },
        }
    }
    Html(html)
}

/// The paragraphs of a message as markup for its template.
pub(crate) fn paragraphs(text: &str, values: &Values, label: &str, button_style: &str) -> Html {
    Html(fill_html(text, values, label, button_style))
}

/// The text, fit for HTML's text and for attributes in quotation marks.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    // Writing to a String never fails.
    let _ = HtmlEscaper.write_escaped_str(&mut html, text);
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VALUES: [(&str, &str); 3] = [
        ("resource", "A & <B>"),
        ("link", "https://example.org/?a=1&b=\"2\""),
        ("contact", "{resource}"),
    ];

    #[test]
    fn values_are_filled_once_and_unknown_words_stay() {
        assert_eq!(
            fill("{resource}, {contact}: {typo} {} { {{link}} {a b}", &VALUES),
            "A & <B>, {resource}: {typo} {} { {https://example.org/?a=1&b=\"2\"} {a b}"
        );
    }

    #[test]
    fn html_is_escaped_in_paragraphs_with_anchors() {
        let html = fill_html(
            "Hi <b>,\r\n{resource}\r\n\r\n\r\n {link} \r\n\r\nor {link}.",
            &VALUES,
            "Go & see",
            "color:red",
        );
        assert_eq!(
            html,
            "<p style=\"margin:0 0 16px\">Hi &#60;b&#62;,<br>\nA &#38; &#60;B&#62;</p>\n\
             <p style=\"margin:0 0 16px\">\
             <a href=\"https://example.org/?a=1&#38;b=&#34;2&#34;\" style=\"color:red\">\
             Go &#38; see</a></p>\n\
             <p style=\"margin:0 0 16px\">or \
             <a href=\"https://example.org/?a=1&#38;b=&#34;2&#34;\">\
             https://example.org/?a=1&#38;b=&#34;2&#34;</a>.</p>\n"
        );
    }

    #[test]
    fn a_text_is_refused_for_a_placeholder_that_has_no_value() {
        assert!(check("{link} {days} {not one} {", &OPT_IN).is_ok());
        let invalid = check("{lnik}", &OPT_IN).unwrap_err();
        assert_eq!(invalid.code.as_str(), "unknown_placeholder");
        assert!(invalid.detail.contains("{link}"), "{}", invalid.detail);
        assert!(has("a {link}", "link") && !has("a {link", "link"));
    }

    proptest! {
        #[test]
        fn any_text_without_values_stays_and_none_gets_markup(
            text in r#"[{}<>"'a-z \n&]{0,40}"#,
            value in r#"[{}<>"'a-z&]{0,20}"#,
        ) {
            prop_assert_eq!(fill(&text, &[]), text.clone());
            let html = rich(&text, &[("a", &value)]).0;
            let bare = html.replace("<strong>", "").replace("</strong>", "");
            prop_assert!(!bare.contains(['<', '>', '"', '\'']));
        }
    }
}
