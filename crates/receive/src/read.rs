//! What a delivery says: the sender's id of it, and what is to be written.

use roster_model::write::Schema;
use roster_model::{Invalid, Timestamp};
use roster_webhook::{MappingOutcome, payload};
use sha2::{Digest, Sha256};

use crate::{HookSettings, WebhookRequest};

/// A delivery that was read.
#[derive(Clone, Debug)]
pub struct ParsedDelivery {
    /// The sender's id of it, the same when it is sent again; of a sender that
    /// gives none the SHA-256 of the body.
    pub sender_id: String,
    /// What is to be done, or why that can't be told.
    pub mapped: Result<MappingOutcome, Vec<Invalid>>,
}

/// Reads a delivery. `verified` is the id that came with its signature; without
/// it the mapping says where it stands. `now` is when it came, and `schema` what is
/// defined where its people are: both tell the century of a year of two digits.
pub fn read(
    settings: &HookSettings,
    received: &WebhookRequest,
    verified: Option<&str>,
    now: Timestamp,
    schema: &Schema<'_>,
) -> ParsedDelivery {
    let headers = |name: &str| received.header(name);
    let payload = payload::read(&received.body, received.header("content-type"));
    let (told, mapped) = match payload {
        Ok(payload) => (
            settings.mapping.id(&payload, &headers, now),
            settings.mapping.apply(&payload, &headers, now, schema),
        ),
        Err(invalid) => (None, Err(vec![invalid])),
    };
    let sender_id = verified.map(str::to_owned).or(told);
    ParsedDelivery {
        sender_id: sender_id.unwrap_or_else(|| hex::encode(Sha256::digest(&received.body))),
        mapped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_model::{Database, DatabaseId, DatabaseSettings, standard_fields};
    use serde_json::json;

    fn settings() -> HookSettings {
        let body = json!({
            "name": "crm", "database_id": "1", "verification": {"scheme": "none"},
            "mapping": {
                "condition": {"pointer": "/type", "is": "person"},
                "id": "/id",
                "invalid": "refuse",
                "fields": {"email": "/email", "_bdate": {"from": "/born", "transform": "date"}},
            },
        });
        HookSettings::create(&body).unwrap().settings
    }

    fn read_text(text: &str, verified: Option<&str>) -> ParsedDelivery {
        let database = Database {
            id: DatabaseId::new(1).unwrap(),
            settings: <DatabaseSettings as roster_model::define::Settings>::create(
                &json!({"name": "People"}),
            )
            .unwrap(),
            created_at: Timestamp::from_ms(0),
            updated_at: Timestamp::from_ms(0),
            fields: standard_fields().into(),
        };
        let schema = Schema {
            database: &database,
            resources: &[],
            segments: &[],
            relation_types: &[],
            neighbours: &[],
            control: None,
        };
        let received = WebhookRequest::new([], text);
        read(
            &settings(),
            &received,
            verified,
            Timestamp::from_ms(0),
            &schema,
        )
    }

    #[test]
    fn the_id_is_the_same_whatever_becomes_of_a_delivery() {
        for (text, is_sound) in [
            (r#"{"type":"person","id":7,"email":"a@example.org"}"#, true),
            (r#"{"type":"company","id":7}"#, true),
            (r#"{"type":"person","id":7,"born":"no date"}"#, false),
        ] {
            let found = read_text(text, None);
            assert_eq!((&*found.sender_id, found.mapped.is_ok()), ("7", is_sound));
            assert_eq!(read_text(text, Some("msg_1")).sender_id, "msg_1");
        }
    }

    #[test]
    fn without_an_id_it_is_a_hash_of_the_body() {
        let found = read_text("not json", None);
        assert_eq!(found.sender_id.len(), 64);
        assert_eq!(found.mapped.unwrap_err()[0].code.as_str(), "invalid_json");
        let other = read_text("not json either", None);
        assert_ne!(found.sender_id, other.sender_id);
    }
}
