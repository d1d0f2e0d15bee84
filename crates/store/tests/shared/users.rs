//! Users and their sessions: who they are at each moment, and when it ends.

use roster_model::define::Settings;
use roster_model::session::{IDLE_MS, MAX_SESSIONS, WHOLE_MS};
use roster_model::{Timestamp, UserSettings};
use roster_store::rates::{self, Limit};
use roster_store::users::{self, Invitation, User};
use roster_store::{Cell, sessions};
use serde_json::json;

use super::world::*;
use crate::engine::Connection;

fn settings(email: &str, role: &str) -> UserSettings {
    UserSettings::create(&json!({"email": email, "role": role})).unwrap()
}

fn invitation(byte: u8) -> Invitation {
    Invitation {
        secret: [byte; 32],
        ends: Timestamp::from_ms(START + 1_000_000_000),
    }
}

fn created(sql: &Connection, email: &str, role: &str, byte: u8) -> Option<User> {
    let settings = settings(email, role);
    within(sql, async || {
        users::create(sql, settings, &invitation(byte), &author()).await
    })
}

fn found(sql: &Connection, user: &User) -> User {
    block_on(users::get(sql, user.id)).unwrap().unwrap()
}

#[test]
fn a_user_is_invited_comes_changes_and_goes() {
    let world = World::new();
    let sql = world.connect();
    let ann = created(&sql, "Ann@Example.org", "agent", 1).unwrap();
    assert!(created(&sql, "ann@EXAMPLE.org", "viewer", 2).is_none());
    assert_eq!(found(&sql, &ann), ann);
    let now = Timestamp::from_ms(START);
    let invited = |byte: u8, at| block_on(users::invited(&sql, &[byte; 32], at)).unwrap();
    assert_eq!(invited(1, now), Some(ann.clone()));
    assert_eq!(invited(1, invitation(1).ends), None, "its time is over");
    assert_eq!(invited(2, now), None);
    let key = || block_on(users::credentials(&sql, "ann@example.org")).unwrap();
    assert_eq!(key().unwrap().password, None);

    within(&sql, async || {
        users::invite(&sql, &ann, &invitation(3), &author()).await
    });
    assert_eq!(invited(1, now), None, "a new one takes its place");
    let revision = within(&sql, async || {
        users::set_password(&sql, &ann, "$argon2id$x", &author()).await
    });
    assert_eq!((revision, invited(3, now)), (2, None));
    assert_eq!(key().unwrap().password.as_deref(), Some("$argon2id$x"));
    assert!(!format!("{:?}", key()).contains("argon2"));
    assert_eq!(
        block_on(users::password(&sql, ann.id)).unwrap(),
        key().unwrap().password
    );

    let ann = found(&sql, &ann);
    assert!(ann.is_active);
    let bob = created(&sql, "bob@example.org", "admin", 4).unwrap();
    let taken = settings("bob@example.org", "agent");
    let refused = within(&sql, async || {
        users::update(&sql, &ann, taken.clone(), &author()).await
    });
    assert_eq!(refused, None);
    let admin = settings("ann@example.org", "admin");
    let changed = within(&sql, async || {
        users::update(&sql, &ann, admin.clone(), &author()).await
    });
    assert_eq!(changed, Some(found(&sql, &ann)));
    // Bob can't sign in yet, so he is no admin that anybody could turn to.
    let others = |user: &User| block_on(users::other_admins(&sql, user.id)).unwrap();
    assert_eq!((others(&ann), others(&bob)), (0, 1));

    let page = block_on(users::page(&sql, 0, 10)).unwrap();
    assert_eq!(page, [found(&sql, &ann), bob.clone()]);
    assert_eq!(
        block_on(users::page(&sql, ann.id.get(), 10)).unwrap(),
        [bob]
    );
    within(&sql, async || users::delete(&sql, &ann, &author()).await);
    assert_eq!(block_on(users::get(&sql, ann.id)).unwrap(), None);
    assert_eq!(block_on(users::count(&sql)).unwrap(), 1);

    let recorded = rows(
        &sql,
        "SELECT kind FROM history WHERE kind LIKE 'user.%' ORDER BY id",
        vec![],
    );
    let kinds = [
        "created", "updated", "updated", "created", "updated", "deleted",
    ];
    let kinds = kinds.map(|kind| vec![Cell::Text(format!("user.{kind}"))]);
    assert_eq!(recorded, kinds);
    let secret = "SELECT count(*) FROM history WHERE changes LIKE '%argon2id%'";
    assert_eq!(rows(&sql, secret, vec![]), [[Cell::Integer(0)]]);
}

