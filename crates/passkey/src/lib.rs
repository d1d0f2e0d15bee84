//! Passkeys (WebAuthn): what a browser is asked, and whether what an authenticator answers is
//! right.
//!
//! A question has a random challenge. The one who asks keeps [`Question::state`] under
//! [`Question::challenge`], takes it away when the answer comes, and so hears each answer
//! once. A key opens an account only with its owner's finger, face or code
//! (`userVerification: required`), and it is the authenticator that says whose it is: no
//! list of keys is ever sent to somebody who has not signed in.
//!
//! What is signed and how it is read is the crate `webauthn_rp`'s; here is what we ask of it.

#![forbid(unsafe_code)]

mod assertion;
mod enrolment;
mod question;
mod site;

pub use assertion::{Assertion, StoredKey};
pub use enrolment::{Enrolment, KnownKey, Owner, Passkey};
pub use question::{Question, QuestionError, Refusal};
pub use site::RelyingSite;

/// How many bytes an authenticator knows a person by: random ones, which name nobody.
pub const HANDLE_BYTES: usize = 16;
/// How many bytes [`StoredKey::state`] has.
pub const STATE_BYTES: usize = 7;
/// How long a question may be answered, in milliseconds: 5 minutes.
pub const QUESTION_MS: i64 = 5 * 60 * 1000;
