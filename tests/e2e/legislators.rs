//! A real file of people, imported whole, twice, and searched: the members of
//! the United States Congress since 1789. The two files lie outside the
//! repository; without them the test says that it skips.

use crate::support::{Database, Server, all, escaped, root, text};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};

type Row = HashMap<String, String>;

fn rows(name: &str) -> Option<Vec<Row>> {
    let file = root().join("../shared/data").join(name);
    let mut reader = csv::Reader::from_path(file).ok()?;
    Some(reader.deserialize().map(|row| row.unwrap()).collect())
}

/// Columns that stand in a standard field.
const STANDARD: [(&str, &str); 3] = [
    ("first_name", "_fname"),
    ("last_name", "_lname"),
    ("birthday", "_bdate"),
];
const NUMBERS: [&str; 3] = ["district", "senate_class", "govtrack_id"];
const ENUMS: [&str; 3] = ["type", "state", "party"];
const SEARCHABLE: [&str; 4] = ["full_name", "nickname", "middle_name", "bioguide_id"];

fn fields(rows: &[Row]) -> Vec<Value> {
    let mut columns: Vec<&String> = rows[0].keys().collect();
    columns.sort();
    let mut fields = Vec::new();
    for column in columns {
        let name = column.as_str();
        if STANDARD.iter().any(|(c, _)| *c == name) || matches!(name, "gender" | "phone") {
            continue;
        }
        fields.push(match name {
            "bioguide_id" => {
                json!({ "name": name, "type": "string", "unique": true, "searchable": true })
            }
            "fec_ids" => json!({ "name": name, "type": "tags" }),
            _ if NUMBERS.contains(&name) => json!({ "name": name, "type": "integer" }),
            _ if ENUMS.contains(&name) => {
                let options: BTreeSet<&String> = rows
                    .iter()
                    .map(|r| &r[name])
                    .filter(|v| !v.is_empty())
                    .collect();
                json!({ "name": name, "type": "enum", "options": options })
            }
            _ => {
                json!({ "name": name, "type": "string", "searchable": SEARCHABLE.contains(&name) })
            }
        });
    }
    fields
}

fn item(row: &Row) -> Value {
    let mut data = Map::new();
    for (column, cell) in row.iter().filter(|(_, cell)| !cell.is_empty()) {
        let name = column.as_str();
        let standard = STANDARD.iter().find(|(c, _)| *c == name);
        let (name, value) = match (name, standard) {
            (_, Some((_, field))) => (*field, json!(cell)),
            ("gender", _) => ("_sex", json!(if cell == "M" { "male" } else { "female" })),
            ("phone", _) => ("phones", json!([cell])),
            ("fec_ids", _) => ("fec_ids", cell.split(',').collect()),
            (name, _) if NUMBERS.contains(&name) => (name, json!(cell.parse::<i64>().unwrap())),
            // A text is kept without white space around it (docs/TYPES.md).
            (name, _) => (name, json!(cell.trim())),
        };
        data.insert(name.to_owned(), value);
    }
    Value::Object(data)
}

