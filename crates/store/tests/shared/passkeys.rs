//! Passkeys: whose they are, what opens an account, and questions that are answered once.

use roster_model::define::Settings;
use roster_model::passkey::MAX_PASSKEYS;
use roster_model::{SessionId, Timestamp, UserSettings};
use roster_store::passkeys::{self, NewPasskey, PasskeyRow};
use roster_store::users::{self, Invitation, User};
use roster_store::{Cell, expiry};
use serde_json::json;

use super::world::*;
use crate::engine::Connection;

const MINUTE: i64 = 60 * 1000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(START + ms)
}

fn invitation(byte: u8) -> Invitation {
    Invitation {
        secret: [byte; 32],
        ends: at(10 * MINUTE),
    }
}

/// Somebody with a password.
fn user(sql: &Connection, email: &str, byte: u8) -> User {
    let settings = UserSettings::create(&json!({"email": email, "role": "agent"})).unwrap();
    let made = within(sql, async || {
        users::create(sql, settings, &invitation(byte), &author()).await
    });
    let made = made.unwrap();
    within(sql, async || {
        users::set_password(sql, &made, "$argon2id$x", &author()).await
    });
    found(sql, &made)
}

fn found(sql: &Connection, user: &User) -> User {
    block_on(users::get(sql, user.id)).unwrap().unwrap()
}

fn create(sql: &Connection, user: &User, byte: u8) -> Option<PasskeyRow> {
    let new = NewPasskey {
        credential: vec![byte; 16],
        name: format!("Key {byte}"),
        transports: 3,
        key: vec![byte, 1],
        state: vec![byte, 2],
    };
    within(sql, async || {
        passkeys::create(sql, user, new.clone(), &author()).await
    })
}

#[test]
fn a_passkey_is_its_persons_until_it_is_removed() {
    let world = World::new();
    let sql = world.connect();
    let (ann, bob) = (
        user(&sql, "ann@example.org", 1),
        user(&sql, "bob@example.org", 2),
    );
    let handle = |user: &User| block_on(passkeys::handle(&sql, user.id)).unwrap();
    assert_eq!(handle(&ann).map(|one| one.len()), Some(16));
    assert_ne!(handle(&ann), handle(&bob));
    let one = create(&sql, &ann, 1).unwrap();
    let two = create(&sql, &ann, 2).unwrap();
    assert_eq!(create(&sql, &bob, 2), None, "its credential is Ann's");
    let listed = |user: &User| block_on(passkeys::of_user(&sql, user.id)).unwrap();
    assert_eq!(listed(&ann), [one.clone(), two.clone()]);
    assert_eq!(listed(&bob), []);
    assert_eq!(
        block_on(passkeys::known(&sql, ann.id)).unwrap(),
        [(vec![1; 16], 3), (vec![2; 16], 3)]
    );
    assert_eq!(found(&sql, &ann).passkeys, 2);
    let page = block_on(users::page(&sql, 0, 10)).unwrap();
    let counts: Vec<i64> = page.iter().map(|one| one.passkeys).collect();
    assert_eq!(counts, [2, 0]);

    let rename = |user: &User| block_on(passkeys::rename(&sql, user.id, one.id, "Old")).unwrap();
    assert_eq!(rename(&bob), None);
    assert_eq!(rename(&ann).unwrap().name, "Old");
    let remove = |user: &User| {
        within(&sql, async || {
            passkeys::remove(&sql, user, one.id, &author()).await
        })
    };
    assert_eq!(
        (remove(&bob), remove(&ann), remove(&ann)),
        (false, true, false)
    );
    within(&sql, async || {
        passkeys::take_away_all(&sql, &ann, &author()).await
    });
    within(&sql, async || {
        passkeys::take_away_all(&sql, &ann, &author()).await
    });
    assert_eq!(listed(&ann), []);
    let said = rows(
        &sql,
        "SELECT count(*) FROM history WHERE changes LIKE '%passkey%'",
        vec![],
    );
    assert_eq!(said, [[Cell::Integer(4)]]);

    for byte in 0..10 {
        assert!(create(&sql, &ann, 10 + byte).is_some());
    }
    assert_eq!(MAX_PASSKEYS, 10);
    assert_eq!(create(&sql, &ann, 20), None);
    within(&sql, async || users::delete(&sql, &ann, &author()).await);
    let left = rows(&sql, "SELECT count(*) FROM passkeys", vec![]);
    assert_eq!(left, [[Cell::Integer(0)]]);
}

#[test]
fn a_passkey_opens_the_account_of_somebody_who_can_sign_in() {
    let world = World::new();
    let sql = world.connect();
    let ann = user(&sql, "ann@example.org", 1);
    create(&sql, &ann, 1).unwrap();
    let find = |ms| block_on(passkeys::by_credential(&sql, &[1; 16], at(ms))).unwrap();
    let key = find(0).unwrap();
    assert_eq!((&key.key, &key.state), (&vec![1, 1], &vec![1, 2]));
    assert_eq!(
        Some(&key.handle),
        block_on(passkeys::handle(&sql, ann.id)).unwrap().as_ref()
    );
    let unknown = block_on(passkeys::by_credential(&sql, &[2; 16], at(0))).unwrap();
    assert_eq!(unknown, None);
    let use_up =
        |state: u8, ms| block_on(passkeys::use_up(&sql, &key, vec![1, state], at(ms))).unwrap();
    assert_eq!(use_up(3, 5), Some(ann.id));
    assert_eq!(use_up(4, 6), None, "it was used at the same moment");
    let listed = block_on(passkeys::of_user(&sql, ann.id)).unwrap();
    assert_eq!(listed[0].last_used_at, Some(at(5)));

    let key = find(7).unwrap();
    within(&sql, async || {
        users::invite(&sql, &ann, &invitation(9), &author()).await
    });
    assert_eq!(find(8), None, "an invitation is open");
    let used = block_on(passkeys::use_up(&sql, &key, vec![1, 5], at(8))).unwrap();
    assert_eq!(used, None);
    assert!(find(10 * MINUTE).is_some(), "its time is over");
    execute(&sql, "UPDATE users SET password = NULL");
    assert_eq!(find(10 * MINUTE), None);
}

#[test]
fn a_question_is_answered_once_and_in_its_time() {
    let world = World::new();
    let sql = world.connect();
    let session = SessionId::new(7);
    let ask = |byte: u8, session| {
        let challenge = [byte; 32];
        let kept = passkeys::ask(&sql, &challenge, session, vec![byte], at(5 * MINUTE));
        block_on(kept).unwrap();
    };
    let answer = |byte: u8, session, ms| {
        block_on(passkeys::answer(&sql, &[byte; 32], session, at(ms))).unwrap()
    };
    ask(1, session);
    ask(2, None);
    assert_eq!(answer(1, None, 0), None);
    assert_eq!(answer(1, SessionId::new(8), 0), None);
    assert_eq!(answer(2, session, 0), None);
    assert_eq!(answer(1, session, 5 * MINUTE), None, "its time is over");
    assert_eq!(answer(1, session, 0), Some(vec![1]));
    assert_eq!(answer(1, session, 0), None);
    assert_eq!(answer(2, None, 5 * MINUTE - 1), Some(vec![2]));
    for byte in 3..9 {
        ask(byte, None);
    }
    let expire = |ms, limit| block_on(expiry::expire(&sql, at(ms), limit)).unwrap();
    assert_eq!(expire(5 * MINUTE - 1, 9), 0);
    assert_eq!((expire(5 * MINUTE, 4), expire(5 * MINUTE, 4)), (4, 2));
}
