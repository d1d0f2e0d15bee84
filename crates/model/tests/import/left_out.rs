//! Columns in which an export says who gets no messages, and which a mapping that was
//! made by hand leaves out: they are read, or nobody is subscribed.

use crate::kit::{Rig, codes, headers};
use crate::support::Store;
use roster_model::Invalid;
use roster_model::import::{Columns, ImportSettings, Plan, Row};
use serde_json::{Map, Value, json};

const CONTACTS: &str = "subscriptions/1/email";

fn subscription() -> Value {
    json!({"subscription": {"resource_id": 1, "channel": "email"}})
}

fn mapping(more: &[Value]) -> Value {
    let mut all = vec![
        json!({"column": "email", "to": {"field": "email"}}),
        json!({"column": CONTACTS, "to": subscription()}),
    ];
    all.extend(more.iter().cloned());
    json!({"mode": "add", "separator": ";", "mapping": all})
}

fn names(more: &[&str]) -> Vec<String> {
    let beside = more.iter().map(|one| match one.strip_prefix('/') {
        Some(part) => format!("{CONTACTS}/{part}"),
        None => (*one).to_owned(),
    });
    let all = ["email".to_owned(), CONTACTS.to_owned()].into_iter();
    all.chain(beside).collect()
}

fn rig(more: &[&str], settings: Value) -> Rig {
    let names = names(more);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Rig::text(&names, settings)
}

