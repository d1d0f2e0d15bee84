//! Consent: who may move a status, who is asked to confirm, what events do.

use crate::support::{Store, at, mail};
use proptest::prelude::*;
use roster_model::deliverability::{Obstacles, SuppressionHit, reasons};
use roster_model::ending::{Ending, Reach};
use roster_model::history::Kind;
use roster_model::opt_in::OptIn;
use roster_model::suppression::{Entry, EntryHints};
use roster_model::write::{
    Command, Mark, prepare_delete, prepare_patch, prepare_subscription_delete,
    prepare_subscription_restore, prepare_subscription_set,
};
use roster_model::{BulkUpdate, Contact, Email, Origin, Party, Standing, Status, Subscription};
use serde_json::{Value, json};

/// A store whose first resource asks for a confirmation.
fn asking() -> Store {
    let mut store = Store::new();
    let opt_in = json!({"enabled": true, "sources": ["form", "webhook"]});
    store.resources[0].settings.double_opt_in = OptIn::default().patch(&opt_in).unwrap();
    store
}

fn subscriber(email: &str, more: Value) -> Value {
    let mut subscription = json!({"resource_id": 1, "channel": "email", "email": email});
    let members = subscription.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    json!({"email": email, "subscriptions": [subscription]})
}

fn first(store: &Store) -> &Subscription {
    &store.get(1).subscriptions[0]
}

fn event(store: &Store, event: Value) -> Command {
    Command::event(&event, at(store.clock), &store.schema()).unwrap()
}

fn tell(store: &mut Store, origin: Origin, given: Value) -> Result<(), &'static str> {
    let command = event(store, given);
    let before = store.origin;
    store.origin = origin;
    let result = store.run(&[command]).remove(0);
    store.origin = before;
    result.map(|_| ()).map_err(|error| error.code.as_str())
}

/// The person changes a subscription of theirs.
fn person(store: &mut Store, status: &str) {
    let patch = json!({"data": {"subscriptions": [
        {"resource_id": 1, "channel": "email", "email": "a@x.org", "status": status}
    ]}});
    let command = prepare_patch(store.id(1), &patch, None, &store.schema()).unwrap();
    store.origin = Origin::Person;
    store.run(&[command]).remove(0).unwrap();
    store.origin = Origin::Api;
}

#[test]
fn whoever_comes_through_a_form_is_asked_and_an_import_is_not() {
    for (origin, status, asked) in [
        (Origin::Form, Status::Unconfirmed, 1),
        (Origin::Webhook, Status::Unconfirmed, 1),
        (Origin::Import, Status::Subscribed, 0),
        (Origin::Api, Status::Subscribed, 0),
    ] {
        let mut store = asking();
        store.origin = origin;
        store
            .import("email", subscriber("a@x.org", json!({})))
            .unwrap();
        assert_eq!(first(&store).status, status, "{origin:?}");
        assert_eq!(store.asks.len(), asked, "{origin:?}");
    }
}

#[test]
fn a_pause_is_no_way_around_a_confirmation() {
    for first_status in ["suspended", "invalid", "unconfirmed"] {
        let mut store = asking();
        store.origin = Origin::Webhook;
        for status in [first_status, "suspended", "invalid", "subscribed"] {
            let one = subscriber("a@x.org", json!({ "status": status }));
            let outcome = store.import("email", one).unwrap();
            assert_eq!(
                first(&store).status,
                Status::Unconfirmed,
                "{first_status} {status}"
            );
            let told = outcome
                .skipped
                .iter()
                .any(|one| one.code.as_str() == "status_protected");
            assert_eq!(told, status != "unconfirmed", "{first_status} {status}");
        }
    }
    // Nor is one of the profile as a whole.
    let mut store = asking();
    for status in [4, 5, 6, 0] {
        store
            .import("email", json!({"email": "a@x.org", "_status": status}))
            .unwrap();
        assert_eq!(store.get(1).status, Status::Unconfirmed, "{status}");
    }
}

#[test]
fn confirming_is_the_persons_act_and_leaves_its_trace() {
    let mut store = asking();
    store.origin = Origin::Form;
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let confirmed = json!({"type": "confirmed", "email": "a@x.org", "resource_id": 1,
        "profile_id": store.id(1), "ip": "192.0.2.1"});
    tell(&mut store, Origin::Person, confirmed).unwrap();
    assert_eq!(first(&store).status, Status::Subscribed);
    assert_eq!(first(&store).status_by, Party::Person);
    assert_eq!(store.get(1).data["_confirm_exist"], true);
    let entry = store.history.last().unwrap();
    assert_eq!(entry.kind, Kind::Event);
    assert_eq!(entry.about.as_deref().unwrap()["ip"], "192.0.2.1");
}

