//! Tokens that somebody's own server signs for its app (JSON Web Tokens, RFC 7519): is one
//! genuine, and does it hold now. No I/O, and no rule about what the claims mean.
//!
//! Two algorithms are known, HS256 and RS256 (RFC 7518), and a key belongs to one of them: a
//! token that names another than its key's is never compared with it. So a public key is
//! nobody's secret, and `none` signs nothing.

#![forbid(unsafe_code)]

mod flaw;
mod key;
mod token;

pub use flaw::{Flaw, KeyFlaw};
pub use key::{Algorithm, Key, MAX_SECRET_BYTES, MIN_SECRET_BYTES};
pub use token::{LEEWAY_S, MAX_TOKEN_BYTES, Token};
