//! What must hold for every page, form and message in every language.

mod samples;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roster_pages::Language;
use sha2::{Digest, Sha256};

const HOSTILE: &str = "\"><script>alert(1)</script>'<img src=x onerror=alert(1)>";

/// Everything that is shown as HTML, with its name.
fn documents(language: Language, alter: samples::Alter) -> Vec<(String, String)> {
    let pages = samples::pages(language, alter).into_iter();
    let messages = samples::messages(language, alter).into_iter();
    pages
        .map(|(name, page)| (name, page.html))
        .chain(messages.map(|(name, mail)| (name, mail.html)))
        .collect()
}

fn plain(text: &str) -> String {
    text.to_owned()
}

fn hostile(text: &str) -> String {
    format!("{HOSTILE}{text}")
}

/// The names and values of all attributes, read as a browser's tokeniser does,
/// and the names of all tags.
fn markup(html: &str) -> (Vec<String>, Vec<(String, String)>) {
    let (mut tags, mut attributes) = (Vec::new(), Vec::new());
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let end = after.find([' ', '>', '\n']).unwrap_or(after.len());
        let (tag, mut inside) = after.split_at(end);
        tags.push(tag.to_ascii_lowercase());
        loop {
            inside = inside.trim_start();
            if inside.is_empty() || inside.starts_with('>') {
                break;
            }
            let end = inside.find(['=', ' ', '>', '\n']).unwrap_or(inside.len());
            let (name, after) = inside.split_at(end);
            let (value, after) = match after.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"').expect("a closed attribute"),
                None => ("", after),
            };
            assert!(!after.starts_with('='), "unquoted attribute in {tag}");
            attributes.push((name.to_owned(), value.to_owned()));
            inside = after;
        }
        rest = inside;
        if matches!(tag, "style" | "title") {
            let (text, after) = rest.split_once("</").expect("a closed element");
            assert!(!text.contains("<script"), "{text}");
            rest = after;
        }
    }
    (tags, attributes)
}

fn check_harmless(name: &str, html: &str) {
    let (tags, attributes) = markup(html);
    for tag in &tags {
        let never = ["script", "img", "iframe", "object", "embed", "link", "base"];
        assert!(!never.contains(&tag.as_str()), "{tag} in {name}");
    }
    for (attribute, value) in attributes {
        assert!(!attribute.starts_with("on"), "{attribute} in {name}");
        assert_ne!(attribute, "src", "in {name}");
        if ["href", "action"].contains(&attribute.as_str()) {
            // The samples link to paths only, and a hostile path stays inside
            // its attribute.
            let ours = value.starts_with(['/', '#']) || value.starts_with("&#34;&#62;");
            assert!(ours, "{attribute}={value} in {name}");
        }
    }
    assert!(!html.contains("<script"), "{name}");
    assert!(
        !html.contains("@import") && !html.contains("url("),
        "{name}"
    );
}

#[test]
fn hostile_values_never_become_markup() {
    for language in Language::ALL {
        let calm = documents(language, &plain);
        let pairs = calm.into_iter().zip(documents(language, &hostile));
        for ((name, calm), (_, html)) in pairs {
            check_harmless(&name, &html);
            assert!(!html.contains(HOSTILE), "{name}");
            assert!(!html.contains("alert(1)</script>"), "{name}");
            // Nothing but the texts differs: the same elements in the same order.
            assert_eq!(markup(&calm).0, markup(&html).0, "{name}");
        }
        let snippet = samples::snippet(language, &hostile);
        check_harmless("snippet", &snippet);
        assert_eq!(
            markup(&samples::snippet(language, &plain)).0,
            markup(&snippet).0
        );
    }
}

