//! Definitions of fields, settings of databases and resources.

use roster_model::define::Settings;
use roster_model::{
    Channel, Context, Database, DatabaseId, DatabaseSettings, Field, FieldId, FieldType, Fields,
    Invalid, ResourceSettings, Timestamp, Zone, standard_fields,
};
use serde_json::{Value, json};

/// Calls `check` with a context without region, in UTC.
fn plain<T>(check: impl FnOnce(&Context) -> T) -> T {
    let zone = Zone::utc();
    check(&Context {
        zone: &zone,
        region: None,
    })
}

fn create(definition: &Value) -> Result<Field, Vec<Invalid>> {
    plain(|ctx| Field::create(FieldId::new(100).unwrap(), definition, ctx))
}

/// The places and codes of everything that was wrong.
fn wrong<T: std::fmt::Debug>(result: Result<T, Vec<Invalid>>) -> Vec<(String, &'static str)> {
    let all = result.unwrap_err();
    all.into_iter()
        .map(|invalid| (invalid.pointer, invalid.code.as_str()))
        .collect()
}

fn one(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(pointer.to_owned(), code)]
}

#[test]
fn a_field_is_made_from_its_definition() {
    let field = create(&json!({
        "name": "colour", "type": "enum", "title": " Colour ", "options": [" red ", "green"],
        "default": 2, "searchable": true, "description": "a\nb", "position": 5, "required": null,
    }))
    .unwrap();
    assert_eq!(field.title, "Colour");
    assert_eq!(field.options, ["red", "green"]);
    assert_eq!(field.default, Some(json!("green")));
    assert!(field.searchable && !field.required && !field.matchable);
    let shown = serde_json::to_value(&field).unwrap();
    assert_eq!(shown["type"], "enum");
    assert_eq!(shown["id"], "100");
    assert_eq!(serde_json::from_value::<Field>(shown).unwrap(), field);

    let unique = create(&json!({"name": "crm_id", "type": "integer", "unique": true})).unwrap();
    assert!(unique.matchable);
}

#[test]
fn every_mistake_in_a_definition_is_reported() {
    let all = wrong(create(&json!({
        "name": "1st", "type": "text", "title": 5, "unique": "yes", "colour": 1,
    })));
    let expected = [
        ("/name", "invalid_name"),
        ("/type", "not_an_option"),
        ("/title", "wrong_type"),
        ("/unique", "wrong_type"),
        ("/colour", "unknown_field"),
    ];
    assert_eq!(all, expected.map(|(at, code)| (at.to_owned(), code)));

    let with = |name: &str, value: Value, kind: &str| {
        let mut definition = json!({"name": "f", "type": kind});
        definition[name] = value;
        wrong(create(&definition))
    };
    assert_eq!(wrong(create(&json!([]))), one("", "wrong_type"));
    assert_eq!(
        wrong(create(&json!({"name": "f"}))),
        one("/type", "required")
    );
    assert_eq!(
        with("name", json!("email"), "string"),
        one("/name", "reserved_name")
    );
    assert_eq!(
        with("name", json!("_x"), "string"),
        one("/name", "invalid_name")
    );
    assert_eq!(
        with("unique", json!(true), "tags"),
        one("/unique", "not_supported")
    );
    assert_eq!(
        with("matchable", json!(true), "object"),
        one("/matchable", "not_supported")
    );
    assert_eq!(
        with("searchable", json!(true), "integer"),
        one("/searchable", "not_supported")
    );
    assert_eq!(
        with("options", json!(["a"]), "string"),
        one("/options", "not_supported")
    );
    assert_eq!(
        with("options", json!([]), "enum"),
        one("/options", "required")
    );
    assert_eq!(
        with("options", json!(["a", " a"]), "enum"),
        one("/options/1", "repeated")
    );
    assert_eq!(
        with("options", json!(["a", ""]), "enum"),
        one("/options/1", "empty")
    );
    assert_eq!(
        with("options", json!(vec!["a"; 1001]), "enum"),
        one("/options", "required")
    );
    assert_eq!(
        with("default", json!("x"), "integer"),
        one("/default", "wrong_type")
    );
    assert_eq!(
        with("default", json!(["a", 1]), "tags"),
        one("/default/1", "wrong_type")
    );
    assert_eq!(
        with("title", json!("x".repeat(201)), "string"),
        one("/title", "too_long")
    );
    assert_eq!(
        with("position", json!(1e9), "string"),
        one("/position", "out_of_range")
    );
    assert_eq!(
        with("type", json!("email"), "string"),
        one("/type", "not_an_option")
    );
    let both = json!({"name": "f", "type": "string", "unique": true, "matchable": false});
    assert_eq!(wrong(create(&both)), one("/matchable", "contradiction"));
    let both = json!({"name": "f", "type": "string", "unique": true, "default": "a"});
    assert_eq!(wrong(create(&both)), one("/default", "contradiction"));
}

