//! From a write to what its recipient gets, with a provider that says what a
//! test wants it to say.

mod rig;

use rig::{Rig, SECRET, START, answer};
use roster_model::{Status, Timestamp};
use roster_outbox::{MAX_TRIES, PAUSES_MS};
use roster_post::{DeliveryCounts, preview};
use roster_seal::Keyring;
use roster_store::outbox::{self, LEASE_MS, State};
use roster_store::watchers;
use roster_webhook::Scheme;
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;

#[test]
fn a_question_is_sent_once_with_its_links_and_headers() {
    let rig = Rig::new(json!({}));
    let profile = rig.subscribe("ada@example.org");
    rig.says(answer(200, "{\"id\": \"p-1\"}"));
    let sent = DeliveryCounts {
        sent: 1,
        ..DeliveryCounts::default()
    };
    assert_eq!(rig.deliver(), sent);
    assert_eq!(rig.deliver(), DeliveryCounts::default());
    let asked = rig.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].url.as_str(), "https://gateway.example.org/send");
    assert_eq!(asked[0].header("idempotency-key"), Some("msg_1"));
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(body["to"], "ada@example.org");
    assert_eq!(body["from"]["email"], "news@example.org");
    assert_eq!(body["metadata"]["profile"], json!(profile));
    assert_eq!(
        body["headers"]["List-Unsubscribe-Post"],
        "List-Unsubscribe=One-Click"
    );
    let leave = body["headers"]["List-Unsubscribe"].as_str().unwrap();
    assert!(
        leave.starts_with("<https://people.example.org/s/unsubscribe/"),
        "{leave}"
    );
    let message = rig.message(1);
    assert_eq!((message.state, message.tries), (State::Sent, 1));
    assert_eq!(message.detail, "p-1");
    assert_eq!(message.attempts[0].status, 200);
    // What was sent is what is shown, also afterwards.
    let letter = rig.preview(1).unwrap();
    let text = body["text"].as_str().unwrap();
    assert_eq!(
        (letter.text.as_str(), &*letter.subject),
        (text, body["subject"].as_str().unwrap())
    );
    assert!(text.contains(&letter.link), "{text}");
    let opened = rig.open(&letter.link, 0).unwrap();
    assert_eq!(opened.subject.profile, profile);
    assert_eq!(opened.extra.as_bytes(), START.to_be_bytes());
    assert!(rig.open(&letter.link, 6 * 24 * HOUR_MS).is_some());
    assert!(rig.open(&letter.link, 7 * 24 * HOUR_MS).is_none());
}

#[test]
fn the_resource_chooses_words_and_sender() {
    let rig = Rig::new(json!({
        "from": "lists@example.org", "from_name": "The lists", "link_days": 3,
        "texts": {"en": {"subject": "About {resource}", "message": "Say yes: {link}"}},
    }));
    rig.subscribe("ada@example.org");
    let letter = rig.preview(1).unwrap();
    assert_eq!(letter.subject, "About News");
    assert!(
        letter
            .text
            .starts_with("Say yes: https://people.example.org/s/confirm/")
    );
    assert_eq!(
        (letter.from.as_str(), letter.from_name.as_str()),
        ("lists@example.org", "The lists")
    );
    assert_eq!(rig.asked(), [], "nothing was sent");
}

#[test]
fn without_an_endpoint_questions_wait_untouched() {
    let mut rig = Rig::new(json!({}));
    rig.settings.mail = None;
    rig.subscribe("ada@example.org");
    let before = rig.message(1);
    assert_eq!(rig.deliver(), DeliveryCounts::default());
    assert_eq!(rig.message(1), before);
    assert!(rig.preview(1).is_some(), "but can be looked at");
}

#[test]
fn without_a_sender_questions_wait_for_one() {
    let mut rig = Rig::new(json!({}));
    rig.settings.from = String::new();
    rig.subscribe("ada@example.org");
    assert_eq!(rig.deliver().again, 1);
    let message = rig.message(1);
    assert_eq!(message.state, State::Queued);
    assert!(
        message.detail.starts_with("no_sender"),
        "{}",
        message.detail
    );
}

