//! The members of the United States Congress since 1789, from the files as they
//! are: uploaded, mapped, imported. They lie outside the repository; without
//! them the tests say that they skip.

use super::{Import, counts, mapping};
use crate::support::{Database, Server, root};
use serde_json::{Value, json};

fn file(name: &str) -> Option<Vec<u8>> {
    let file = std::fs::read(root().join("../shared/data").join(name)).ok();
    if file.is_none() {
        eprintln!("skipped: the file {name} is not here");
    }
    file
}

fn fields() -> Vec<Value> {
    vec![
        json!({ "name": "bioguide", "type": "string", "unique": true }),
        json!({ "name": "party", "type": "string" }),
        json!({ "name": "fec", "type": "tags" }),
        json!({ "name": "district", "type": "integer" }),
        json!({ "name": "full_name", "type": "string" }),
    ]
}

fn settings() -> Value {
    let mapping = mapping(&[
        ("bioguide_id", "bioguide"),
        ("last_name", "_lname"),
        ("first_name", "_fname"),
        ("birthday", "_bdate"),
        ("gender", "_sex"),
        ("phone", "phones"),
        ("party", "party"),
        ("fec_ids", "fec"),
        ("district", "district"),
        ("full_name", "full_name"),
    ]);
    json!({ "matching": "custom", "field_name": "bioguide", "region": "US", "mapping": mapping })
}

#[test]
fn both_files_are_imported_as_they_are_and_again_change_nothing() {
    let (Some(historical), Some(current)) = (
        file("legislators-historical.csv"),
        file("legislators-current.csv"),
    ) else {
        return;
    };
    let server = Server::start();
    let db = Database::new(&server, "congress", &fields());
    for (name, bytes, rows) in [
        ("historical.csv", &historical, 12_230),
        ("current.csv", &current, 537),
    ] {
        let first = Import::of(&db, name, bytes).run(&settings());
        assert_eq!(counts(&first), [rows, 0, 0, 0, 0], "{first}");
        let second = Import::of(&db, name, bytes).run(&settings());
        assert_eq!(counts(&second), [0, 0, rows, 0, 0], "{second}");
    }
    assert_eq!(db.total(), 12_767);
    let cantwell =
        json!({ "matching": "custom", "field_name": "bioguide", "field_value": "C000127" });
    let found = db.find(&cantwell).ok(200);
    assert_eq!(found["data"]["phones"], json!(["+12022243441"]));
    assert_eq!(found["data"]["fec"], json!(["S8WA00194", "H2WA01054"]));
    assert_eq!(found["data"]["_bdate"], "1958-10-13");
}
