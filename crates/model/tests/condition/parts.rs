//! Conditions joined, and those that are not about fields.

use super::support::{at, meets, parse, person, subscription};
use roster_model::{Channel, Contact, Email, SegmentId, Status};
use serde_json::json;

#[test]
fn conditions_join_as_they_say() {
    let yes = || json!({"field": "points", "eq": 1});
    let no = || json!({"field": "points", "eq": 2});
    let ann = person(json!({"points": 1}));
    for (condition, expected) in [
        (json!({}), true),
        (json!({"all": []}), true),
        (json!({"not": {}}), false),
        (json!({"all": [yes(), yes()]}), true),
        (json!({"all": [yes(), no()]}), false),
        (json!({"any": [no(), yes()]}), true),
        (json!({"any": [no(), no()]}), false),
        (json!({"not": no()}), true),
        (json!({"not": {"not": yes()}}), true),
        (json!({"not": {"field": "rate", "lt": 5}}), true),
        (
            json!({"all": [{"any": [no(), {}]}, {"not": {"all": [no()]}}]}),
            true,
        ),
    ] {
        assert_eq!(meets(&ann, &condition), expected, "{condition}");
    }
    assert!(parse(&json!({"all": []})).is_everybody());
    assert!(!parse(&json!({"all": [{}]})).is_everybody());
}

#[test]
fn one_live_subscription_must_be_all_that_is_asked() {
    let mut ann = person(json!({}));
    let email = Contact::Email(Email::parse("Ann@x.org").unwrap());
    let mut news = subscription(1, email, Status::Subscribed);
    news.categories = vec!["news".to_owned()];
    let chat = Contact::TelegramBot {
        id: "55".to_owned(),
    };
    let mut left = subscription(1, chat, Status::Unsubscribed);
    left.categories = vec!["offers".to_owned()];
    ann.subscriptions = vec![news, left];
    for (asked, expected) in [
        (json!({}), true),
        (json!({"resource_id": "1"}), true),
        (
            json!({"resource_id": 1, "channel": "email", "status": ["subscribed"], "category": "news"}),
            true,
        ),
        (json!({"channel": "sms"}), false),
        (json!({"status": 1}), true),
        // Each is there, but not in one subscription.
        (json!({"channel": "email", "status": "unsubscribed"}), false),
        (json!({"channel": "email", "category": "offers"}), false),
        (json!({"channel": "email", "email": "ANN@X.ORG"}), true),
        (json!({"channel": "email", "email": "bob@x.org"}), false),
        (
            json!({"channel": "telegram_bot", "cc_data": {"id": 55}}),
            true,
        ),
    ] {
        let condition = json!({"subscription": asked});
        assert_eq!(meets(&ann, &condition), expected, "{condition}");
    }
    for one in &mut ann.subscriptions {
        one.deleted = true;
    }
    assert!(!meets(&ann, &json!({"subscription": {}})));
}

#[test]
fn segments_statuses_and_times() {
    let mut ann = person(json!({}));
    ann.status = Status::Suspended;
    for (condition, expected) in [
        (json!({"segment": "3"}), true),
        (json!({"segment": 4}), false),
        (json!({"status": "suspended"}), true),
        (json!({"status": [0, 5]}), true),
        (json!({"status": ["subscribed"]}), false),
        (
            json!({"created_at": {"ge": "2026-05-01", "lt": "2026-05-02"}}),
            true,
        ),
        (json!({"created_at": {"eq": "2026-05-01"}}), true),
        (json!({"created_at": {"gt": "2026-05-01T10:00:00Z"}}), false),
        (json!({"updated_at": {"last": "4d"}}), false),
        (json!({"updated_at": {"last": "5d"}}), true),
        (json!({"updated_at": {"older_than": "4d"}}), true),
        (
            json!({"updated_at": {"between": ["2026-05-10", "2026-05-11"]}}),
            true,
        ),
    ] {
        assert_eq!(meets(&ann, &condition), expected, "{condition}");
    }
    assert_eq!(ann.created_at, at("2026-05-01T10:00:00Z"));
    let nested = json!({"any": [{"segment": "3"}, {"not": {"all": [{"segment": "4"}]}}]});
    let ids: Vec<_> = parse(&nested)
        .segments()
        .iter()
        .map(|id| id.get())
        .collect();
    assert_eq!(ids, [3, 4]);
    assert_eq!(SegmentId::new(0), None);
}

#[test]
fn keys_lead_to_all_whom_a_test_lets_pass() {
    use roster_model::condition::Node;
    let keys = |json| match parse(&json).root() {
        Node::Field(test) => test.keys(),
        _ => None,
    };
    let texts = |json| {
        let keys = keys(json).unwrap().into_iter();
        keys.map(|key| key.value).collect::<Vec<_>>()
    };
    assert_eq!(
        texts(json!({"field": "email", "in": ["A@x.org", "b@x.org"]})),
        ["a@x.org", "b@x.org"]
    );
    assert_eq!(
        texts(json!({"field": "labels", "has_any": ["x", "y"]})),
        ["x", "y"]
    );
    assert_eq!(
        texts(json!({"field": "labels", "has_all": ["x", "y"]})),
        ["x"]
    );
    assert_eq!(keys(json!({"field": "labels", "contains": "x"})), None);
    assert_eq!(keys(json!({"field": "points", "eq": 1})), None);
    assert_eq!(Channel::ALL.len(), 7);
}

#[test]
fn ids_are_named_or_stand_before_and_after_others() {
    let ann = person(json!({}));
    let id = ann.id.to_string();
    let [before, after] = [ann.id.pk() - 1, ann.id.pk() + 1].map(|pk| {
        let id = roster_model::ProfileId::from_pk(pk);
        id.unwrap().to_string()
    });
    for (asked, expected) in [
        (json!(id), true),
        (json!([after, id, id]), true),
        (json!([before, after]), false),
        (json!({"gt": before}), true),
        (json!({"gt": id}), false),
        (json!({"ge": id, "lt": after}), true),
        (json!({"le": before}), false),
    ] {
        let condition = json!({"id": asked});
        assert_eq!(meets(&ann, &condition), expected, "{condition}");
    }
}
