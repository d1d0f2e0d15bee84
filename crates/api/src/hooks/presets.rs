//! `GET /v1/hooks/presets`

use roster_http::{Call, Problem, Reply, route};
use roster_webhook::presets::{self, Preset};
use serde::Serialize;
use serde_json::{Value, json};

/// A ready mapping.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = HookPreset)]
pub(crate) struct ShownPreset {
    /// Its name.
    #[schema(example = "stripe")]
    name: &'static str,
    /// What it is for.
    about: &'static str,
    /// The scheme that the sender signs by.
    #[schema(example = "stripe")]
    scheme: &'static str,
    /// Fields that the database must have: `[{name, type}, …]`.
    #[schema(value_type = Vec<Object>)]
    needs: Vec<Value>,
    /// The mapping.
    #[schema(value_type = Object)]
    mapping: Value,
}

/// All presets.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = HookPresets)]
pub(crate) struct Presets {
    /// The presets.
    items: Vec<ShownPreset>,
}

impl From<&Preset> for ShownPreset {
    fn from(preset: &Preset) -> Self {
        let needs = preset.needs.iter();
        ShownPreset {
            name: preset.name,
            about: preset.about,
            scheme: preset.scheme,
            needs: needs
                .map(|(name, kind)| json!({ "name": name, "type": kind }))
                .collect(),
            mapping: preset.definition(),
        }
    }
}

/// The ready mappings, to be taken as they are or changed.
#[route(get, "/v1/hooks/presets", HooksRead, id = "listHookPresets", answer = Presets)]
pub(crate) async fn presets(_: Call) -> Result<Reply, Problem> {
    let items = presets::ALL.iter().map(ShownPreset::from).collect();
    Ok(Reply::ok(&Presets { items }))
}
