//! A database with a field of every type, and people to ask about.

use roster_model::condition::Moment;
use roster_model::define::Settings;
use roster_model::restrictions::Restrictions;
use roster_model::write::Schema;
use roster_model::{
    Condition, Contact, Database, DatabaseId, DatabaseSettings, Field, FieldId, Invalid,
    KnownSegment, Party, Profile, ProfileId, Resource, ResourceId, ResourceSettings, SegmentId,
    Status, Subscription, Timestamp, Zone, standard_fields,
};
use serde_json::{Map, Value, json};

pub const NOW: &str = "2026-05-14T12:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn database(zone: &str) -> Database {
    let settings = json!({"name": "People", "region": "DE", "time_zone": zone});
    let settings = DatabaseSettings::create(&settings).unwrap();
    let mut fields = standard_fields();
    let custom = [
        json!({"name": "points", "type": "integer"}),
        json!({"name": "rate", "type": "float"}),
        json!({"name": "note", "type": "string"}),
        json!({"name": "seen", "type": "date"}),
        json!({"name": "active", "type": "boolean"}),
        json!({"name": "level", "type": "enum", "options": ["low", "high"]}),
        json!({"name": "labels", "type": "tags", "matchable": true}),
        json!({"name": "extra", "type": "object"}),
        json!({"name": "parts", "type": "objects"}),
    ];
    for (number, definition) in (100..).zip(&custom) {
        let id = FieldId::new(number).unwrap();
        fields.push(Field::create(id, definition, &settings.context()).unwrap());
    }
    Database {
        id: DatabaseId::new(1).unwrap(),
        settings,
        created_at: at(NOW),
        updated_at: at(NOW),
        fields: fields.into(),
    }
}

fn resources(database: &Database) -> Vec<Resource> {
    let definitions = [
        json!({"name": "all", "databases": [1], "channels": ["email", "sms", "telegram_bot"],
            "categories": [{"name": "news"}, {"name": "offers"}]}),
        json!({"name": "elsewhere", "databases": [2], "channels": ["email"]}),
    ];
    (1..)
        .zip(definitions)
        .map(|(id, json)| Resource {
            id: ResourceId::new(id).unwrap(),
            settings: ResourceSettings::create(&json, &database.context()).unwrap(),
            created_at: at(NOW),
            updated_at: at(NOW),
        })
        .collect()
}

pub fn parse_in(zone: &str, json: &Value) -> Result<Condition, Vec<Invalid>> {
    let database = database(zone);
    let schema = Schema {
        database: &database,
        resources: &resources(&database),
        segments: &segments(),
        relation_types: &[],
        neighbours: &[],
        control: None,
    };
    Condition::parse(json, &schema)
}

/// Two static ones, 3 and 4.
fn segments() -> Vec<KnownSegment> {
    let ids = [3, 4].into_iter().filter_map(SegmentId::new);
    ids.map(KnownSegment::of_static).collect()
}

/// The condition that this is, which must be one.
#[track_caller]
pub fn parse(json: &Value) -> Condition {
    parse_in("UTC", json).unwrap_or_else(|wrong| panic!("{json}: {wrong:?}"))
}

/// Somebody with these values.
pub fn person(data: Value) -> Profile {
    let Value::Object(data) = data else {
        panic!("no object")
    };
    Profile {
        id: ProfileId::from_pk(7).unwrap(),
        database: DatabaseId::new(1).unwrap(),
        revision: 1,
        status: Status::Subscribed,
        status_by: Party::Api,
        created_at: at("2026-05-01T10:00:00Z"),
        updated_at: at("2026-05-10T10:00:00Z"),
        data,
        subscriptions: Vec::new(),
        former_keys: Vec::new(),
        control: Default::default(),
    }
}

pub fn subscription(resource: i64, contact: Contact, status: Status) -> Subscription {
    Subscription {
        resource: ResourceId::new(resource).unwrap(),
        contact,
        status,
        status_by: Party::Api,
        status_at: None,
        suspended_until: None,
        priority: 0,
        categories: Vec::new(),
        left_categories: Default::default(),
        custom_fields: Map::new(),
        registered_at: None,
        ip: None,
        url: None,
        deleted: false,
        created_at: at(NOW),
        updated_at: at(NOW),
    }
}

/// Whether somebody, a member of segment 3, meets a condition.
#[track_caller]
pub fn meets(profile: &Profile, json: &Value) -> bool {
    let moment = Moment {
        now: at(NOW),
        zone: Zone::utc(),
    };
    parse(json).holds(
        profile,
        &|id| id.get() == 3,
        &|_| 0,
        &|_| 0,
        &Restrictions::default(),
        &moment,
    )
}

/// Whether somebody with this value of a field passes a test of it.
#[track_caller]
pub fn passes(field: &str, value: &Value, test: Value) -> bool {
    let mut data = Map::new();
    if !value.is_null() {
        data.insert(field.to_owned(), value.clone());
    }
    let mut condition = test;
    condition["field"] = json!(field);
    meets(&person(Value::Object(data)), &condition)
}

/// Checks tests of one value of a field: each with what must come out.
#[track_caller]
pub fn check(field: &str, value: Value, tests: &[(Value, bool)]) {
    for (test, expected) in tests {
        let found = passes(field, &value, test.clone());
        assert_eq!(found, *expected, "{field} {value}: {test}");
    }
}