#[test]
fn an_import_does_not_wake_whoever_left_but_says_so() {
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    person(&mut store, "unsubscribed");
    let again = subscriber("a@x.org", json!({"status": "subscribed", "cats": ["news"]}));
    let outcome = store.import("email", again.clone()).unwrap();
    assert_eq!(first(&store).status, Status::Unsubscribed);
    assert_eq!(first(&store).categories, ["news"], "the rest is written");
    assert_eq!(outcome.skipped[0].code.as_str(), "status_protected");
    assert_eq!(outcome.skipped[0].pointer, "/data/subscriptions/0/status");
    // Without a reason there is no way, with one there is.
    let refused = store.write(json!({"resubscribe": true, "data": again}));
    assert_eq!(refused.unwrap_err().pointer, "/reason");
    store
        .write(json!({"resubscribe": true, "reason": "signed at the fair", "data": again}))
        .unwrap();
    assert_eq!(first(&store).status, Status::Subscribed);
    let about = store.history.last().unwrap().about.as_deref().unwrap();
    assert_eq!(
        *about,
        json!({"resubscribe": true, "reason": "signed at the fair"})
    );
}

#[test]
fn a_put_that_would_wake_them_is_refused_whole() {
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    person(&mut store, "unsubscribed");
    let body = json!({"resource_id": 1, "channel": "email", "email": "a@x.org",
        "status": "subscribed", "priority": 5});
    let put = |store: &Store, body: &Value| {
        prepare_subscription_set(store.id(1), body, None, &store.schema()).unwrap()
    };
    let command = put(&store, &body);
    let error = store.run(&[command]).remove(0).unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.pointer.as_str()),
        ("status_protected", "/status")
    );
    assert_eq!(first(&store).priority, 0);
    let mut body = body;
    body["resubscribe"] = true.into();
    body["reason"] = "asked by phone".into();
    let command = put(&store, &body);
    store.run(&[command]).remove(0).unwrap();
    assert_eq!(first(&store).status, Status::Subscribed);
}

#[test]
fn what_is_in_the_way_is_said_in_words_and_in_parts() {
    let mut store = Store::new();
    let more = json!({"cats": ["news"], "status": "suspended",
        "suspended_until": "2027-03-01T00:00:00Z"});
    store.import("email", subscriber("a@x.org", more)).unwrap();
    let hit = SuppressionHit {
        list: "7".parse().unwrap(),
        name: "Letters".to_owned(),
        entry: Entry::parse("x.org", &EntryHints::default()).unwrap(),
        reason: "Asked by letter.".to_owned(),
        at: at(1),
    };
    let profile = store.get(1);
    let one = &profile.subscriptions[0];
    let resource = &store.resources[0];
    let obstacles = Obstacles {
        suppressing: std::slice::from_ref(&hit),
        ..Obstacles::default()
    };
    let all = reasons(profile, one, resource, Some("offers"), obstacles, at(10));
    let mut all = all.iter().map(|reason| json!(reason));
    let mut next = || {
        let mut reason = all.next().unwrap();
        assert!(
            reason["detail"].as_str().unwrap().ends_with('.'),
            "{reason}"
        );
        reason.as_object_mut().unwrap().remove("detail");
        reason
    };
    let suspended = next();
    assert_eq!(suspended["code"], "suspended");
    assert_eq!(suspended["until"], "2027-03-01T00:00:00.000Z");
    assert_eq!(suspended["status_by"], "import");
    assert_eq!(next(), json!({"code": "category", "category": "offers"}));
    assert_eq!(
        next(),
        json!({"code": "suppressed", "since": at(1), "note": "Asked by letter.",
            "list": {"id": "7", "name": "Letters"}})
    );
    assert!(all.next().is_none());
}

