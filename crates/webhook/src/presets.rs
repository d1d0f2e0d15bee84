//! Mappings for senders that many people use, to be taken and changed.

use serde_json::Value;

/// A ready mapping.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name: `segment`, `stripe`, …
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// The scheme that the sender signs by.
    pub scheme: &'static str,
    /// Fields beyond the standard ones that it writes, with their types. A
    /// database that lacks one refuses the write, so the field is made or the
    /// rule taken out.
    pub needs: &'static [(&'static str, &'static str)],
    text: &'static str,
}

impl Preset {
    /// The definition, as [`crate::Mapping::parse`] takes it.
    pub fn definition(&self) -> Value {
        // All of them are read by a test.
        serde_json::from_str(self.text).unwrap_or_default()
    }
}

/// All presets.
pub const ALL: [Preset; 6] = [
    Preset {
        name: "segment",
        about: "Identify calls of Segment and RudderStack; others are skipped.",
        scheme: "bearer",
        needs: &[],
        text: include_str!("presets/segment.json"),
    },
    Preset {
        name: "stripe",
        about: "Customers that are made or changed in Stripe and have an email; deleted ones are skipped.",
        scheme: "stripe",
        needs: &[],
        text: include_str!("presets/stripe.json"),
    },
    Preset {
        name: "shopify",
        about: "Customers that are made or changed in Shopify.",
        scheme: "shopify",
        needs: &[("tags", "tags")],
        text: include_str!("presets/shopify.json"),
    },
    Preset {
        name: "typeform",
        about: "Answers to a Typeform: the first email and phone, hidden fields, names by their reference.",
        scheme: "typeform",
        needs: &[],
        text: include_str!("presets/typeform.json"),
    },
    Preset {
        name: "tilda",
        about: "Forms of Tilda; its test is skipped.",
        scheme: "bearer",
        needs: &[],
        text: include_str!("presets/tilda.json"),
    },
    Preset {
        name: "flat",
        about: "JSON or a form whose members are named like fields.",
        scheme: "standard",
        needs: &[],
        text: include_str!("presets/flat.json"),
    },
];

/// The preset of a name.
pub fn named(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.name == name)
}
