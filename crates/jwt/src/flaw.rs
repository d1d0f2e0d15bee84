//! What is wrong with a token or a key, each as a sentence.

use std::fmt;

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// More than [`crate::MAX_TOKEN_BYTES`].
    TooLong,
    /// Not three parts in base64url of which two are JSON objects.
    Malformed,
    /// Signed by nothing, or by an algorithm that isn't known here.
    Algorithm,
    /// It says that something must be understood which isn't (`crit`).
    Critical,
    /// No key that may have signed it did.
    Signature,
    /// It never ends, and its key takes none of these.
    Endless,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYet,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::TooLong => "The token is too long: at most 8,192 bytes.",
            Flaw::Malformed => "The token is no JWT: three parts in base64url.",
            Flaw::Algorithm => "The token must be signed by HS256 or RS256.",
            Flaw::Critical => "The token has a header crit, of which nothing is understood.",
            Flaw::Signature => "The token is signed by no key that is known and in force.",
            Flaw::Endless => "The token has no exp, a number of seconds since 1970.",
            Flaw::Expired => "The token has expired.",
            Flaw::NotYet => "The token is not valid yet.",
        })
    }
}

/// Why a key is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFlaw {
    /// A secret that is too short to be one.
    ShortSecret,
    /// A secret that is too long.
    LongSecret,
    /// No public key of RSA in PEM.
    Unreadable,
    /// Not 2,048 to 4,096 bits.
    Size,
}

impl fmt::Display for KeyFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyFlaw::ShortSecret => "A secret has 32 bytes or more.",
            KeyFlaw::LongSecret => "A secret has at most 1,024 bytes.",
            KeyFlaw::Unreadable => {
                "This must be a public key of RSA in PEM: -----BEGIN PUBLIC KEY----- and on."
            }
            KeyFlaw::Size => "A key of RSA has 2,048 to 4,096 bits here.",
        })
    }
}
