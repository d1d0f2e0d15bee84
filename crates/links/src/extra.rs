//! What a link carries besides whom it concerns: where a click leads, which
//! message it stood in.

use roster_model::Code;
use roster_model::Invalid;

/// The most bytes of an [`Extra`]: a URL, a message's id and its length.
pub const MAX_EXTRA_BYTES: usize = MAX_URL_BYTES + MAX_MESSAGE_BYTES + 1;
/// The longest URL of a [`Click`], in bytes. Longer links are not worth
/// counting: wrapped, they would not survive every mail program.
pub const MAX_URL_BYTES: usize = 2_000;
/// The longest message id of a [`Context`], in bytes.
pub const MAX_MESSAGE_BYTES: usize = 100;

/// At most [`MAX_EXTRA_BYTES`] bytes that are signed along with a link. Anyone who
/// holds the link can read them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra(Vec<u8>);

impl Extra {
    /// Nothing.
    pub const NONE: Extra = Extra(Vec::new());

    /// Refuses more than [`MAX_EXTRA_BYTES`] bytes with code `too_long`.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Invalid> {
        if bytes.len() > MAX_EXTRA_BYTES {
            let detail = format!(
                "{} bytes: a link carries at most {MAX_EXTRA_BYTES}.",
                bytes.len()
            );
            return Err(Invalid::new(Code::TooLong, detail));
        }
        Ok(Extra(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What a link stood in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The id of the message: 1 to [`MAX_MESSAGE_BYTES`] bytes.
    pub message: Option<String>,
}

impl Context {
    /// For a link that carries nothing else, such as one for
    /// [`crate::Purpose::Open`]. Codes: `too_long`, and `required` for an empty
    /// id.
    pub fn to_extra(&self) -> Result<Extra, Invalid> {
        self.with(&[])
    }

    /// Reads what [`Context::to_extra`] wrote; `None` is for anything else.
    pub fn from_extra(extra: &Extra) -> Option<Self> {
        match Self::split(extra)? {
            (context, []) => Some(context),
            _ => None,
        }
    }

    /// The length of the id in one byte (0 is none), the id, the rest.
    fn with(&self, rest: &[u8]) -> Result<Extra, Invalid> {
        let message = self.message.as_deref();
        if message.is_some_and(str::is_empty) {
            let detail = "The id of a message is not empty.";
            return Err(Invalid::new(Code::Required, detail).at("message"));
        }
        let message = message.unwrap_or_default();
        let length = u8::try_from(message.len())
            .ok()
            .filter(|_| message.len() <= MAX_MESSAGE_BYTES)
            .ok_or_else(|| {
                let detail =
                    format!("The id of a message is at most {MAX_MESSAGE_BYTES} bytes long.");
                Invalid::new(Code::TooLong, detail).at("message")
            })?;
        Extra::new([&[length], message.as_bytes(), rest].concat())
    }

    fn split(extra: &Extra) -> Option<(Self, &[u8])> {
        let (length, rest) = extra.0.split_first()?;
        let (message, rest) = rest.split_at_checked(usize::from(*length))?;
        let message = std::str::from_utf8(message).ok()?;
        let message = (!message.is_empty()).then(|| message.to_owned());
        Some((Context { message }, rest))
    }
}

/// Where a click leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// An http or https URL of at most [`MAX_URL_BYTES`] bytes.
    pub url: String,
    /// What the link stood in.
    pub context: Context,
}

impl Click {
    /// For a link for [`crate::Purpose::Click`]. Codes: `too_long` (also for
    /// the message's id), `required`, and `invalid_url` for anything but
    /// http and https, and for white space and control characters: the URL
    /// will stand in a header of an answer.
    pub fn to_extra(&self) -> Result<Extra, Invalid> {
        if self.url.len() > MAX_URL_BYTES {
            let detail = format!("A link is at most {MAX_URL_BYTES} bytes long.");
            return Err(Invalid::new(Code::TooLong, detail).at("url"));
        }
        if !is_web_url(&self.url) {
            let detail =
                "A click leads to a URL that begins with http:// or https:// and has no spaces.";
            return Err(Invalid::new(Code::InvalidUrl, detail).at("url"));
        }
        self.context.with(self.url.as_bytes())
    }

    /// Reads what [`Click::to_extra`] wrote; `None` is for anything else.
    pub fn from_extra(extra: &Extra) -> Option<Self> {
        let (context, url) = Context::split(extra)?;
        let url = std::str::from_utf8(url).ok()?;
        is_web_url(url).then(|| Click {
            url: url.to_owned(),
            context,
        })
    }
}

fn is_web_url(url: &str) -> bool {
    let has = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && url.len() > scheme.len()
    };
    let plain = |c: char| !c.is_control() && !c.is_whitespace();
    (has("http://") || has("https://")) && url.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context(message: Option<&str>) -> Context {
        Context {
            message: message.map(str::to_owned),
        }
    }

    fn click(url: &str) -> Click {
        Click {
            url: url.to_owned(),
            context: context(Some("m-1")),
        }
    }

    #[test]
    fn what_no_browser_should_be_sent_to_is_refused() {
        for url in [
            "",
            "https://",
            "javascript:alert(1)",
            "//x.org",
            "/x",
            "https://x.org/\r\nSet-Cookie: a=b",
            "https://x.org/a b",
        ] {
            assert_eq!(
                click(url).to_extra().unwrap_err().code.as_str(),
                "invalid_url",
                "{url}"
            );
        }
        let long = format!("https://x.org/{}", "a".repeat(MAX_URL_BYTES));
        assert_eq!(
            click(&long).to_extra().unwrap_err().code.as_str(),
            "too_long"
        );
    }

    #[test]
    fn the_longest_click_fits() {
        let longest = Click {
            url: format!("https://{}", "a".repeat(MAX_URL_BYTES - 8)),
            context: context(Some(&"m".repeat(MAX_MESSAGE_BYTES))),
        };
        let extra = longest.to_extra().unwrap();
        assert_eq!(extra.as_bytes().len(), MAX_EXTRA_BYTES);
        assert_eq!(Click::from_extra(&extra), Some(longest));
        assert!(Extra::new(vec![0; MAX_EXTRA_BYTES + 1]).is_err());
    }

    #[test]
    fn ids_of_messages_have_a_length() {
        let long = context(Some(&"m".repeat(MAX_MESSAGE_BYTES + 1)));
        assert_eq!(long.to_extra().unwrap_err().code.as_str(), "too_long");
        let empty = context(Some(""));
        assert_eq!(empty.to_extra().unwrap_err().code.as_str(), "required");
    }

    proptest! {
        #[test]
        fn contexts_and_clicks_come_back(
            message in proptest::option::of("[ -~ж]{1,40}"),
            path in "[!-~ж]{0,200}",
        ) {
            let context = Context { message };
            prop_assert_eq!(Context::from_extra(&context.to_extra().unwrap()), Some(context.clone()));
            let click = Click { url: format!("HTTPS://x.org/{path}"), context };
            let extra = click.to_extra().unwrap();
            prop_assert_eq!(Context::from_extra(&extra), None);
            prop_assert_eq!(Click::from_extra(&extra), Some(click));
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let extra = Extra::new(bytes).unwrap();
            if let Some(click) = Click::from_extra(&extra) {
                prop_assert!(click.url.to_ascii_lowercase().starts_with("http"));
            }
            Context::from_extra(&extra);
        }
    }
}