#[test]
fn a_patch_changes_what_it_names() {
    let field = create(&json!({"name": "f", "type": "integer", "default": 5, "title": "F"}));
    let field = field.unwrap();
    let patch = |patch: Value| plain(|ctx| field.patch(&patch, ctx));
    assert_eq!(patch(json!({})).unwrap(), field);
    assert_eq!(patch(json!({"id": "100", "name": "f"})).unwrap(), field);
    assert_eq!(patch(json!({"title": null})).unwrap().title, "");
    assert_eq!(patch(json!({"default": null})).unwrap().default, None);
    assert_eq!(
        wrong(patch(json!({"name": "g"}))),
        one("/name", "read_only")
    );
    // The default must suit the new type, or go.
    let text = patch(json!({"type": "string", "default": null})).unwrap();
    assert_eq!(text.field_type, FieldType::String);
    assert_eq!(
        wrong(patch(json!({"type": "string"}))),
        one("/default", "wrong_type")
    );
    assert_eq!(
        wrong(patch(json!({"type": null}))),
        one("/type", "required")
    );
}

#[test]
fn standard_fields_stay_what_they_are() {
    let fields = standard_fields();
    let patch = |name: &str, patch: Value| {
        let field = fields.iter().find(|f| f.name == name).unwrap();
        plain(|ctx| field.patch(&patch, ctx))
    };
    assert!(
        patch("_fname", json!({"required": true, "title": "First name"}))
            .unwrap()
            .required
    );
    assert!(
        patch("_city", json!({"searchable": true}))
            .unwrap()
            .searchable
    );
    assert_eq!(
        wrong(patch("_fname", json!({"type": "integer"}))),
        one("/type", "read_only")
    );
    assert_eq!(
        wrong(patch("_sex", json!({"options": ["a"]}))),
        one("/options", "read_only")
    );
    assert_eq!(
        wrong(patch("email", json!({"unique": false}))),
        one("/unique", "read_only")
    );
}

#[test]
fn database_settings_are_read_and_patched() {
    let settings = DatabaseSettings::create(&json!({"name": " Customers "})).unwrap();
    assert_eq!(settings.name, "Customers");
    assert_eq!(
        (settings.time_zone.name(), settings.language.as_str()),
        ("UTC", "en")
    );
    let patched = settings.patch(&json!({
        "region": "ru", "time_zone": "europe/moscow", "language": "PT-br",
        "tags": ["a", "a "], "manager_title": "Your subscriptions",
    }));
    let patched = patched.unwrap();
    assert_eq!(patched.region.unwrap().code(), "RU");
    assert_eq!(patched.time_zone.name(), "Europe/Moscow");
    assert_eq!(
        (patched.language.as_str(), patched.tags.len()),
        ("pt-BR", 1)
    );
    let back = json!({"region": null, "time_zone": null, "language": null, "tags": null, "manager_title": null});
    assert_eq!(patched.patch(&back).unwrap(), settings);

    let all = wrong(DatabaseSettings::create(&json!({
        "description": 1, "region": "XX", "time_zone": "Nowhere", "language": "english!", "id": 1,
    })));
    let expected = [
        ("/name", "required"),
        ("/description", "wrong_type"),
        ("/region", "invalid_region"),
        ("/time_zone", "invalid_time_zone"),
        ("/language", "invalid_language"),
        ("/id", "unknown_field"),
    ];
    assert_eq!(all, expected.map(|(at, code)| (at.to_owned(), code)));
    assert_eq!(
        wrong(settings.patch(&json!({"name": null}))),
        one("/name", "required")
    );
    assert_eq!(
        wrong(settings.patch(&json!({"name": "  "}))),
        one("/name", "empty")
    );
    assert_eq!(
        wrong(settings.patch(&json!({"name": "x".repeat(201)}))),
        one("/name", "too_long")
    );
}

