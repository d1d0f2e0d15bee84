//! Whether a mapping fits the database that it writes to. Definitions may change
//! later; then deliveries fail, and are kept.

use roster_model::Code;
use roster_model::Invalid;
use roster_model::write::Request;
use roster_store::catalogue::Definitions;
use roster_webhook::Mapping;

/// Members of a profile's data that are no fields.
const NO_FIELDS: [&str; 3] = ["id", "_status", "subscriptions"];

/// Refuses what the database would refuse of every delivery. Pointers begin with
/// `/mapping`.
pub(super) fn check(mapping: &Mapping, definitions: &Definitions) -> Result<(), Vec<Invalid>> {
    let schema = definitions.schema();
    let mut wrong = Vec::new();
    if let Err(error) = Request::parse(mapping.request(), &schema, false) {
        wrong.extend(error.errors);
    }
    for name in mapping.fields() {
        if NO_FIELDS.contains(&name) {
            continue;
        }
        let invalid = match schema.database.field(name) {
            Some(field) => field.writable().err(),
            None => {
                let detail = "The database has no such field: make it, or take the rule out.";
                Some(Invalid::new(Code::UnknownField, detail))
            }
        };
        let placed = invalid.map(|invalid| invalid.at(name).at("fields"));
        wrong.extend(placed);
    }
    for (index, (resource, channel)) in mapping.subscriptions().enumerate() {
        let invalid = match schema.resource(resource) {
            Ok(found) if found.channels.contains(&channel) => continue,
            Ok(found) => {
                let detail = format!("Resource {} has no channel {channel}.", found.id);
                Invalid::new(Code::ChannelNotOfResource, detail).at("channel")
            }
            Err(invalid) => invalid.at("resource_id"),
        };
        wrong.push(invalid.at_index(index).at("subscriptions"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.into_iter().map(|one| one.at("mapping")).collect())
}
