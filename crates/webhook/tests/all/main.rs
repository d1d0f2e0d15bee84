//! Webhooks from the outside: what senders document, and what must never be.