#[test]
fn a_database_finds_its_fields_and_shows_itself() {
    let at = Timestamp::from_ms(0);
    let database = Database {
        id: DatabaseId::new(7).unwrap(),
        settings: DatabaseSettings::create(&json!({"name": "Customers", "region": "DE"})).unwrap(),
        created_at: at,
        updated_at: at,
        fields: Fields::from(standard_fields()),
    };
    assert_eq!(database.field("_sex").unwrap().field_type, FieldType::Enum);
    assert!(database.field("_status").is_none());
    assert_eq!(database.fields.first().unwrap().name, "email");
    assert_eq!(database.context().region.unwrap().code(), "DE");
    let shown = serde_json::to_value(&database).unwrap();
    assert_eq!(
        (&shown["id"], &shown["name"]),
        (&json!("7"), &json!("Customers"))
    );
    assert_eq!(
        (&shown["region"], &shown["time_zone"]),
        (&json!("DE"), &json!("UTC"))
    );
    assert_eq!(shown["created_at"], "1970-01-01T00:00:00.000Z");
    assert_eq!(shown["fields"].as_array().unwrap().len(), 20);
}

fn resource(json: &Value) -> Result<ResourceSettings, Vec<Invalid>> {
    plain(|ctx| ResourceSettings::create(json, ctx))
}

#[test]
fn resource_settings_are_read_and_patched() {
    let settings = resource(&json!({
        "name": "News", "url": "https://example.org/news", "databases": ["2", 1, 2],
        "channels": ["email", "sms", "email"], "raise_priority": true,
        "categories": ["weekly", {"name": "daily", "title": "Every day", "steady": true, "active": false}],
        "fields": [{"channel": "email", "name": "source", "type": "string"},
                   {"channel": "sms", "name": "source", "type": "integer"}],
    }))
    .unwrap();
    assert_eq!(
        settings.databases,
        [2, 1].map(|n| DatabaseId::new(n).unwrap())
    );
    assert_eq!(settings.channels, [Channel::Email, Channel::Sms]);
    assert_eq!(settings.primary_channel, Channel::Email);
    assert!(settings.category("weekly").unwrap().active);
    assert!(settings.category("daily").unwrap().steady);
    let sms = settings.field(Channel::Sms, "source").unwrap();
    assert_eq!((sms.id.get(), sms.field_type), (2, FieldType::Integer));

    // A list that is sent back as shown, shorter or in another order, keeps ids.
    let shown = serde_json::to_value(&settings).unwrap();
    assert_eq!(shown["fields"][1]["channel"], "sms");
    let patch = |patch: Value| plain(|ctx| settings.patch(&patch, ctx));
    let fields = json!([{"channel": "email", "name": "new", "type": "date"}, shown["fields"][1]]);
    let patched = patch(json!({"fields": fields})).unwrap();
    assert_eq!(patched.field(Channel::Sms, "source").unwrap().id.get(), 2);
    assert_eq!(patched.field(Channel::Email, "new").unwrap().id.get(), 3);
    assert_eq!(patch(json!({"categories": null})).unwrap().categories, []);

    let fields = json!([{"channel": "sms", "name": "source", "type": "string"}]);
    assert_eq!(
        wrong(patch(json!({"fields": fields}))),
        one("/fields/0/type", "read_only")
    );
    assert_eq!(
        wrong(patch(json!({"channels": ["email"]}))),
        one("/fields/1/channel", "not_an_option")
    );
    assert_eq!(
        wrong(patch(json!({"primary_channel": "push"}))),
        one("/primary_channel", "not_an_option")
    );
    assert_eq!(
        wrong(patch(json!({"channels": null}))),
        one("/channels", "required")
    );
}

