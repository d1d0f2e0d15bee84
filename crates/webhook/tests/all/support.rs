//! Deliveries in a few words.

use roster_model::define::Settings;
use roster_model::write::Schema;
use roster_model::{
    Database, DatabaseId, DatabaseSettings, Field, FieldId, FieldType, Fields, Invalid, Timestamp,
    standard_fields,
};
use roster_webhook::{Headers, Mapping, MappingOutcome, Refusal, Scheme, Secret, VerifiedMessage};
use serde_json::{Map, Value, json};

/// Headers as they were sent.
pub type Sent<'a> = &'a [(&'a str, &'a str)];

/// Answers for headers without heed of case, as a request does.
pub fn answers<'a>(sent: Sent<'a>) -> impl Fn(&str) -> Option<&'a str> + 'a {
    move |name| {
        let found = sent.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value)
    }
}

pub fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_ms(seconds * 1000)
}

pub fn scheme(definition: &Value) -> Scheme {
    Scheme::parse(definition).unwrap()
}

/// Checks a delivery at a time in seconds.
pub fn check(
    definition: &Value,
    secrets: &[&str],
    sent: Sent,
    body: &str,
    now: i64,
) -> Result<VerifiedMessage, Refusal> {
    let scheme = scheme(definition);
    let secrets: Vec<Secret> = secrets.iter().map(|s| scheme.secret(s).unwrap()).collect();
    scheme.check(&answers(sent), body.as_bytes(), &secrets, seconds(now))
}

/// What a delivery without headers becomes.
pub fn map(definition: &Value, payload: &Value) -> MappingOutcome {
    map_with(definition, payload, &[])
}

pub fn map_with(definition: &Value, payload: &Value, sent: Sent) -> MappingOutcome {
    let mapping = Mapping::parse(definition).unwrap();
    apply(&mapping, payload, &answers(sent)).unwrap()
}

/// 2026-11-28, when all deliveries come.
pub const NOW: i64 = 1_795_862_400;

/// What a mapping makes of a delivery that comes [`NOW`], for a new database.
pub fn apply(
    mapping: &Mapping,
    payload: &Value,
    headers: &Headers,
) -> Result<MappingOutcome, Vec<Invalid>> {
    let database = database(&[]);
    let schema = Schema {
        database: &database,
        resources: &[],
        segments: &[],
        relation_types: &[],
        neighbours: &[],
        control: None,
    };
    mapping.apply(payload, headers, seconds(NOW), &schema)
}

/// A new database with more fields.
pub fn database(more: &[(&str, FieldType)]) -> Database {
    let mut fields = standard_fields();
    for ((name, kind), id) in more.iter().zip(100..) {
        fields.push(Field::new(FieldId::new(id).unwrap(), name, *kind));
    }
    Database {
        id: DatabaseId::new(1).unwrap(),
        settings: DatabaseSettings::create(&json!({"name": "people", "region": "RU"})).unwrap(),
        created_at: Timestamp::from_ms(0),
        updated_at: Timestamp::from_ms(0),
        fields: Fields::from(fields),
    }
}

/// The parts of a write.
pub fn written(
    mapped: MappingOutcome,
) -> (Map<String, Value>, Value, Option<String>, Option<Timestamp>) {
    match mapped {
        MappingOutcome::Write {
            mut request,
            data,
            id,
            at,
            ..
        } => {
            // What all of them have.
            assert_eq!(request.remove("invalid").unwrap(), "skip");
            assert_eq!(request.remove("line_breaks").unwrap(), "space");
            (request, data, id, at)
        }
        MappingOutcome::Skip { reason } => panic!("skipped: {reason}"),
    }
}

/// The data of a write.
pub fn data(definition: &Value, payload: &Value) -> Value {
    written(map(definition, payload)).1
}

/// Why nothing is written.
pub fn skipped(mapped: MappingOutcome) -> String {
    match mapped {
        MappingOutcome::Skip { reason } => reason,
        MappingOutcome::Write { data, .. } => panic!("written: {data}"),
    }
}
