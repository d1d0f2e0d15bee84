//! Secrets that are stored plain, or sealed with an older key, are sealed in rounds, and
//! nobody's change is overwritten.

use roster_model::define::Settings;
use roster_model::schedule::{ScheduleSettings, Source};
use roster_model::{AppKeySettings, Zone};
use roster_store::hooks::{self, HookData, HookSecret};
use roster_store::schedules::{self, ScheduleData, StoredSecret};
use roster_store::sealing::{SealingRound, SecretPlace, seal_some};
use roster_store::{Cell, apps};
use serde_json::{Value, json};
use std::cell::RefCell;

use super::watchers;
use super::world::*;
use crate::engine::Connection;

/// What stands for a key that seals.
const MARK: &str = "sealed:1:new:";

/// What is sealed with a key that isn't there any more.
const LOST: &str = "sealed:1:lost:x";

fn seal(stored: &str) -> Option<String> {
    (stored != LOST).then(|| format!("{MARK}{}", stored.rsplit(':').next().unwrap_or_default()))
}

/// All rounds from the first on; how many rows they wrote, and how many rounds there were.
fn seal_all(sql: &Connection, place: SecretPlace) -> (usize, usize) {
    let (mut written, mut rounds, mut after) = (0, 0, Some(place.first()));
    while let Some(from) = after {
        let round = block_on(seal_some(sql, place, &from, MARK, &seal)).unwrap();
        written += round.written;
        rounds += 1;
        after = round.next;
    }
    (written, rounds)
}

fn hook(sql: &Connection, id: &str, secrets: &[&str]) {
    let secrets: Vec<HookSecret> = secrets
        .iter()
        .map(|text| HookSecret {
            secret: (*text).to_owned(),
            added_at: tick(),
            expires_at: None,
        })
        .collect();
    let put = HookData {
        name: id,
        definition: &json!({"enabled": true, "secret": "a member that is called so"}),
        secrets: &secrets,
    };
    within(sql, async || {
        hooks::create(sql, database_id(PEOPLE), id, put, &author()).await
    })
    .unwrap();
}

fn hook_secrets(sql: &Connection, id: &str) -> Vec<String> {
    let hook = block_on(hooks::get(sql, id)).unwrap().unwrap();
    hook.secrets.into_iter().map(|one| one.secret).collect()
}

fn schedule(sql: &Connection, headers: Value, secret: Option<&str>) -> schedules::Schedule {
    let source = json!({"url": "https://files.example/a.csv", "headers": headers,
        "auth": {"type": "bearer"}});
    let body = json!({"name": "nightly", "plan": {"every_minutes": 1}, "settings": {},
        "source": source});
    let settings = ScheduleSettings::create(&body, &Zone::utc()).unwrap().0;
    let secret = secret.map(|text| StoredSecret(text.to_owned()));
    let put = ScheduleData {
        settings: &settings,
        secret: secret.as_ref(),
        next_run_at: None,
        speaks_for_all: true,
    };
    let by = author();
    let id = schedules::create(sql, database_id(PEOPLE), &put, &by);
    let id = block_on(id).unwrap();
    block_on(schedules::get(sql, id)).unwrap().unwrap()
}

fn app_key(sql: &Connection, name: &str, algorithm: &str, key: &str) {
    let settings = json!({"name": name, "resource_id": "1"});
    within(sql, async || {
        let settings = AppKeySettings::create(&settings).unwrap();
        let key = key.as_bytes().to_vec();
        apps::create_key(
            sql,
            database_id(PEOPLE),
            settings,
            algorithm,
            key,
            &author(),
        )
        .await
    })
    .unwrap();
}

#[test]
fn webhooks_are_sealed_secret_by_secret_and_once() {
    let world = World::new();
    let sql = world.connect();
    let lost = LOST;
    hook(
        &sql,
        "a",
        &["one", "sealed:1:new:two", "sealed:1:old:three"],
    );
    hook(&sql, "b", &["sealed:1:new:four"]);
    hook(&sql, "c", &[]);
    hook(&sql, "d", &[lost]);
    hook(&sql, "e", &[lost, "six"]);
    let before = block_on(hooks::get(&sql, "a")).unwrap().unwrap();
    let history = rows(&sql, "SELECT count(*) FROM history", vec![]);
    assert_eq!(seal_all(&sql, SecretPlace::Hooks), (2, 1));
    let [one, two, three] = ["one", "two", "three"].map(|text| format!("{MARK}{text}"));
    assert_eq!(hook_secrets(&sql, "a"), [one, two, three]);
    assert_eq!(hook_secrets(&sql, "b"), ["sealed:1:new:four"]);
    assert_eq!(hook_secrets(&sql, "d"), [lost]);
    assert_eq!(hook_secrets(&sql, "e"), [lost, "sealed:1:new:six"]);
    // Nothing else changes: not the revision, nor history.
    let after = block_on(hooks::get(&sql, "a")).unwrap().unwrap();
    assert_eq!(
        (after.revision, after.updated_at, &after.definition),
        (before.revision, before.updated_at, &before.definition)
    );
    assert_eq!(after.secrets[0].added_at, before.secrets[0].added_at);
    assert_eq!(rows(&sql, "SELECT count(*) FROM history", vec![]), history);
    assert_eq!(seal_all(&sql, SecretPlace::Hooks), (0, 1));
}