#[test]
fn a_reason_is_kept_for_whatever_changes_a_subscription() {
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let about = |store: &Store| store.history.last().unwrap().about.as_deref().cloned();
    let body = |status: &str, why: &str| {
        json!({"resource_id": 1, "channel": "email", "email": "a@x.org",
            "status": status, "reason": why})
    };
    for status in ["suspended", "unsubscribed"] {
        let body = body(status, "asked by phone");
        let command = prepare_subscription_set(store.id(1), &body, None, &store.schema()).unwrap();
        store.run(&[command]).remove(0).unwrap();
        assert_eq!(
            about(&store),
            Some(json!({"reason": "asked by phone"})),
            "{status}"
        );
    }
    // Of several, why somebody is subscribed again goes first: that one must be there.
    let mut again = body("subscribed", "signed at the fair");
    again["resubscribe"] = json!(true);
    let other = json!({"resource_id": 1, "channel": "sms", "phone": "+442079460018",
        "status": "unsubscribed", "reason": "wrong number",
        "custom_fields": {"note": "n"}});
    let data = json!({"email": "a@x.org", "subscriptions": [other, again]});
    store.import("email", data).unwrap();
    assert_eq!(
        about(&store),
        Some(json!({"resubscribe": true, "reason": "signed at the fair"}))
    );
    // Blank ones say nothing.
    let body = body("unsubscribed", " ");
    let command = prepare_subscription_set(store.id(1), &body, None, &store.schema()).unwrap();
    store.run(&[command]).remove(0).unwrap();
    assert_eq!(about(&store), None);
}

#[test]
fn a_form_asks_whoever_left_and_changes_nothing_before_they_answer() {
    let mut store = asking();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    person(&mut store, "unsubscribed");
    store.origin = Origin::Form;
    store
        .import(
            "email",
            subscriber("a@x.org", json!({"status": "subscribed"})),
        )
        .unwrap();
    assert_eq!(first(&store).status, Status::Unsubscribed);
    assert_eq!(store.asks.len(), 1);
}

#[test]
fn whoever_left_everything_and_confirms_one_is_back() {
    let mut store = asking();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let patch = json!({"status": "unsubscribed"});
    let command = prepare_patch(store.id(1), &patch, None, &store.schema()).unwrap();
    store.origin = Origin::Person;
    store.run(&[command]).remove(0).unwrap();
    person(&mut store, "unsubscribed");
    let confirmed = json!({"type": "confirmed", "email": "a@x.org", "resource_id": 1});
    // A provider's word is not theirs.
    tell(&mut store, Origin::Provider, confirmed.clone()).unwrap();
    assert_eq!(store.get(1).status, Status::Unsubscribed);
    assert_eq!(first(&store).status, Status::Unsubscribed);
    tell(&mut store, Origin::Person, confirmed).unwrap();
    assert_eq!(store.get(1).status, Status::Subscribed);
    assert_eq!(first(&store).status, Status::Subscribed);
}

#[test]
fn a_hard_bounce_concerns_the_address_everywhere_and_bans_it() {
    let mut store = Store::new();
    let data = json!({"email": "a@x.org", "subscriptions": [
        {"resource_id": 1, "channel": "email", "email": "a@x.org"},
        {"resource_id": 2, "channel": "email", "email": "a@x.org"},
        {"resource_id": 1, "channel": "email", "email": "b@x.org"},
    ]});
    store.import("email", data).unwrap();
    let bounce = json!({"id": "e1", "type": "hard_bounce", "email": "A@x.org", "resource_id": 1});
    tell(&mut store, Origin::Provider, bounce.clone()).unwrap();
    let statuses: Vec<Status> = store
        .get(1)
        .subscriptions
        .iter()
        .map(|s| s.status)
        .collect();
    use Status::{Hardbounced, Subscribed};
    assert_eq!(statuses, [Hardbounced, Hardbounced, Subscribed]);
    assert_eq!(store.banned.len(), 1);
    // The same event again is heard once.
    let entries = store.history.len();
    assert_eq!(tell(&mut store, Origin::Provider, bounce), Err("repeated"));
    assert_eq!((store.history.len(), store.banned.len()), (entries, 1));
}

