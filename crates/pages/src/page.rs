//! What every page has around its content: language, title, colour, styles.

use crate::accent::Accent;
use crate::language::Language;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style sheet of all pages, printed inline. The second, much smaller
/// block of each page only sets the accent colour's custom properties.
pub const STYLE: &str = include_str!("style.css");

/// A finished page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The whole document, to be served as `text/html; charset=utf-8`.
    pub html: String,
    /// The source expression of each of its style blocks, quotation marks
    /// included (`'sha256-…'`), for `style-src` of the content security policy.
    /// It needs nothing else but `form-action`.
    pub style_hashes: Vec<String>,
}

/// What surrounds the content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// Whose page it is (the database's `manager_title`); may be empty.
    pub title: String,
    /// The colour of buttons and links.
    pub accent: Accent,
}

/// Where a form is posted and what goes with it unseen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The URL.
    pub action: String,
    /// Names and values of hidden controls, such as a token.
    pub hidden: Vec<(String, String)>,
}

/// A subscription as people know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionLabel {
    /// The resource's name.
    pub resource: String,
    /// The contact, as it is shown.
    pub contact: String,
}

impl SubscriptionLabel {
    /// The values of a text's placeholders.
    pub(crate) fn values(&self) -> [(&'static str, &str); 2] {
        [("resource", &self.resource), ("contact", &self.contact)]
    }
}

/// The two style blocks of a page, printed without anything around them since
/// the browser hashes what is between the tags.
pub(crate) struct Styles {
    pub(crate) sheet: &'static str,
    pub(crate) accent: String,
}

impl Styles {
    pub(crate) fn of(frame: &Frame) -> Self {
        Styles {
            sheet: STYLE,
            accent: frame.accent.style(),
        }
    }
}

/// Renders a page's template.
pub(crate) fn finish(template: &impl askama::Template, frame: &Frame) -> Page {
    let styles = Styles::of(frame);
    Page {
        // It can only fail when writing fails, which a String's never does.
        html: template.render().unwrap_or_default(),
        style_hashes: vec![csp_hash(styles.sheet), csp_hash(&styles.accent)],
    }
}

fn csp_hash(style: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)))
}

/// The URL if a page may link to it: absolute http or https, or a path on this
/// host. Anything else (`javascript:`, another host's `//`) is no link.
pub(crate) fn link(url: &str) -> Option<&str> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let web = lower.starts_with("http://") || lower.starts_with("https://");
    let here = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    (web || here).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_and_own_paths_are_links() {
        for good in ["https://example.org", "HTTP://example.org/a", "/s/abc", "/"] {
            assert_eq!(link(good), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "//evil",
            "/\\evil",
            "",
            "data:,",
            "s",
        ] {
            assert_eq!(link(bad), None, "{bad}");
        }
    }

    #[test]
    fn hashes_are_what_a_browser_computes() {
        assert_eq!(
            csp_hash(""),
            "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
        );
    }
}