#[test]
fn retries_grow_and_the_last_is_the_end() {
    let rig = Rig::new(json!({"link_days": 30}));
    rig.subscribe("ada@example.org");
    let mut waits = Vec::new();
    for n in 1..=MAX_TRIES {
        rig.says(match n % 3 {
            0 => Err("nobody is there".to_owned()),
            1 => answer(500, "{\"error\": \"down\"}"),
            _ => answer(401, ""),
        });
        let done = rig.deliver();
        let message = rig.message(1);
        assert_eq!(message.tries, i64::from(n));
        if n == MAX_TRIES {
            assert_eq!((done.dead, message.state), (1, State::Dead));
            assert_eq!(message.ended_at, Some(rig.now()));
            break;
        }
        assert_eq!((done.again, message.state), (1, State::Queued));
        let wait = message.due_at.ms() - rig.now().ms();
        // Not a moment earlier.
        rig.pass(wait - 1);
        assert_eq!(rig.deliver(), DeliveryCounts::default());
        rig.pass(1);
        waits.push(wait);
    }
    for (wait, pause) in waits.iter().zip(PAUSES_MS) {
        assert!(
            (pause * 4 / 5..=pause * 6 / 5).contains(wait),
            "{wait} {pause}"
        );
    }
    let message = rig.message(1);
    assert_eq!(message.attempts.len(), MAX_TRIES as usize);
    assert_eq!(message.attempts[0].detail, "500: down");
    rig.pass(1000 * HOUR_MS);
    assert_eq!(rig.deliver(), DeliveryCounts::default());
}

#[test]
fn a_provider_that_is_down_is_asked_once_and_the_rest_is_not_counted() {
    let rig = Rig::new(json!({}));
    for n in 0..9 {
        rig.subscribe(&format!("p{n}@example.org"));
    }
    rig.says(answer(503, ""));
    // The first of each lane is under way when the answer comes; here, one.
    assert_eq!(rig.deliver().again, 1);
    assert_eq!(rig.asked().len(), 1);
    assert_eq!(rig.message(5).tries, 0);
    for _ in 0..8 {
        rig.says(answer(200, ""));
    }
    assert_eq!(rig.deliver().sent, 8, "the others are due still");
}

#[test]
fn what_the_provider_refuses_is_dead() {
    let rig = Rig::new(json!({}));
    rig.subscribe("ada@example.org");
    rig.says(answer(422, "{\"message\": \"no such mailbox\"}"));
    assert_eq!(rig.deliver().dead, 1);
    assert_eq!(rig.message(1).detail, "422: no such mailbox");
}

#[test]
fn what_a_dead_worker_held_is_sent_when_its_lease_is_over() {
    let rig = Rig::new(json!({}));
    rig.subscribe("ada@example.org");
    // It claimed, perhaps sent, and died.
    let claimed = rig.wait(outbox::claim_questions(&rig.sql, rig.now(), "dead", 9));
    assert_eq!(claimed.unwrap().len(), 1);
    assert_eq!(rig.deliver(), DeliveryCounts::default());
    rig.pass(LEASE_MS);
    rig.says(answer(200, ""));
    assert_eq!(rig.deliver().sent, 1);
}

#[test]
fn reminders_come_when_they_are_due_unless_somebody_answered() {
    let rig = Rig::new(json!({"reminder_hours": [24, 72]}));
    let ada = rig.subscribe("ada@example.org");
    rig.says(answer(200, ""));
    assert_eq!(rig.deliver().sent, 1);
    rig.pass(24 * HOUR_MS);
    rig.says(answer(200, ""));
    assert_eq!(rig.deliver().sent, 1, "the first reminder");
    rig.set_status(ada, "ada@example.org", "subscribed");
    rig.pass(48 * HOUR_MS);
    assert_eq!(rig.deliver().left_out, 1);
    let message = rig.message(3);
    assert_eq!(
        (message.state, &*message.detail),
        (State::Cancelled, "confirmed")
    );
    let first: Value = serde_json::from_slice(&rig.asked()[0].body).unwrap();
    assert_ne!(
        rig.preview(2).unwrap().subject,
        first["subject"].as_str().unwrap()
    );
}