#[test]
fn every_mistake_in_a_resource_is_reported() {
    let with = |name: &str, value: Value| {
        let mut json = json!({"name": "News", "primary_channel": "email"});
        json[name] = value;
        wrong(resource(&json))
    };
    assert_eq!(
        wrong(resource(&json!({"name": "News"}))),
        one("/channels", "required")
    );
    assert_eq!(with("channels", json!([])), one("/channels", "required"));
    assert_eq!(
        with("channels", json!(["fax"])),
        one("/channels/0", "invalid_channel")
    );
    assert_eq!(
        with("url", json!("example.org")),
        one("/url", "invalid_url")
    );
    assert_eq!(
        with("url", json!("javascript:alert(1)")),
        one("/url", "invalid_url")
    );
    assert_eq!(with("url", json!("https://")), one("/url", "invalid_url"));
    assert_eq!(
        with("databases", json!([0])),
        one("/databases/0", "invalid_id")
    );
    assert_eq!(
        with("categories", json!(["a", {"name": "a"}])),
        one("/categories/1/name", "repeated")
    );
    assert_eq!(
        with("categories", json!([{"title": "a"}])),
        one("/categories/0/name", "required")
    );
    assert_eq!(with("colour", json!(1)), one("/colour", "unknown_field"));
    let field = |extra: &str, value: Value| {
        let mut field = json!({"channel": "email", "name": "f", "type": "string"});
        field[extra] = value;
        with("fields", json!([field]))
    };
    assert_eq!(
        field("unique", json!(true)),
        one("/fields/0/unique", "not_supported")
    );
    assert_eq!(
        field("channel", json!("sms")),
        one("/fields/0/channel", "not_an_option")
    );
    assert_eq!(
        field("name", json!("a b")),
        one("/fields/0/name", "invalid_name")
    );
    assert_eq!(
        field("default", json!(5)),
        one("/fields/0/default", "wrong_type")
    );
    let twice = json!([{"channel": "email", "name": "f", "type": "string"},
                       {"channel": "email", "name": "f", "type": "date"}]);
    assert_eq!(with("fields", twice), one("/fields/1/name", "repeated"));
}

#[test]
fn case_is_for_strings_and_makes_keys_alike() {
    let zone = Zone::utc();
    let context = Context {
        zone: &zone,
        region: None,
    };
    let id = roster_model::FieldId::new(100).unwrap();
    let make = |json: Value| Field::create(id, &json, &context);
    let field = make(json!({"name": "code", "type": "string", "unique": true})).unwrap();
    let caseless = field
        .patch(&json!({"case": "insensitive"}), &context)
        .unwrap();
    assert_ne!(field.keys(&json!("c-1")), field.keys(&json!("C-1")));
    assert_eq!(
        caseless.keys(&json!("ΟΔΟΣ c-1")),
        caseless.keys(&json!("οδος C‑1"))
    );
    assert!(field.keys(&json!(" \u{200b}")).is_empty());
    let back = caseless.patch(&json!({"type": "integer"}), &context);
    assert_eq!(back.unwrap().case, roster_model::Case::Sensitive);
    for (json, code) in [
        (
            json!({"name": "a", "type": "integer", "case": "insensitive"}),
            "not_supported",
        ),
        (
            json!({"name": "a", "type": "string", "case": "upper"}),
            "not_an_option",
        ),
    ] {
        assert_eq!(make(json).unwrap_err()[0].code.as_str(), code);
    }
}
