//! Passwords as they are stored: argon2id (RFC 9106), as a PHC string.
//!
//! 32 MiB and five passes take about 100 ms of a server's core natively, and fit well into
//! what an instance may have. An instance computes alone meanwhile; others take the requests
//! that come.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use roster_http::Problem;
use roster_model::user::Password;

/// Memory, in KiB.
const MEMORY_KIB: u32 = 32 * 1024;
/// How often the memory is gone through.
const PASSES: u32 = 5;
/// How many random bytes a salt has (RFC 9106, 3.1).
const SALT_BYTES: usize = 16;

fn argon2() -> Result<Argon2<'static>, Problem> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None);
    let params = params.map_err(|error| Problem::internal(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What is stored of a password.
pub(crate) fn hash(password: &Password) -> Result<String, Problem> {
    let mut random = [0; SALT_BYTES];
    getrandom::fill(&mut random).map_err(|error| Problem::internal(&error))?;
    salted(password, &random)
}

fn salted(password: &Password, salt: &[u8]) -> Result<String, Problem> {
    let salt = SaltString::encode_b64(salt).map_err(|error| Problem::internal(&error))?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt);
    let hash = hash.map_err(|error| Problem::internal(&error))?;
    Ok(hash.to_string())
}

/// Whether a password is the stored one. Where nothing is stored it isn't, and finding that
/// out takes as long.
pub(crate) fn is_right(password: &Password, stored: Option<&str>) -> Result<bool, Problem> {
    let Some(stored) = stored else {
        salted(password, &[0; SALT_BYTES])?;
        return Ok(false);
    };
    let stored = PasswordHash::new(stored).map_err(|error| Problem::internal(&error))?;
    match argon2()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(Problem::internal(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_what_was_made_of_it_and_nothing_else() {
        let right = Password::given("correct horse battery");
        let stored = hash(&right).unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=32768,t=5,p=1$"),
            "{stored}"
        );
        assert_ne!(hash(&right).unwrap(), stored, "salts differ");
        assert!(is_right(&right, Some(&stored)).unwrap());
        let wrong = Password::given("correct horse batteri");
        assert!(!is_right(&wrong, Some(&stored)).unwrap());
        assert!(!is_right(&right, None).unwrap());
        assert!(is_right(&right, Some("garbage")).is_err());
    }
}