#[test]
fn every_document_has_one_heading_a_title_and_its_language() {
    for language in Language::ALL {
        for (name, html) in documents(language, &plain) {
            check_harmless(&name, &html);
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert_eq!(html.matches("<html lang=").count(), 1, "{name}");
            assert!(
                html.contains(&format!("<html lang=\"{}\">", language.tag())),
                "{name}"
            );
            let (_, after) = html.split_once("<title>").expect("a title");
            let (title, _) = after.split_once("</title>").expect("a closed title");
            assert!(
                title.trim().len() > 3 && title.trim() == title,
                "{name}: {title:?}"
            );
            assert!(
                !html.contains("http://") && !html.contains("https://"),
                "{name}"
            );
            let (visible, _) = strip_style(&html);
            assert!(
                !visible.contains(['{', '}']),
                "a placeholder is left in {name}"
            );
        }
    }
}

/// The document without its style blocks, and the blocks.
fn strip_style(html: &str) -> (String, Vec<String>) {
    let (mut visible, mut blocks) = (String::new(), Vec::new());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<style>") {
        let (block, after) = after.split_once("</style>").expect("a closed style");
        visible.push_str(before);
        blocks.push(block.to_owned());
        rest = after;
    }
    visible.push_str(rest);
    (visible, blocks)
}

#[test]
fn the_policy_can_allow_exactly_the_styles_there_are() {
    for language in Language::ALL {
        for (name, page) in samples::pages(language, &hostile) {
            let (visible, blocks) = strip_style(&page.html);
            let hashes = blocks
                .iter()
                .map(|block| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(block))));
            assert_eq!(page.style_hashes, hashes.collect::<Vec<_>>(), "{name}");
            // Only the form for other websites brings a style of its own.
            let (_, attributes) = markup(&visible);
            assert!(attributes.iter().all(|(a, _)| a != "style"), "{name}");
        }
    }
}

#[test]
fn every_control_has_a_label_and_every_reference_a_target() {
    for language in Language::ALL {
        for (name, page) in samples::pages(language, &hostile) {
            let (_, attributes) = markup(&page.html);
            let ids: Vec<&str> = values(&attributes, "id");
            let mut distinct = ids.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), ids.len(), "an id twice in {name}");
            for attribute in ["for", "aria-describedby", "aria-labelledby"] {
                for id in values(&attributes, attribute)
                    .iter()
                    .flat_map(|v| v.split(' '))
                {
                    assert!(ids.contains(&id), "{attribute}={id} in {name}");
                }
            }
            for target in values(&attributes, "href") {
                if let Some(id) = target.strip_prefix('#') {
                    assert!(ids.contains(&id), "{target} in {name}");
                }
            }
        }
    }
}

fn values<'a>(attributes: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let named = attributes.iter().filter(|(attribute, _)| attribute == name);
    named.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn a_page_that_only_asks_has_one_form_with_one_button_and_posts() {
    for language in Language::ALL {
        for (name, page) in samples::pages(language, &plain) {
            let html = page.html;
            let asks = [
                "confirm-ask",
                "confirm-expired",
                "unsubscribe-ask",
                "leave-ask",
            ];
            if asks.iter().any(|ask| name.starts_with(ask)) {
                assert_eq!(html.matches("<form").count(), 1, "{name}");
                assert_eq!(html.matches("<button").count(), 1, "{name}");
                assert!(
                    html.contains("name=\"token\" value=\"c29tZXRoaW5n\""),
                    "{name}"
                );
            } else if !name.starts_with("manager") && !name.starts_with("subscribe") {
                assert!(!html.contains("<form"), "{name}");
            }
            assert_eq!(
                html.matches("<form").count(),
                html.matches("<form method=\"post\" action=\"/s/act\"")
                    .count(),
                "{name}"
            );
        }
    }
}

#[test]
fn a_steady_topic_is_checked_and_can_not_be_left() {
    let pages = samples::pages(Language::En, &plain);
    let (_, manager) = pages
        .into_iter()
        .find(|(name, _)| name == "manager.en")
        .unwrap();
    assert!(
        manager
            .html
            .contains("name=\"topic\" value=\"orders\" checked disabled>")
    );
    assert!(manager.html.contains("name=\"topic\" value=\"kids\">"));
    assert!(manager.html.contains("Paused until 24\u{a0}December 2026"));
}
