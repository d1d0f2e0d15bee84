//! Everything about webhooks that needs neither a store nor a network: whether
//! a delivery is genuine, what its body says, what write it becomes, and how
//! our own messages are signed.
//!
//! 1. [`Scheme::check`] tells whether the sender knows the secret.
//! 2. [`payload::read`] makes JSON of the body, whatever form it came in.
//! 3. [`Mapping::apply`] makes of it the write of a profile, in the shape that
//!    a client would send.
//!
//! [`presets`] has mappings for senders that many people use; [`sign`] is for
//! what goes out.

mod form;
mod header;
pub mod mapping;
mod mask;
pub mod payload;
pub mod presets;
mod secret;
mod sign;
mod verify;

pub use header::Headers;
pub use mapping::{Mapping, MappingOutcome};
pub use mask::{MASK, masked_headers};
pub use secret::Secret;
pub use sign::{SignatureHeaders, sign};
pub use verify::{ALGORITHMS, ENCODINGS, Refusal, SCHEMES, Scheme, VerifiedMessage};