#[test]
fn whoever_speaks_for_one_database_bans_nobody_whom_it_does_not_know() {
    let mut store = Store::new();
    store.speaks_for_all = false;
    store
        .import(
            "email",
            json!({"email": "a@x.org", "subscriptions": [mail("b@x.org")]}),
        )
        .unwrap();
    let known = json!(store.id(1));
    for kind in ["hard_bounce", "complained"] {
        for stranger in [
            json!({"type": kind, "email": "c@x.org"}),
            // Somebody known, and an address that is not theirs.
            json!({"type": kind, "profile_id": known, "email": "c@x.org"}),
        ] {
            let _ = tell(&mut store, Origin::Provider, stranger.clone());
            assert_eq!(store.banned, [], "{stranger}");
            // Who may speak for every database bans it.
            let command = event(&store, stranger);
            store.speaks_for_all = true;
            let _ = store.run(&[command]);
            store.speaks_for_all = false;
            assert_eq!(store.banned.pop().unwrap().contact.key(), "c@x.org");
        }
        for email in ["a@x.org", "b@x.org"] {
            tell(
                &mut store,
                Origin::Provider,
                json!({"type": kind, "email": email}),
            )
            .unwrap();
            assert_eq!(store.banned.pop().unwrap().contact.key(), email);
        }
    }
}

#[test]
fn what_is_told_late_changes_nothing() {
    let mut store = Store::new();
    let mark = || Mark {
        scope: "hook/1".into(),
        key: "a@x.org".into(),
    };
    let write = |store: &Store, name: &str, ms: i64| {
        let data = json!({"data": {"email": "a@x.org", "_fname": name}});
        store.prepare(&data).unwrap().in_order(mark(), at(ms))
    };
    let (new, old, newer) = (
        write(&store, "New", 20),
        write(&store, "Old", 10),
        write(&store, "Newer", 20),
    );
    let results = store.run(&[new, old, newer]);
    assert!(results[0].is_ok());
    assert_eq!(results[1].as_ref().unwrap_err().code.as_str(), "late");
    assert!(results[2].is_ok(), "the same moment is not late");
    let old = write(&store, "Old", 19);
    assert_eq!(
        store.run(&[old])[0].as_ref().unwrap_err().code.as_str(),
        "late"
    );
    assert_eq!(store.get(1).data["_fname"], "Newer");
}

#[test]
fn a_suspension_is_over_when_its_time_has_come() {
    let mut store = Store::new();
    let until = json!({"status": "suspended", "suspended_until": at(1000)});
    store.import("email", subscriber("a@x.org", until)).unwrap();
    let subscription = first(&store);
    assert_eq!(subscription.effective_status(at(999)), Status::Suspended);
    assert_eq!(subscription.effective_status(at(1000)), Status::Subscribed);
    assert_eq!(subscription.wakes_at(), Some(at(1000)));
    let wrong = store.import(
        "email",
        subscriber("b@x.org", json!({"suspended_until": at(5)})),
    );
    assert_eq!(wrong.unwrap_err().code.as_str(), "contradiction");
}

#[test]
fn whoever_came_as_somebody_who_left_is_woken_by_no_file() {
    let mut store = Store::new();
    store.origin = Origin::Import;
    let left = json!({"status": "unsubscribed", "left_by": "person", "left_at": at(-500)});
    store.import("email", subscriber("a@x.org", left)).unwrap();
    assert_eq!(first(&store).status_by, Party::Person);
    assert_eq!(first(&store).status_at, Some(at(-500)));
    store
        .import(
            "email",
            subscriber("b@x.org", json!({"status": "unsubscribed"})),
        )
        .unwrap();
    for (number, email) in [(1, "a@x.org"), (2, "b@x.org")] {
        let again = subscriber(email, json!({"status": "subscribed"}));
        let outcome = store.import("email", again).unwrap();
        assert_eq!(outcome.skipped[0].code.as_str(), "status_protected");
        let status = store.get(number).subscriptions[0].status;
        assert_eq!(status, Status::Unsubscribed, "{email}");
    }
}

#[test]
fn who_left_and_when_says_that_somebody_left() {
    let mut store = Store::new();
    let data = subscriber("a@x.org", json!({"left_at": at(-5)}));
    store.import("email", data).unwrap();
    assert_eq!(first(&store).status, Status::Unsubscribed);
    for (wrong, code) in [
        (
            json!({"status": "subscribed", "left_by": "person"}),
            "contradiction",
        ),
        (json!({"left_by": "somebody"}), "not_an_option"),
    ] {
        let refused = store.import("email", subscriber("b@x.org", wrong));
        assert_eq!(refused.unwrap_err().code.as_str(), code);
    }
    let none = json!({"left_by": null, "left_at": null});
    store.import("email", subscriber("c@x.org", none)).unwrap();
    assert_eq!(store.get(2).subscriptions[0].status, Status::Subscribed);
}