#[test]
fn many_take_several_rounds_and_those_that_cannot_be_opened_hold_up_nobody() {
    let world = World::new();
    let sql = world.connect();
    for n in 0..60 {
        hook(&sql, &format!("a{n:02}"), &[LOST]);
        hook(&sql, &format!("b{n:02}"), &["plain"]);
    }
    assert_eq!(seal_all(&sql, SecretPlace::Hooks), (60, 3));
    assert_eq!(hook_secrets(&sql, "b59"), ["sealed:1:new:plain"]);
}

#[test]
fn watchers_schedules_their_headers_and_keys_of_apps_are_sealed() {
    let world = World::new();
    let sql = world.connect();
    watchers::created(&sql, watchers::settings("crm", &[1])).unwrap();
    let one = schedule(&sql, json!({"x-key": "hush", "x-b": LOST}), Some("pass"));
    let bare = schedule(&sql, json!({}), None);
    app_key(&sql, "hs", "HS256", "a secret \"quoted\" ж");
    app_key(&sql, "rs", "RS256", "public");
    for (place, written) in [
        (SecretPlace::Watchers, 1),
        (SecretPlace::Schedules, 1),
        (SecretPlace::Headers, 1),
        (SecretPlace::AppKeys, 1),
        (SecretPlace::Hooks, 0),
    ] {
        assert_eq!(seal_all(&sql, place).0, written, "{place:?}");
        assert_eq!(seal_all(&sql, place).0, 0, "{place:?}");
    }
    let texts = rows(&sql, "SELECT secrets FROM watchers", vec![]);
    assert_eq!(texts[0][0], Cell::from("[\"sealed:1:new:whsec_one\"]"));
    let after = block_on(schedules::get(&sql, one.id)).unwrap().unwrap();
    assert_eq!(after.secret, Some(StoredSecret(format!("{MARK}pass"))));
    let mut headers = after.settings.source.file().unwrap().headers.clone();
    headers.sort();
    let sealed = ("x-key".to_owned(), format!("{MARK}hush"));
    assert_eq!(headers, [("x-b".to_owned(), LOST.to_owned()), sealed]);
    let mut same = after.settings.clone();
    if let (Source::File(to), Some(from)) = (&mut same.source, one.settings.source.file()) {
        to.headers = from.headers.clone();
    }
    assert_eq!((same, after.revision), (one.settings, one.revision));
    let untouched = block_on(schedules::get(&sql, bare.id)).unwrap().unwrap();
    assert_eq!(
        (untouched.settings, untouched.secret),
        (bare.settings, None)
    );
    let key = |algorithm: &str| {
        let keys = apps::checking(&sql, database_id(PEOPLE), algorithm);
        String::from_utf8(block_on(keys).unwrap().remove(0).key).unwrap()
    };
    assert_eq!(key("HS256"), format!("{MARK}a secret \"quoted\" ж"));
    assert_eq!(key("RS256"), "public");
    let kinds = rows(&sql, "SELECT DISTINCT typeof(key) FROM app_keys", vec![]);
    assert_eq!(kinds, [[Cell::from("blob")]]);
}

#[test]
fn what_somebody_changed_in_between_stays() {
    let world = World::new();
    let sql = world.connect();
    hook(&sql, "a", &["one"]);
    hook(&sql, "b", &["two"]);
    watchers::created(&sql, watchers::settings("crm", &[1])).unwrap();
    let one = schedule(&sql, json!({"x-key": "hush"}), Some("pass"));
    app_key(&sql, "hs", "HS256", "a secret");
    for (place, change) in [
        (
            SecretPlace::Hooks,
            "UPDATE hooks SET secrets = '[]' WHERE id = 'a'",
        ),
        (
            SecretPlace::Watchers,
            "UPDATE watchers SET secrets = '[\"other\"]'",
        ),
        (SecretPlace::Schedules, "UPDATE schedules SET secret = NULL"),
        (
            SecretPlace::Headers,
            "UPDATE schedules SET definition = json_remove(definition, '$.source.headers.x-key')",
        ),
        (
            SecretPlace::AppKeys,
            "UPDATE app_keys SET key = CAST('other' AS BLOB)",
        ),
    ] {
        // It is made after the rows were read, and before they are written.
        let change = RefCell::new(Some(change));
        let late = |stored: &str| {
            if let Some(change) = change.take() {
                execute(&sql, change);
            }
            seal(stored)
        };
        let round = block_on(seal_some(&sql, place, &place.first(), MARK, &late)).unwrap();
        let written = usize::from(place == SecretPlace::Hooks);
        let expected = SealingRound {
            written,
            next: None,
        };
        assert_eq!(round, expected, "{place:?}");
    }
    assert_eq!(hook_secrets(&sql, "a"), [""; 0]);
    assert_eq!(hook_secrets(&sql, "b"), ["sealed:1:new:two"]);
    let after = block_on(schedules::get(&sql, one.id)).unwrap().unwrap();
    assert_eq!(after.secret, None);
    assert!(after.settings.source.file().unwrap().headers.is_empty());
    let left = rows(&sql, "SELECT secrets FROM watchers", vec![]);
    assert_eq!(left[0][0], Cell::from("[\"other\"]"));
}