/// Each subscription that a row makes, and what is told of it.
fn subscribed(mut rig: Rig, row: Row) -> (Vec<String>, Vec<(&'static str, String)>) {
    let schema = rig.store.schema();
    let command = rig.plan.prepare(row, &schema).unwrap();
    let outcome = rig.store.run(&[command]).remove(0).unwrap();
    let all = &rig.store.profiles[&outcome.id].subscriptions;
    let all = all.iter().map(|one| {
        let (status, by) = (one.status.as_str(), one.standing().by.as_str());
        format!("{} {status} {by}", one.contact.key())
    });
    let told = outcome.skipped.iter();
    let told = told.map(|one| (one.code.as_str(), one.pointer.clone()));
    (all.collect(), told.collect())
}

fn cells(rig: Rig, cells: &[&str]) -> Vec<String> {
    let cell = |index: usize| cells.get(index).copied();
    subscribed(rig, Row::Cells(&cell)).0
}

fn record(settings: Value, record: Value) -> (Vec<String>, Vec<(&'static str, String)>) {
    let record: Map<String, Value> = record.as_object().unwrap().clone();
    subscribed(Rig::records(settings), Row::Record(&record))
}

#[test]
fn what_stands_beside_contacts_is_read_with_them() {
    let all = ["/status", "/left_by", "/left_at", "/withheld"];
    let row = [
        "ann@x.org",
        "a@x.org;b@x.org;c@x.org",
        "subscribed;unsubscribed;subscribed",
        "\"\";person;\"\"",
        "\"\";2026-01-02T00:00:00Z;\"\"",
        "\"\";\"\";suppressed",
    ];
    let right = [
        "a@x.org subscribed import",
        "b@x.org unsubscribed person",
        "c@x.org unsubscribed import",
    ];
    assert_eq!(cells(rig(&all, mapping(&[])), &row), right);
    // Whatever the resource is called here, and whatever else is mapped.
    let status = json!({"column": format!("{CONTACTS}/status"), "to": {"part": "status",
        "subscription": {"resource_id": 1, "channel": "email"}}});
    assert_eq!(cells(rig(&all, mapping(&[status])), &row), right);
    let few = rig(&["/withheld"], mapping(&[]));
    let held = ["ann@x.org", "a@x.org;b@x.org", "suppressed;\"\""];
    assert_eq!(
        cells(few, &held),
        ["a@x.org unsubscribed import", "b@x.org subscribed import"]
    );
    let ignored = |name: &&str| json!({"column": format!("{CONTACTS}{name}"), "to": "ignore"});
    let none: Vec<Value> = all.iter().map(ignored).collect();
    assert_eq!(cells(rig(&all, mapping(&none)), &row).len(), 3);
    let ignored = cells(rig(&all, mapping(&none)), &row);
    assert!(ignored.iter().all(|one| one.contains(" subscribed ")));
    assert!(rig(&all, mapping(&[])).plan.ignored().is_empty());
}

fn refused(names: &[&str], mapping: Value, constants: Value) -> Vec<(&'static str, String)> {
    codes(plan(names, mapping, constants))
}

fn plan(names: &[&str], mapping: Value, constants: Value) -> Result<Plan, Vec<Invalid>> {
    let store = Store::new();
    let settings = json!({"mode": "add", "mapping": mapping, "constants": constants});
    let settings = ImportSettings::parse(&settings, &store.schema()).unwrap();
    Plan::new(&settings, Columns::Text(&headers(names)), &store.schema())
}

#[test]
fn a_column_that_nobody_reads_keeps_the_import_from_starting() {
    let own = json!([{"column": "email", "to": [{"field": "email"}, subscription()]}]);
    let wrong = ("consent_column_not_mapped", "/mapping".to_owned());
    let status = format!("{CONTACTS}/status");
    for left_out in [
        "letter/withheld",
        "letter/Status ",
        "subscriptions/1/email/left_at",
        "subscriptions/7/email/status",
        "subscriptions",
        "_status",
    ] {
        let found = refused(&["email", left_out], own.clone(), json!({}));
        assert_eq!(found, std::slice::from_ref(&wrong), "{left_out}");
        let mut mapped = own.clone();
        let ignored = json!({"column": left_out, "to": "ignore"});
        mapped.as_array_mut().unwrap().push(ignored);
        assert!(plan(&["email", left_out], mapped, json!({})).is_ok());
    }
    // A status for all of them is no reason to leave out each one's own.
    let all = json!([{"column": "email", "to": {"field": "email"}},
        {"column": CONTACTS, "to": {"subscription":
            {"resource_id": 1, "channel": "email", "status": "subscribed"}}}]);
    let found = refused(&["email", CONTACTS, &status], all.clone(), json!({}));
    assert_eq!(found, std::slice::from_ref(&wrong));
    let text = all.to_string().replace("subscribed", "unsubscribed");
    let ended = serde_json::from_str(&text).unwrap();
    assert!(plan(&["email", CONTACTS, &status], ended, json!({})).is_ok());
    let email = json!([{"column": "email", "to": {"field": "email"}}]);
    let every = json!({"subscriptions": [{"resource_id": 1, "channel": "email"}]});
    let found = refused(&["email", &status], email.clone(), every);
    assert_eq!(found, std::slice::from_ref(&wrong));
    // What is said otherwise of who agreed counts, but not against who is withheld.
    let part = |column: &str, part: &str| {
        let mut to = subscription();
        to["part"] = json!(part);
        json!({"column": column, "to": to})
    };
    let mut agreed = own;
    let more = agreed.as_array_mut().unwrap();
    more.push(part("consent", "opt_in"));
    assert!(
        plan(
            &["email", "consent", "payment/status"],
            agreed.clone(),
            json!({})
        )
        .is_ok()
    );
    let mut stated = json!([{"column": "email", "to": [{"field": "email"}, subscription()]}]);
    let more = stated.as_array_mut().unwrap();
    more.push(part("letter/status", "status"));
    let names = ["email", "letter/status", "letter/withheld"];
    assert_eq!(refused(&names, stated.clone(), json!({})), [wrong]);
    assert!(
        plan(
            &["email", "letter/status", "other/withheld"],
            stated,
            json!({})
        )
        .is_ok()
    );
}

#[test]
fn columns_about_nobody_who_is_subscribed_may_be_left_out() {
    let email = json!([{"column": "email", "to": {"field": "email"}}]);
    let status = format!("{CONTACTS}/status");
    let names = ["email", CONTACTS, &status, "_status", "subscriptions"];
    assert!(plan(&names, email, json!({})).is_ok());
    // Another channel, and another resource whose contacts are not taken.
    let phones = json!([{"column": "phones", "to": [{"field": "phones"},
        {"subscription": {"resource_id": 1, "channel": "sms"}}]}]);
    let settings = json!({"mode": "add", "matching": "phone", "mapping": phones});
    let store = Store::new();
    let columns = headers(&["phones", &status]);
    let read = ImportSettings::parse(&settings, &store.schema()).unwrap();
    assert!(Plan::new(&read, Columns::Text(&columns), &store.schema()).is_ok());
    let others = [
        "/status",
        "/withheld",
        "subscriptions/2/email",
        "subscriptions/2/email/status",
        "subscriptions/2/email/withheld",
        "subscriptions/2/email/left_by",
    ];
    drop(rig(&others, mapping(&[])));
}

#[test]
fn records_are_heeded_one_by_one() {
    let status = format!("{CONTACTS}/status");
    let withheld = format!("{CONTACTS}/withheld");
    let of = |more: Value| {
        let mut all = json!({"email": "ann@x.org", CONTACTS: ["a@x.org", "b@x.org"]});
        let members = all.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        all
    };
    let said = json!({&status: ["subscribed", "unsubscribed"], &withheld: ["suppressed", null]});
    assert_eq!(
        record(mapping(&[]), of(said)).0,
        ["a@x.org unsubscribed import", "b@x.org unsubscribed import"]
    );
    // Files from before that, and files of others, have no such members.
    assert_eq!(
        record(mapping(&[]), of(json!({}))).0,
        ["a@x.org subscribed import", "b@x.org subscribed import"]
    );
    let wrong = |name: &str| {
        let pointer = format!("/{}", name.replace('/', "~1"));
        vec![("consent_column_not_mapped", pointer)]
    };
    for (name, value, against) in [
        ("_status", json!("unsubscribed"), true),
        ("_status", json!("subscribed"), false),
        ("letter/withheld", json!("suppressed"), true),
        ("letter/withheld", json!(""), false),
        ("letter/status", json!("subscribed"), false),
        ("letter/status", json!("complained"), true),
        (
            "subscriptions",
            json!([{"channel": "email", "status": "unsubscribed"}]),
            true,
        ),
        ("subscriptions", json!(["gold", "silver"]), false),
        (
            "subscriptions/9/email/status",
            json!(["unsubscribed"]),
            true,
        ),
        ("subscriptions/9/sms/status", json!(["unsubscribed"]), false),
    ] {
        let (all, told) = record(mapping(&[]), of(json!({name: value})));
        assert_eq!(all.is_empty(), against, "{name} {value}");
        assert_eq!(
            told,
            if against { wrong(name) } else { vec![] },
            "{name} {value}"
        );
        let ignore = json!({"column": name, "to": "ignore"});
        let (all, told) = record(mapping(&[ignore]), of(json!({name: value})));
        assert_eq!((all.len(), told.len()), (2, 0), "{name}");
    }
}