#[test]
fn a_session_is_its_persons_until_it_ends() {
    let world = World::new();
    let sql = world.connect();
    let ann = created(&sql, "ann@example.org", "agent", 1).unwrap();
    let at = |ms: i64| Timestamp::from_ms(START + ms);
    let find = |byte: u8, ms| block_on(sessions::find(&sql, &[byte; 32], at(ms))).unwrap();
    let begin = |byte: u8, ms| {
        within(&sql, async || {
            sessions::create(&sql, ann.id, &[byte; 32], "Firefox", at(ms)).await
        })
    };
    let one = begin(1, 0);
    let two = begin(2, 10);
    let open = find(1, 20).unwrap();
    assert_eq!((open.id, open.user), (one, ann.id));
    assert_eq!(open.settings, ann.settings);
    assert_eq!(find(3, 20), None);

    // What a role may do is read each time.
    let admin = settings("ann@example.org", "admin");
    within(&sql, async || {
        users::update(&sql, &ann, admin.clone(), &author()).await
    });
    assert_eq!(find(1, 20).unwrap().settings, admin);

    assert_eq!(find(1, IDLE_MS), None);
    block_on(sessions::seen(&sql, &open, at(IDLE_MS - 1))).unwrap();
    assert!(find(1, IDLE_MS).is_some());
    assert_eq!(found(&sql, &ann).last_seen_at, Some(at(IDLE_MS - 1)));
    let listed = block_on(sessions::of_user(&sql, ann.id, at(30))).unwrap();
    assert_eq!(
        listed.iter().map(|one| one.id).collect::<Vec<_>>(),
        [one, two]
    );
    block_on(sessions::seen(&sql, &open, at(WHOLE_MS - 1))).unwrap();
    assert_eq!(find(1, WHOLE_MS), None, "it ends however much it is used");

    let end = |id| block_on(sessions::end(&sql, ann.id, id)).unwrap();
    assert_eq!((end(two), end(two)), (true, false));
    let three = begin(3, 50);
    begin(4, 60);
    block_on(sessions::end_others(&sql, ann.id, three)).unwrap();
    assert!(find(4, 70).is_none() && find(1, 70).is_none() && find(3, 70).is_some());
    within(&sql, async || {
        users::delete(&sql, &found(&sql, &ann), &author()).await
    });
    assert_eq!(find(3, 70), None);
}

#[test]
fn sessions_that_ended_or_are_too_many_are_forgotten() {
    let world = World::new();
    let sql = world.connect();
    let ann = created(&sql, "ann@example.org", "agent", 1).unwrap();
    let begin = |byte: u8, ms: i64| {
        let at = Timestamp::from_ms(START + ms);
        within(&sql, async || {
            sessions::create(&sql, ann.id, &[byte; 32], "", at).await
        })
    };
    let count = || match rows(&sql, "SELECT count(*) FROM sessions", vec![])[0][0] {
        Cell::Integer(count) => count,
        _ => 0,
    };
    for byte in 0..60 {
        begin(byte, i64::from(byte));
    }
    assert_eq!(count(), MAX_SESSIONS);
    begin(100, IDLE_MS + 1000);
    assert_eq!(count(), 1);
}

#[test]
fn attempts_are_counted_with_the_time_that_is_left() {
    let world = World::new();
    let sql = world.connect();
    let limit = Limit {
        most: 2,
        span_ms: 1000,
    };
    let wait = |ms: i64| {
        let at = Timestamp::from_ms(START + ms);
        block_on(rates::wait(&sql, "somebody", limit, at)).unwrap()
    };
    assert_eq!((wait(0), wait(100), wait(400)), (None, None, Some(600)));
    block_on(rates::take_back(&sql, "somebody")).unwrap();
    block_on(rates::take_back(&sql, "somebody")).unwrap();
    assert_eq!((wait(500), wait(999), wait(1000)), (None, Some(1), None));
    let kept = rows(&sql, "SELECT key FROM rates", vec![]);
    assert!(!format!("{kept:?}").contains("somebody"));
}
