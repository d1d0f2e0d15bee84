//! How a file is packed for a client (RFC 9110, section 12.5.3).

use http::HeaderMap;
use http::header;

/// A way to send a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Brotli,
    Gzip,
    Plain,
}

impl Coding {
    /// The smallest that the client takes. One that says nothing gets plain text: what says
    /// nothing seldom unpacks.
    pub(crate) fn wanted(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        let given = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let (mut brotli, mut gzip, mut any) = (None, None, false);
        for coding in given {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let taken = weight.is_none_or(|q| q.parse::<f32>().is_ok_and(|q| q > 0.0));
            match name.to_ascii_lowercase().as_str() {
                "br" => brotli = Some(taken),
                "gzip" | "x-gzip" => gzip = Some(taken),
                "*" => any = taken,
                _ => {}
            }
        }
        if brotli.unwrap_or(any) {
            Coding::Brotli
        } else if gzip.unwrap_or(any) {
            Coding::Gzip
        } else {
            Coding::Plain
        }
    }

    /// The value of `Content-Encoding`.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Coding::Brotli => Some("br"),
            Coding::Gzip => Some("gzip"),
            Coding::Plain => None,
        }
    }

    /// What the `ETag` ends with: other bytes have another one.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Coding::Brotli => "-br",
            Coding::Gzip => "-gz",
            Coding::Plain => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_smallest_that_is_taken_is_sent() {
        let wanted = |text: &'static str| {
            let value = HeaderValue::from_static(text);
            Coding::wanted(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]))
        };
        for (text, coding) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("BR;q=0.1", Coding::Brotli),
            ("*", Coding::Brotli),
            ("gzip", Coding::Gzip),
            ("br;q=0, *", Coding::Gzip),
            ("br;q=0, x-gzip;q=0.5", Coding::Gzip),
            ("identity", Coding::Plain),
            ("gzip;q=0", Coding::Plain),
            ("*;q=0", Coding::Plain),
            ("br;q=x", Coding::Plain),
        ] {
            assert_eq!(wanted(text), coding, "{text}");
        }
        assert_eq!(Coding::wanted(&HeaderMap::new()), Coding::Plain);
    }
}