#[test]
fn who_is_suppressed_left_or_gone_is_not_asked() {
    let rig = Rig::new(json!({}));
    let (ada, bob) = (
        rig.subscribe("ada@example.org"),
        rig.subscribe("bob@example.org"),
    );
    rig.subscribe("cyd@example.org");
    rig.set_status(ada, "ada@example.org", "unsubscribed");
    rig.delete_subscription(bob, "bob@example.org");
    rig.suppress("cyd@example.org");
    assert_eq!(rig.deliver().left_out, 3);
    let details = [1, 2, 3].map(|id| rig.message(id).detail);
    assert_eq!(
        details,
        ["status_changed", "subscription_gone", "suppressed"]
    );
    assert_eq!(rig.asked(), []);
}

#[test]
fn who_left_is_asked_again_when_a_form_says_so_a_few_times_a_day() {
    let rig = Rig::new(json!({}));
    let ada = rig.subscribe("ada@example.org");
    rig.set_status(ada, "ada@example.org", "unsubscribed");
    rig.pass(HOUR_MS);
    for _ in 0..4 {
        rig.fill_form("ada@example.org");
    }
    assert_eq!(rig.message(2).created_at, rig.now());
    rig.says(answer(200, ""));
    rig.says(answer(200, ""));
    let done = rig.deliver();
    assert_eq!((done.sent, done.left_out), (2, 1), "the first is answered");
    let held = [4, 5].map(|id| rig.message(id));
    assert!(
        held.iter()
            .all(|m| m.state == State::Held && m.detail == "contact_limit")
    );
    assert_eq!(
        rig.profile(ada).subscriptions[0].status,
        Status::Unsubscribed
    );
}

#[test]
fn a_question_nobody_could_send_for_too_long_is_not_asked() {
    let rig = Rig::new(json!({"link_days": 1}));
    rig.subscribe("ada@example.org");
    rig.pass(24 * HOUR_MS);
    assert_eq!(rig.deliver().left_out, 1);
    assert_eq!(rig.message(1).detail, "link_expired");
    // Anyone who lets it go by hand gives it a new life.
    rig.wait(outbox::retry(&rig.sql, rig.message(1).id, rig.now()))
        .unwrap();
    rig.says(answer(200, ""));
    assert_eq!(rig.deliver().sent, 1);
}

#[test]
fn other_channels_go_to_a_gateway_of_ones_own_only() {
    let mut rig = Rig::new(json!({}));
    rig.subscribe_by(json!({"channel": "sms", "phone": "+4915112345678"}));
    rig.says(answer(200, ""));
    assert_eq!(rig.deliver().sent, 1);
    let body: Value = serde_json::from_slice(&rig.asked()[0].body).unwrap();
    assert_eq!(
        (&body["channel"], &body["to"]),
        (&json!("sms"), &json!("+4915112345678"))
    );
    rig.settings.mail = Some(rig::postmark());
    rig.subscribe_by(json!({"channel": "sms", "phone": "+4915112345679"}));
    assert_eq!(rig.deliver().left_out, 1);
    let message = rig.message(2);
    assert_eq!(
        (message.state, &*message.detail),
        (State::Held, "channel_not_supported")
    );
}

#[test]
fn a_watcher_is_told_in_order_and_can_verify_it() {
    let rig = Rig::new(json!({}));
    let id = rig.watcher("https://crm.example.org/hook");
    for n in 0..3 {
        rig.person(&format!("p{n}@example.org"));
        rig.pass(10);
    }
    for _ in 0..3 {
        rig.says(answer(204, ""));
    }
    assert_eq!(rig.deliver().sent, 3);
    let asked = rig.asked();
    let ids: Vec<_> = asked
        .iter()
        .map(|r| r.header("webhook-id").unwrap())
        .collect();
    assert_eq!(ids, ["msg_1", "msg_2", "msg_3"]);
    let scheme = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
    let secret = scheme.secret(SECRET).unwrap();
    for request in &asked {
        assert_eq!(request.url.as_str(), "https://crm.example.org/hook");
        let headers = |name: &str| request.header(name);
        let secrets = std::slice::from_ref(&secret);
        let checked = scheme.check(&headers, &request.body, secrets, rig.now());
        assert!(checked.is_ok(), "{checked:?}");
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["type"], "profile.created");
    }
    assert_eq!(rig.message(1).recipient, watchers::recipient(id));
}