/// Notes how the contact a@x.org stands, now.
fn stand(store: &mut Store, reach: Reach, status: Status, by: Party, how: &str) {
    let now = at(store.clock);
    store.endings.put(Ending {
        category: None,
        contact: Contact::Email(Email::parse("a@x.org").unwrap()),
        reach,
        standing: Standing { status, by },
        at: now,
        noted_at: now,
        how: how.to_owned(),
        told_in: None,
    });
}

/// Everything of a person is gone.
fn delete(store: &mut Store, number: i64) {
    let command = prepare_delete(store.id(number), None, &store.schema());
    store.run(&[command]).remove(0).unwrap();
}

#[test]
fn whoever_left_and_was_deleted_comes_back_as_they_left() {
    let mut store = asking();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    person(&mut store, "unsubscribed");
    store.clock += 1;
    delete(&mut store, 1);
    store.clock += 1;
    for origin in [Origin::Import, Origin::Api, Origin::Webhook] {
        store.origin = origin;
        let outcome = store
            .import("email", subscriber("a@x.org", json!({})))
            .unwrap();
        let number = outcome.id.pk();
        let back = &store.get(number).subscriptions[0];
        assert_eq!(back.status, Status::Unsubscribed, "{origin:?}");
        assert_eq!(back.status_by, Party::Person);
        assert_eq!(outcome.skipped[0].code.as_str(), "status_protected");
        assert!(store.asks.is_empty(), "{origin:?}");
        delete(&mut store, number);
    }
    // A form is filled in by somebody: they are asked, and wait.
    store.origin = Origin::Form;
    let outcome = store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let number = outcome.id.pk();
    assert_eq!(
        store.get(number).subscriptions[0].status,
        Status::Unsubscribed
    );
    assert_eq!(store.asks.len(), 1);
    store.clock += 1;
    let confirmed = json!({"type": "confirmed", "email": "a@x.org", "resource_id": 1,
        "profile_id": store.id(number)});
    tell(&mut store, Origin::Person, confirmed).unwrap();
    assert_eq!(
        store.get(number).subscriptions[0].status,
        Status::Subscribed
    );
    // So they said yes, and are somebody who did from now on.
    store.clock += 1;
    delete(&mut store, number);
    store.origin = Origin::Import;
    let outcome = store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let back = &store.get(outcome.id.pk()).subscriptions[0];
    assert_eq!(back.status, Status::Subscribed);
}

#[test]
fn a_reason_lifts_it_and_history_keeps_what_was_lifted() {
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    person(&mut store, "unsubscribed");
    delete(&mut store, 1);
    store.clock += 1;
    let data = subscriber("a@x.org", json!({}));
    store
        .write(json!({"resubscribe": true, "reason": "signed at the fair", "data": data}))
        .unwrap();
    assert_eq!(store.get(2).subscriptions[0].status, Status::Subscribed);
    let changes = &store.history.last().unwrap().changes;
    let lifted = changes.last().unwrap();
    assert_eq!(lifted.field, "standing/1/email/a@x.org");
    assert_eq!(lifted.before["status_by"], "person");
}

#[test]
fn leaving_everything_holds_for_what_is_new() {
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let patch = json!({"status": "unsubscribed"});
    let command = prepare_patch(store.id(1), &patch, None, &store.schema()).unwrap();
    store.origin = Origin::Person;
    store.run(&[command]).remove(0).unwrap();
    store.origin = Origin::Import;
    delete(&mut store, 1);
    let data = json!({"email": "a@x.org", "subscriptions": [
        {"resource_id": 2, "channel": "email", "email": "A@x.org", "status": "subscribed"}]});
    let outcome = store.import("email", data).unwrap();
    let back = &store.get(outcome.id.pk()).subscriptions[0];
    assert_eq!(back.status, Status::Unsubscribed);
}

#[test]
fn bad_addresses_reach_the_global_list_by_any_door() {
    for status in ["hardbounced", "complained"] {
        let mut store = Store::new();
        let data = json!({"email": "a@x.org", "subscriptions": [
            {"resource_id": 1, "channel": "email", "email": "a@x.org", "status": status},
            {"resource_id": 2, "channel": "email", "email": "a@x.org"}]});
        store.import("email", data.clone()).unwrap();
        let mut all = store.get(1).subscriptions.iter();
        assert!(
            all.all(|s| s.status.as_str() == status),
            "for every resource"
        );
        assert_eq!(store.banned.len(), 1);
        store.import("email", data).unwrap();
        assert_eq!(store.banned.len(), 1, "said again, it is no news");
    }
}