/// Imports in batches of 1,000; created, updated, unchanged.
fn import(db: &Database, rows: &[Row]) -> [u64; 3] {
    let mut sums = [0; 3];
    for part in rows.chunks(1_000) {
        let items: Vec<Value> = part.iter().map(item).collect();
        let body = json!({ "matching": "custom", "field_name": "bioguide_id", "data": items });
        let result = db.batch(&body);
        let bad = result["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["outcome"] == "error");
        assert_eq!(bad, None);
        let counts = ["created", "updated", "unchanged"].map(|name| result[name].as_u64().unwrap());
        assert_eq!(
            counts.iter().sum::<u64>(),
            part.len() as u64,
            "counts add up"
        );
        assert_eq!(result["failed"], 0);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    sums
}

/// The letters that these names have beside the plain ones.
fn plain(text: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    };
    text.to_lowercase().chars().map(plain).collect()
}

#[test]
fn two_centuries_of_congress_are_imported_and_found() {
    let (Some(historical), Some(current)) = (
        rows("legislators-historical.csv"),
        rows("legislators-current.csv"),
    ) else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let everyone: Vec<Row> = historical.iter().chain(&current).cloned().collect();
    let server = Server::start();
    let db = Database::new(&server, "Congress", &fields(&everyone));
    db.api.patch(&db.path, &json!({ "region": "US" })).ok(200);

    assert_eq!(import(&db, &historical), [12_230, 0, 0]);
    assert_eq!(import(&db, &current), [537, 0, 0]);
    assert_eq!(db.total(), 12_767);
    let stored = db.all();
    assert_eq!(stored.len(), 12_767);
    let keys: BTreeSet<String> = stored
        .iter()
        .map(|p| text(&p["data"]["bioguide_id"]))
        .collect();
    assert_eq!(keys.len(), 12_767, "nobody twice");

    // Every value of every row is there.
    let by_key: HashMap<String, &Value> = stored
        .iter()
        .map(|p| (text(&p["data"]["bioguide_id"]), &p["data"]))
        .collect();
    for row in &everyone {
        let (given, kept) = (item(row), by_key[&row["bioguide_id"]]);
        let given = given.as_object().unwrap();
        assert_eq!(given.len(), kept.as_object().unwrap().len(), "{kept}");
        for (name, value) in given.iter().filter(|(name, _)| *name != "phones") {
            assert_eq!(&kept[name], value, "{name} of {kept}");
        }
    }

    assert_eq!(import(&db, &historical), [0, 0, 12_230]);
    assert_eq!(import(&db, &current), [0, 0, 537]);
    assert_eq!(db.total(), 12_767);

    let ids = |q: &str| -> BTreeSet<String> {
        let target = format!("/v1/search?database={}&limit=1000&q={}", db.id, escaped(q));
        all(&db.api, &target)
            .iter()
            .map(|i| text(&i["profile"]["data"]["bioguide_id"]))
            .collect()
    };
    let of = |test: &dyn Fn(&Row) -> bool| -> BTreeSet<String> {
        everyone
            .iter()
            .filter(|r| test(r))
            .map(|r| r["bioguide_id"].clone())
            .collect()
    };
    for part in [
        "lujan",
        "Luján",
        "LUJÁN",
        "velazq",
        "Velázquez",
        "gonzalez-col",
        "o’rourke",
        "mcconn",
        "labrador",
        "barragán",
    ] {
        let wanted = plain(part);
        let expected = of(&|row| {
            let names = [
                "first_name",
                "last_name",
                "full_name",
                "nickname",
                "middle_name",
            ];
            names
                .iter()
                .any(|name| plain(&row[*name]).contains(&wanted))
        });
        assert!(!expected.is_empty());
        assert_eq!(ids(part), expected, "{part}");
    }
    assert!(ids("ben ray luján").contains("L000570"));

    let bernie = current
        .iter()
        .find(|row| row["bioguide_id"] == "S000033")
        .unwrap();
    let digits: String = bernie["phone"]
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let (area, rest) = digits.split_at(3);
    let (exchange, line) = rest.split_at(3);
    for written in [
        bernie["phone"].clone(),
        format!("({area}) {exchange}-{line}"),
        format!("+1 {area} {exchange} {line}"),
        format!("{area}.{exchange}.{line}"),
        digits.clone(),
        format!("1{digits}"),
    ] {
        assert!(ids(&written).contains("S000033"), "{written}");
        let found = db.find(&json!({ "matching": "phone", "phone": written }));
        assert!(matches!(found.status, 200 | 409), "{found:?}");
    }

    for state in ["VT", "GU", "NY"] {
        assert_eq!(
            ids(&format!("state:{state}")),
            of(&|row| row["state"] == state),
            "{state}"
        );
    }
    for party in ["Whig", "Federalist", "Anti Masonic"] {
        assert_eq!(
            ids(&format!("party:\"{party}\"")),
            of(&|row| row["party"] == party),
            "{party}"
        );
    }
    assert_eq!(
        ids("state:VT party:Independent"),
        of(&|row| row["state"] == "VT" && row["party"] == "Independent")
    );
    assert_eq!(
        ids("_bdate:1941-09-08"),
        of(&|row| row["birthday"] == "1941-09-08")
    );
}