#[test]
fn what_cannot_be_signed_waits_in_order_until_the_key_is_set_again() {
    let mut rig = Rig::new(json!({}));
    let lost = Keyring::parse("a key that has thirty-two characters").unwrap();
    rig.settings.keys = lost.clone();
    rig.watcher("https://crm.example.org/hook");
    for n in 0..3 {
        rig.person(&format!("p{n}@example.org"));
        rig.pass(10);
    }
    let other = Keyring::parse("another key of thirty-two characters").unwrap();
    for (tries, keys) in [(1, Keyring::default()), (2, other)] {
        rig.settings.keys = keys;
        assert_eq!(rig.deliver().again, 1);
        assert_eq!(rig.asked().len(), 0);
        let first = rig.message(1);
        assert_eq!((first.state, first.tries), (State::Queued, tries));
        assert!(
            first.detail.starts_with("secret_unreadable: "),
            "{}",
            first.detail
        );
        // The others wait for the first, and are not counted as tried.
        assert_eq!(rig.message(2).tries, 0);
        rig.pass(10 * PAUSES_MS[0]);
    }
    rig.settings.keys = lost;
    for _ in 0..3 {
        rig.says(answer(200, ""));
    }
    assert_eq!(rig.deliver().sent, 3);
    let scheme = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
    let secret = [scheme.secret(SECRET).unwrap()];
    let asked = rig.asked();
    for (request, id) in asked.iter().zip(["msg_1", "msg_2", "msg_3"]) {
        let headers = |name: &str| request.header(name);
        assert_eq!(headers("webhook-id"), Some(id));
        let checked = scheme.check(&headers, &request.body, &secret, rig.now());
        assert!(checked.is_ok(), "{checked:?}");
    }
}