#[test]
fn what_the_person_said_outweighs_what_an_operator_says_in_its_place() {
    // Who left by themselves, in whichever profile, left by themselves.
    for own in [json!({}), json!({"status": "unsubscribed"})] {
        let mut store = Store::new();
        store.origin = Origin::Api;
        store.import("email", subscriber("a@x.org", own)).unwrap();
        store.clock += 1;
        // As another profile's write tells it.
        let resource = first(&store).resource;
        stand(
            &mut store,
            Reach::resource(resource),
            Status::Unsubscribed,
            Party::Person,
            "api",
        );
        store.clock += 1;
        for more in [
            json!({"status": "unsubscribed", "left_by": "operator"}),
            json!({"status": "unsubscribed"}),
        ] {
            store.import("email", subscriber("a@x.org", more)).unwrap();
            assert_eq!(first(&store).status_by, Party::Person);
        }
        let id = store.id(1);
        let mut back = json!({"resource_id": 1, "channel": "email", "email": "a@x.org"});
        back["status"] = json!("subscribed");
        let put = prepare_subscription_set(id, &back, None, &store.schema()).unwrap();
        let refused = store.run(&[put]).remove(0).unwrap_err();
        assert_eq!(refused.code.as_str(), "status_protected");
        assert_eq!(first(&store).status, Status::Unsubscribed);
    }
}

#[test]
fn an_end_that_is_half_readable_is_an_end() {
    for more in [
        json!({"left_at": "the other day"}),
        json!({"left_by": "user"}),
        json!({"left_by": "user", "status": "subscribed"}),
        json!({"opt_in": false}),
        json!({"Status": "unsubscribed"}),
        json!({"unsubscribed_at": at(-5)}),
    ] {
        let mut store = Store::new();
        let mut write = json!({"data": subscriber("a@x.org", more.clone())});
        write["invalid"] = json!("skip");
        let outcome = store.write(write).unwrap();
        assert!(outcome.not_subscribed, "{more}");
        assert!(store.get(1).subscriptions.is_empty(), "{more}");
    }
    // A status says enough, and what is of no matter is told.
    for (more, status) in [
        (
            json!({"left_at": "the other day", "status": "unsubscribed"}),
            Status::Unsubscribed,
        ),
        (json!({"source": "fair"}), Status::Subscribed),
        (json!({"left_at": "", "left_by": " "}), Status::Subscribed),
    ] {
        let mut store = Store::new();
        let mut write = json!({"data": subscriber("a@x.org", more.clone())});
        write["invalid"] = json!("skip");
        store.write(write).unwrap();
        assert_eq!(first(&store).status, status, "{more}");
    }
}

#[test]
fn an_operator_takes_back_only_what_an_operator_said_of_all() {
    let patch = |store: &mut Store, status: &str| {
        store.origin = Origin::Api;
        store.clock += 1;
        let id = store.id(now_known(store).unwrap());
        let patch = json!({"status": status});
        let command = prepare_patch(id, &patch, None, &store.schema()).unwrap();
        store.run(&[command]).remove(0).unwrap();
    };
    let elsewhere = json!({"email": "a@x.org", "subscriptions": [
        {"resource_id": 2, "channel": "email", "email": "a@x.org"}]});
    for (by, back) in [
        (None, Status::Subscribed),
        (Some(Party::Person), Status::Unsubscribed),
    ] {
        let mut store = Store::new();
        let data = json!({"email": "a@x.org"});
        store.import("email", data).unwrap();
        if let Some(by) = by {
            // As an erasure leaves it.
            let reach = Reach::database(store.get(1).database);
            stand(&mut store, reach, Status::Unsubscribed, by, "erased");
        }
        patch(&mut store, "unsubscribed");
        patch(&mut store, "subscribed");
        store.origin = Origin::Import;
        store.import("email", elsewhere.clone()).unwrap();
        assert_eq!(first(&store).status, back, "{by:?}");
    }
}

