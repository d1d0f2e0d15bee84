//! What is exported and imported again changes nothing: the members of the
//! United States Congress, from files that lie outside the repository. Without
//! them the test says that it skips.

use super::{export, fetched, rows};
use crate::imports::{Import, counts, mapping};
use crate::support::{Database, Server, root};
use serde_json::{Value, json};

/// Columns of the files and the fields that they become.
const COLUMNS: [(&str, &str); 14] = [
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
    ("address", "address"),
    ("url", "_regurl"),
    ("contact_form", "form"),
    ("wikipedia_id", "wikipedia"),
];

fn fields() -> Vec<Value> {
    let mut fields = vec![
        json!({"name": "bioguide", "type": "string", "unique": true}),
        json!({"name": "fec", "type": "tags"}),
        json!({"name": "district", "type": "integer"}),
    ];
    for name in ["party", "full_name", "address", "form", "wikipedia"] {
        fields.push(json!({"name": name, "type": "string"}));
    }
    fields
}

#[test]
fn the_members_of_congress_come_back_from_every_format_unchanged() {
    let server = Server::start();
    let db = Database::new(&server, "congress", &fields());
    let mut total = 0;
    for name in ["legislators-historical.csv", "legislators-current.csv"] {
        let Ok(bytes) = std::fs::read(root().join("../shared/data").join(name)) else {
            eprintln!("skipped: the file {name} is not here");
            return;
        };
        let settings = json!({"matching": "custom", "field_name": "bioguide", "region": "US",
            "mapping": mapping(&COLUMNS)});
        let job = Import::of(&db, name, &bytes).run(&settings);
        let counts = counts(&job);
        assert_eq!(counts[1..], [0; 4], "{job}");
        total += counts[0];
    }
    assert_eq!(total, 12_767);
    let (header, exported) = rows(&export(&db, &json!({})).bytes);
    assert_eq!(exported.len(), 12_767);

    // Behind the status stands what the system keeps, which no import writes.
    let own = header.iter().position(|name| name == "_status").unwrap() + 1;
    assert!(header.len() > own, "{header:?}");
    let pairs: Vec<(&str, &str)> = header[..own]
        .iter()
        .map(|name| (&**name, &**name))
        .collect();
    for (body, name, mapping) in [
        (json!({}), "all.csv", mapping(&pairs)),
        (
            json!({"delimiter": "semicolon", "bom": true, "quote": "all", "separator": "|"}),
            "all.csv",
            mapping(&pairs),
        ),
        (
            json!({"delimiter": "tab", "gzip": true}),
            "all.tsv.gz",
            mapping(&pairs),
        ),
        (
            json!({"format": "jsonl", "subscriptions": "json"}),
            "all.jsonl",
            json!("data"),
        ),
        (json!({"format": "xlsx"}), "all.xlsx", mapping(&pairs)),
    ] {
        let bytes = export(&db, &body).bytes;
        let separator = body.get("separator").cloned().unwrap_or(json!(","));
        let settings = json!({"matching": "profile_id", "mode": "update", "mapping": mapping,
            "separator": separator});
        let job = Import::of(&db, name, &bytes).run(&settings);
        assert_eq!(counts(&job), [0, 0, 12_767, 0, 0], "{body}: {job}");
    }
    let target = format!("{}/export?fields=id,updated_at,_fname", db.path);
    let (_, after) = rows(&fetched(db.api.get(&target)).bytes);
    assert_eq!(after.len(), 12_767);
}