#[test]
fn a_watcher_that_is_down_gets_one_request_and_later_all_in_order() {
    let rig = Rig::new(json!({}));
    rig.watcher("https://crm.example.org/hook");
    for n in 0..5 {
        rig.person(&format!("p{n}@example.org"));
        rig.pass(10);
    }
    rig.says(Err("nobody is there".to_owned()));
    assert_eq!(rig.deliver().again, 1);
    assert_eq!(rig.asked().len(), 1);
    assert_eq!(rig.message(4).tries, 0);
    rig.pass(2 * PAUSES_MS[0]);
    for _ in 0..5 {
        rig.says(answer(200, ""));
    }
    assert_eq!(rig.deliver().sent, 5);
    let ids: Vec<_> = rig
        .asked()
        .iter()
        .map(|r| r.header("webhook-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["msg_1", "msg_2", "msg_3", "msg_4", "msg_5"]);
}

#[test]
fn what_a_watcher_refuses_is_tried_again_but_for_gone() {
    let rig = Rig::new(json!({}));
    rig.watcher("https://crm.example.org/hook");
    rig.person("a@example.org");
    rig.person("b@example.org");
    rig.says(answer(404, ""));
    rig.says(answer(410, ""));
    let done = rig.deliver();
    assert_eq!((done.again, done.left_out), (1, 1));
    assert_eq!(rig.message(1).state, State::Queued);
    assert_eq!(rig.message(2).state, State::Cancelled);
}

#[test]
fn watchers_are_told_only_where_it_is_allowed_and_wanted() {
    let rig = Rig::new(json!({}));
    let (inside, off) = (
        rig.watcher("https://inside.example.net/hook"),
        rig.watcher("https://crm.example.org/hook"),
    );
    rig.person("a@example.org");
    rig.change_watcher(off, &json!({"enabled": false}));
    let done = rig.deliver();
    assert_eq!((done.dead, done.left_out), (1, 1));
    let all: Vec<_> = [1, 2].iter().map(|id| rig.message(*id)).collect();
    let of = |id| {
        all.iter()
            .find(|m| m.recipient == watchers::recipient(id))
            .unwrap()
    };
    assert!(
        of(inside).detail.starts_with("host_not_allowed"),
        "{}",
        of(inside).detail
    );
    assert!(of(inside).detail.contains("notify_hosts"));
    assert_eq!(of(off).detail, "watcher_disabled");
    rig.person("b@example.org");
    rig.delete_watcher(inside);
    assert_eq!(rig.deliver().left_out, 1);
    assert_eq!(rig.message(3).detail, "watcher_gone");
    assert_eq!(rig.asked(), []);
}

#[test]
fn nothing_is_begun_when_the_time_is_up() {
    let rig = Rig::new(json!({}));
    rig.subscribe("ada@example.org");
    assert_eq!(rig.deliver_until(rig.now()), DeliveryCounts::default());
    rig.says(answer(200, ""));
    assert_eq!(rig.deliver().sent, 1);
}

#[test]
fn suspensions_end_by_themselves() {
    let rig = Rig::new(json!({"enabled": false}));
    let until = Timestamp::from_ms(START + 1000);
    let suspended = |more: Value| {
        let mut one = json!({"status": "suspended", "suspended_until": until});
        for (name, value) in more.as_object().unwrap() {
            one[name] = value.clone();
        }
        one
    };
    let ids = [
        rig.subscribe_by(suspended(
            json!({"channel": "email", "email": "ada@example.org"}),
        )),
        rig.subscribe_by(suspended(
            json!({"channel": "sms", "phone": "+4915112345678"}),
        )),
    ];
    rig.pass(999);
    assert_eq!(rig.wake(), 0);
    rig.pass(1);
    assert_eq!(rig.wake(), 2);
    assert_eq!(rig.wake(), 0);
    for id in ids {
        let profile = rig.profile(id);
        assert_eq!(profile.subscriptions[0].status, Status::Subscribed);
        assert_eq!(profile.subscriptions[0].suspended_until, None);
        assert_eq!(profile.revision, 2);
    }
    assert!(rig.told("roster", "tick"));
}

#[test]
fn a_subscription_whose_resource_is_gone_from_the_database_sleeps_on() {
    let rig = Rig::new(json!({"enabled": false}));
    let until = Timestamp::from_ms(START + 1000);
    let id = rig.subscribe_by(json!({
        "channel": "email", "email": "ada@example.org", "status": "suspended",
        "suspended_until": until,
    }));
    rig.change_resource(&json!({"databases": []}));
    rig.pass(1000);
    assert_eq!((rig.wake(), rig.wake()), (0, 0));
    assert_eq!(rig.profile(id).subscriptions[0].status, Status::Suspended);
    let waking = rig.wait(roster_store::waking::due(&rig.sql, rig.now(), 9));
    assert_eq!(waking.unwrap(), []);
}

#[test]
fn messages_to_systems_have_no_letter() {
    let rig = Rig::new(json!({}));
    rig.watcher("https://crm.example.org/hook");
    rig.person("a@example.org");
    let message = rig.message(1);
    assert_eq!(
        rig.wait(preview(&rig.sql, &rig.settings, &message)),
        Ok(None)
    );
}

/// A watcher that takes its time holds up neither other watchers nor people.
#[test]
fn nobody_waits_for_a_slow_watcher() {
    let rig = Rig::new(json!({}));
    rig.watcher("https://slow.example.org/hook");
    rig.watcher("https://crm.example.org/hook");
    for n in 0..3 {
        rig.subscribe(&format!("p{n}@example.org"));
        rig.pass(10);
    }
    rig.stalls("slow.example.org");
    for _ in 0..6 {
        rig.says(answer(200, ""));
    }
    rig.deliver_while_waiting(|| {
        let to = |host: &str| {
            let sent = rig.asked_so_far();
            sent.iter().filter(|url| url.contains(host)).count()
        };
        assert_eq!((to("slow."), to("crm."), to("gateway.")), (1, 3, 3));
    });
}

#[test]
fn a_host_gets_its_share_of_lanes_and_no_more() {
    let rig = Rig::new(json!({}));
    for n in 0..12 {
        rig.watcher(&format!("https://slow.example.org/{n}"));
    }
    rig.watcher("https://crm.example.org/hook");
    for n in 0..40 {
        rig.person(&format!("p{n}@example.org"));
        rig.pass(10);
    }
    rig.stalls("slow.example.org");
    for _ in 0..40 {
        rig.says(answer(200, ""));
    }
    rig.deliver_while_waiting(|| {
        let to = |host: &str| {
            let sent = rig.asked_so_far();
            sent.iter().filter(|url| url.contains(host)).count()
        };
        assert_eq!((to("slow."), to("crm.")), (8, 40));
    });
}