#[test]
fn who_leaves_again_after_it_was_lifted_has_left() {
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    person(&mut store, "unsubscribed");
    store.clock += 1;
    let one = first(&store).clone();
    stand(
        &mut store,
        Reach::resource(one.resource),
        Status::Subscribed,
        Party::Api,
        "signed at the fair",
    );
    store.clock += 1;
    person(&mut store, "unsubscribed");
    delete(&mut store, 1);
    store.clock += 1;
    let outcome = store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let back = &store.get(outcome.id.pk()).subscriptions[0];
    assert_eq!(back.status, Status::Unsubscribed);
    // So by an event of the whole person.
    let mut store = Store::new();
    store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let left = json!({"type": "unsubscribed", "email": "a@x.org"});
    tell(&mut store, Origin::Provider, left.clone()).unwrap();
    store.clock += 1;
    let lifted = Reach {
        resource: Some(one.resource),
        ..Reach::database(store.get(1).database)
    };
    for reach in [lifted, Reach::resource(one.resource)] {
        stand(
            &mut store,
            reach,
            Status::Subscribed,
            Party::Api,
            "signed at the fair",
        );
    }
    store.clock += 1;
    tell(&mut store, Origin::Provider, left).unwrap();
    delete(&mut store, 1);
    let outcome = store
        .import("email", subscriber("a@x.org", json!({})))
        .unwrap();
    let back = &store.get(outcome.id.pk()).subscriptions[0];
    assert_eq!(back.status, Status::Unsubscribed);
}

#[test]
fn what_withholds_one_spelling_withholds_the_contact() {
    let one = |email: &str, more: Value| {
        let mut one = json!({"resource_id": 1, "channel": "email", "email": email});
        let members = one.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        one
    };
    let plain = json!({"status": "subscribed"});
    let withheld = json!({"status": "subscribed", "withheld": "suppressed"});
    let unsaid = json!({"status": null, "withheld": "suppressed"});
    for [a, b] in [
        [plain.clone(), withheld.clone()],
        [withheld, plain.clone()],
        [unsaid, plain],
    ] {
        let mut store = Store::new();
        let list = [one("a@x.org", a), one("A@X.org", b)];
        let data = json!({"email": "a@x.org", "subscriptions": list});
        store.import("email", data).unwrap();
        assert_eq!(first(&store).status, Status::Unsubscribed);
    }
}

