//! IP addresses in one canonical text.

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::text::canonical;
use std::net::IpAddr;

/// The canonical text of an IP address: dotted decimal for IPv4, RFC 5952 for
/// IPv6 (lower case, shortest form). An IPv4 address mapped into IPv6
/// (`::ffff:192.0.2.1`, as dual-stack servers log it) becomes the IPv4 address
/// it is. Outer white space is dropped. Code: `invalid_ip`.
pub fn parse_ip(text: &str) -> Result<String, Invalid> {
    canonical(text)
        .parse::<IpAddr>()
        .map(|ip| ip.to_canonical().to_string())
        .map_err(|_| {
            Invalid::new(
                Code::InvalidIp,
                format!(
                    "{} is no IP address: it must be like 192.0.2.1 or 2001:db8::1.",
                    excerpt(text)
                ),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_get_one_text() {
        for (given, canonical) in [
            (" 127.0.0.1 ", "127.0.0.1"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("0:0:0:0:0:0:0:0", "::"),
        ] {
            assert_eq!(parse_ip(given).unwrap(), canonical);
            assert_eq!(parse_ip(canonical).unwrap(), canonical);
        }
        for wrong in [
            "",
            "256.1.1.1",
            "1.2.3",
            "127.000.000.001",
            "fe80::1%eth0",
            "10.0.0.0/8",
            "[::1]",
        ] {
            assert_eq!(
                parse_ip(wrong).unwrap_err().code.as_str(),
                "invalid_ip",
                "{wrong}"
            );
        }
    }
}
