//! MD5, in place of addresses that others are not to read.

use md5::{Digest as _, Md5};

/// The MD5 of a text, as 32 hexadecimal digits.
pub(crate) fn md5(text: &str) -> String {
    let digest = Md5::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