/// Something that happens to the one person of the property below.
#[derive(Clone, Debug)]
enum Act {
    Import(Origin, &'static str),
    Event(&'static str, bool),
    Person(&'static str),
    Global(&'static str),
    /// A bulk update that gives every subscription of the resource a status.
    Bulk(&'static str),
    /// The subscription is deleted, or comes back.
    Deleted(bool),
    /// The person is deleted.
    Gone,
    /// They are put in again, with the status that they had when they were
    /// exported, or with another one.
    Again(Origin, Option<&'static str>),
}

fn act() -> impl Strategy<Value = Act> {
    let statuses = || {
        prop_oneof![
            Just("subscribed"),
            Just("unsubscribed"),
            Just("complained"),
            Just("hardbounced"),
            Just("unconfirmed"),
            Just("suspended"),
            Just("invalid"),
        ]
    };
    let doors = || {
        prop_oneof![
            Just(Origin::Api),
            Just(Origin::Import),
            Just(Origin::Form),
            Just(Origin::Webhook),
        ]
    };
    let (origins, again) = (doors(), doors());
    let events = prop_oneof![
        Just("delivered"),
        Just("opened"),
        Just("clicked"),
        Just("confirmed"),
        Just("soft_bounce"),
        Just("hard_bounce"),
        Just("complained"),
        Just("unsubscribed"),
    ];
    prop_oneof![
        (origins, statuses()).prop_map(|(origin, status)| Act::Import(origin, status)),
        (events, any::<bool>()).prop_map(|(kind, resource)| Act::Event(kind, resource)),
        prop_oneof![Just("unsubscribed"), Just("suspended")].prop_map(Act::Person),
        statuses().prop_map(Act::Global),
        statuses().prop_map(Act::Bulk),
        any::<bool>().prop_map(Act::Deleted),
        Just(Act::Gone),
        (again, proptest::option::of(statuses()))
            .prop_map(|(origin, status)| Act::Again(origin, status)),
    ]
}

/// The person as they are known now; none while they are deleted.
fn now_known(store: &Store) -> Option<i64> {
    store.profiles.keys().next().map(|id| id.pk())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Once somebody has left, complained or bounced, nothing but an act that
    /// says so makes them get messages again: not imports, not events, not bulk
    /// updates, not being deleted and written again, not what they do to
    /// themselves short of coming back.
    #[test]
    fn no_sequence_wakes_whoever_said_no(
        acts in proptest::collection::vec(act(), 1..30),
        opt_in in any::<bool>(),
    ) {
        let mut store = if opt_in { asking() } else { Store::new() };
        store.import("email", subscriber("a@x.org", json!({}))).unwrap();
        let mut said_no = false;
        for act in acts {
            store.clock += 1;
            let known = now_known(&store);
            match act.clone() {
                Act::Import(origin, status) => {
                    store.origin = origin;
                    let data = subscriber("a@x.org", json!({"status": status}));
                    store.import("email", data).unwrap();
                    said_no |= matches!(status, "unsubscribed" | "complained" | "hardbounced");
                }
                Act::Event(kind, resource) => {
                    let mut given = json!({"type": kind, "email": "a@x.org"});
                    if resource {
                        given["resource_id"] = 1.into();
                    }
                    let told = tell(&mut store, Origin::Provider, given);
                    prop_assert_eq!(told.is_ok(), known.is_some());
                    said_no |= matches!(kind, "hard_bounce" | "complained" | "unsubscribed");
                }
                Act::Person(status) if known.is_some() => {
                    let patch = json!({"data": {"subscriptions": [
                        {"resource_id": 1, "channel": "email", "email": "a@x.org", "status": status}
                    ]}});
                    let id = store.id(known.unwrap());
                    let command = prepare_patch(id, &patch, None, &store.schema()).unwrap();
                    store.origin = Origin::Person;
                    store.run(&[command]).remove(0).unwrap();
                    said_no |= status == "unsubscribed";
                }
                Act::Global(status) => {
                    store.origin = Origin::Import;
                    store.import("email", json!({"email": "a@x.org", "_status": status})).unwrap();
                    said_no |= matches!(status, "unsubscribed" | "complained" | "hardbounced");
                }
                Act::Bulk(status) if known.is_some() => {
                    let update = json!({"condition": {}, "subscriptions": [
                        {"resource_id": 1, "channel": "email", "status": status,
                         "contact": {"field": "email"}}]});
                    bulk(&mut store, known.unwrap(), &update);
                    said_no |= matches!(status, "unsubscribed" | "complained" | "hardbounced");
                }
                Act::Deleted(deleted) if known.is_some() => {
                    let id = store.id(known.unwrap());
                    let body = json!({"resource_id": 1, "channel": "email", "email": "a@x.org"});
                    let schema = store.schema();
                    let command = if deleted {
                        prepare_subscription_delete(id, &body, None, &schema).unwrap()
                    } else {
                        prepare_subscription_restore(id, &body, None, &schema).unwrap()
                    };
                    // There may be none yet.
                    let _ = store.run(&[command]);
                }
                Act::Gone if known.is_some() => delete(&mut store, known.unwrap()),
                Act::Again(origin, status) => {
                    if let Some(number) = known {
                        delete(&mut store, number);
                    }
                    store.clock += 1;
                    store.origin = origin;
                    let more = status.map_or(json!({}), |status| json!({"status": status}));
                    store.import("email", subscriber("a@x.org", more)).unwrap();
                    said_no |= matches!(status, Some("unsubscribed" | "complained" | "hardbounced"));
                }
                _ => {}
            }
            store.origin = Origin::Api;
            let Some(number) = now_known(&store) else {
                continue;
            };
            let profile = store.get(number);
            for one in &profile.subscriptions {
                let resource = store.resources.iter().find(|r| r.id == one.resource).unwrap();
                let now = at(store.clock);
                let against = store.endings.against(&one.contact, profile.database, one.resource);
                let obstacles = Obstacles {
                    ending: against,
                    ..Obstacles::default()
                };
                let why = reasons(profile, one, resource, None, obstacles, now);
                prop_assert!(!said_no || !why.is_empty(), "{act:?} woke {profile:?}");
            }
        }
    }
}

/// Runs a bulk update over one profile.
fn bulk(store: &mut Store, number: i64, update: &Value) {
    let schema = store.schema();
    let update = BulkUpdate::parse(update, &schema).unwrap();
    let id = store.id(number);
    let command = update.bulk.prepare(id, store.get(number).revision, &schema);
    store.origin = Origin::Import;
    store.run(&[command]).remove(0).unwrap();
}
