//! Random profiles with values of every type, and random conditions on them:
//! few enough values for the two to meet, and those at which things go wrong.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use roster_model::condition::Moment;
use roster_model::{Range, Timestamp, Zone};
use serde_json::{Map, Value, json};

use super::super::world::START;

fn one_of(values: Value) -> BoxedStrategy<Value> {
    select(values.as_array().unwrap().clone()).boxed()
}

fn texts() -> BoxedStrategy<Value> {
    one_of(json!([
        "", "a", "A", "ab", "AB", "b", "Ünder", "üNDER", "Анна", "анна", "АННА", "ſ", "s", "S",
        "K", "k", "*", "[a]", "a?c", "abc", "%", "a_c", "\\", "\"x\"", "x\"", "'", "10", "9",
        "1e1", "ß", "SS", "σς", "ΣΣ", "İ", "i", "ı", "I", "^a", "]", "-", "🙂", "a🙂"
    ]))
}

fn integers() -> BoxedStrategy<Value> {
    one_of(json!([
        0,
        1,
        2,
        3,
        -1,
        10,
        9,
        9007199254740993_i64,
        9007199254740992_i64,
        i64::MAX,
        i64::MIN
    ]))
}

fn floats() -> BoxedStrategy<Value> {
    one_of(json!([
        0,
        1,
        2,
        0.1,
        0.30000000000000004,
        0.3,
        -1.5,
        1e300,
        5e-324,
        2.2250738585072014e-308,
        1e22,
        9007199254740993.0,
        1.7976931348623157e308,
        123456.789,
        123456.78900000002
    ]))
}

fn tags() -> BoxedStrategy<Value> {
    one_of(json!(["x", "X", "y", "z", "ж", "Ж", "x y", "\"", "*"]))
}

fn phones() -> BoxedStrategy<Value> {
    one_of(json!([
        "+4930901820",
        "+4930901821",
        "+4930901822",
        "030 901823"
    ]))
}

fn emails() -> BoxedStrategy<Value> {
    one_of(json!([
        "a@x.org",
        "A@X.org",
        "b@müller.de",
        "B@xn--mller-kva.de",
        "\"c\"@y.org",
        "c@y.org"
    ]))
}

/// Around the beginnings of days, of the year and of the calendar.
fn dates() -> BoxedStrategy<Value> {
    let near = (
        0..4_i64,
        -3..3_i64,
        -13..13_i64,
        select(vec![-1_i64, 0, 1, 1_800_000]),
    )
        .prop_map(|(year, day, hour, ms)| {
            let years = [0, 366, 6 * 366, 20 * 365][year as usize];
            let at = START + ((years + day) * 24 + hour) * 3_600_000 + ms;
            json!(Timestamp::from_ms(at).to_string())
        });
    let any = (-62_135_596_800_000_i64..253_402_300_799_999)
        .prop_map(|ms| json!(Timestamp::from_ms(ms).to_string()));
    prop_oneof![
        4 => near,
        1 => any,
        4 => one_of(json!([
            "0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z",
            "2024-02-29", "2023-02-28", "2024-02-28", "2024-03-01", "1990-02-22T21:00:00Z",
            "1990-06-30T20:00:00Z", "1990-02-23", "1990-07-01", "2026-11-18", "2026-11-19",
            "2026-11-20", "2026-11-25", "2026-12-31", "2027-01-01", "2000-02-29T12:00:00Z",
            "2006-10-29T02:45:00Z", "2006-10-29", "2011-12-30T12:00:00Z"
        ])),
    ]
    .boxed()
}

const FIELDS: [&str; 18] = [
    "email", "phones", "_fname", "_ip", "_sex", "_bdate", "code", "number", "tier", "labels",
    "points", "note", "level", "since", "rate", "active", "extra", "parts",
];

/// One value of a field, also what lists hold one of.
fn value(field: &str) -> BoxedStrategy<Value> {
    match field {
        "email" => emails(),
        "phones" => phones(),
        "_ip" => one_of(json!([
            "10.0.0.1",
            "10.0.0.2",
            "2001:db8::1",
            "192.168.0.10"
        ])),
        "_sex" => one_of(json!(["male", "female"])),
        "_bdate" | "since" => dates(),
        "number" | "points" => integers(),
        "labels" => tags(),
        "level" => one_of(json!(["low", "high"])),
        "rate" => floats(),
        "active" => one_of(json!([true, false])),
        "extra" => one_of(json!([{}, {"a": 1}])),
        "parts" => one_of(json!([[{}], [{"a": 1}, {}]])),
        _ => texts(),
    }
}

/// The value of a profile: of unique fields often one that nobody else has.
fn stored(field: &'static str) -> BoxedStrategy<(String, Value)> {
    let number = 0..5000_i64;
    let rare = match field {
        "email" => number.prop_map(|n| json!(format!("p{n}@X.org"))).boxed(),
        "code" => (texts(), number)
            .prop_map(|(text, n)| json!(format!("{}{n}", text.as_str().unwrap())))
            .boxed(),
        "number" => number.prop_map(Value::from).boxed(),
        "phones" | "labels" => vec(value(field), 0..4).prop_map(Value::from).boxed(),
        _ => value(field),
    };
    let value = match field {
        "email" | "code" | "number" => prop_oneof![1 => value(field), 20 => rare].boxed(),
        _ => rare,
    };
    value
        .prop_map(move |value| (field.to_owned(), value))
        .boxed()
}

fn subscription() -> impl Strategy<Value = Value> {
    let contact = prop_oneof![
        emails().prop_map(|email| json!({"channel": "email", "email": email})),
        phones().prop_map(|phone| json!({"channel": "sms", "phone": phone})),
        (0..3).prop_map(
            |n| json!({"channel": "push", "provider": "fcm", "subscription_id": format!("t{n}")})
        ),
    ];
    let cats = one_of(json!([[], ["news"], ["offers"], ["news", "offers"]]));
    (contact, 0..7, cats, 1..3).prop_map(|(mut one, status, cats, resource)| {
        one["status"] = json!(status);
        let raises = resource == 2 && one["channel"] == "email";
        one["resource_id"] = json!(if raises { 2 } else { 1 });
        if !raises {
            one["cats"] = cats;
        }
        one
    })
}

pub fn profile() -> impl Strategy<Value = Map<String, Value>> {
    let fields: Vec<_> = FIELDS.into_iter().map(|field| of(stored(field))).collect();
    (fields, vec(subscription(), 0..4), 0..7).prop_map(|(fields, subscriptions, status)| {
        let mut data: Map<String, Value> = fields.into_iter().flatten().collect();
        data.insert("subscriptions".to_owned(), json!(subscriptions));
        data.insert("_status".to_owned(), json!(status));
        data
    })
}

/// Any test of a field; some don't fit its type or its value.
fn field_test(field: &'static str) -> BoxedStrategy<Value> {
    let one = || value(field);
    let several = || vec(value(field), 1..4).prop_map(Value::from).boxed();
    let named = move |name: &'static str, value: BoxedStrategy<Value>| {
        value
            .prop_map(move |value| json!({"field": field, name: value}))
            .boxed()
    };
    let flag = || any::<bool>().prop_map(Value::from).boxed();
    let mut tests = vec![named("exists", flag()), named("empty", flag())];
    let list = ["phones", "labels"].contains(&field);
    if !list && !["extra", "parts"].contains(&field) {
        tests.extend([named("eq", one()), named("eq", one()), named("ne", one())]);
    }
    if list {
        tests.extend([named("has_any", several()), named("has_all", several())]);
    }
    if [
        "number", "points", "rate", "code", "tier", "note", "since", "_bdate",
    ]
    .contains(&field)
    {
        for name in ["lt", "le", "gt", "ge"] {
            tests.push(named(name, one()));
        }
        tests.push(named(
            "between",
            (one(), one()).prop_map(|(a, b)| json!([a, b])).boxed(),
        ));
    }
    if [
        "email", "number", "points", "rate", "code", "tier", "level", "_ip", "note",
    ]
    .contains(&field)
    {
        tests.push(named("in", several()));
    }
    let textual = [
        "email", "phones", "_fname", "_ip", "code", "tier", "labels", "note",
    ];
    if textual.contains(&field) {
        let piece = match field {
            "email" => one_of(json!(["@X", "ü", "a", "ORG", "\""])),
            "phones" => one_of(json!(["+49", "0", "22"])),
            "_ip" => one_of(json!(["10.", "1", ":"])),
            _ => texts(),
        };
        for name in ["contains", "starts_with", "ends_with"] {
            tests.push(named(name, piece.clone()));
            if ["_fname", "code", "tier", "labels", "note"].contains(&field) {
                let any_case = named(name, piece.clone()).prop_map(|mut test| {
                    test["ignore_case"] = json!(true);
                    test
                });
                tests.push(any_case.boxed());
            }
        }
    }
    if ["_fname", "code", "tier", "note"].contains(&field) {
        for (name, value) in [("eq", one()), ("ne", one()), ("in", several())] {
            let any_case = named(name, value).prop_map(|mut test| {
                test["ignore_case"] = json!(true);
                test
            });
            tests.push(any_case.boxed());
        }
    }
    if ["since", "_bdate"].contains(&field) {
        tests.extend(date_tests().map(|(name, value)| named(name, value)));
    }
    proptest::strategy::Union::new(tests).boxed()
}

fn date_tests() -> [(&'static str, BoxedStrategy<Value>); 7] {
    let span = || {
        one_of(json!([
            "0d", "1h", "12h", "1d", "3d", "2w", "1mo", "9mo", "1y", "40y"
        ]))
    };
    let within = one_of(json!([{"within_days": 0}, {"within_days": 7}, {"within_days": 100}, {}]));
    [
        ("last", span()),
        ("next", span()),
        ("older_than", span()),
        ("later_than", span()),
        ("month", one_of(json!([1, 2, 11, 12, [2, 3], [10, 11, 12]]))),
        ("day", one_of(json!([1, 28, 29, 31, [19, 20, 22, 23]]))),
        ("birthday", within),
    ]
}

fn subscription_test() -> impl Strategy<Value = Value> {
    let contact = of(prop_oneof![
        emails().prop_map(|email| json!({"email": email, "channel": "email"})),
        phones().prop_map(|phone| json!({"phone": phone, "channel": "sms"})),
        (0..3).prop_map(
            |n| json!({"provider": "fcm", "subscription_id": format!("t{n}"), "channel": "push"})
        ),
    ]);
    let channel = of(one_of(json!(["email", "sms", "push", "viber"])));
    let status = of(one_of(json!(["subscribed", [0, 1, 2], [3]])));
    let category = of(one_of(json!(["news", "offers"])));
    (contact, of(1..3), channel, status, category).prop_map(
        |(contact, resource, channel, status, category)| {
            let mut test = contact.unwrap_or_else(|| match channel {
                Some(channel) => json!({"channel": channel}),
                None => json!({}),
            });
            for (name, value) in [
                ("resource_id", resource.map(Value::from)),
                ("status", status),
                ("category", category),
            ] {
                if let Some(value) = value {
                    test[name] = value;
                }
            }
            json!({"subscription": test})
        },
    )
}

fn time_test() -> impl Strategy<Value = Value> {
    let relative = one_of(json!(["0d", "1h", "1d", "100d", "1y"]));
    let value = prop_oneof![
        (select(vec!["eq", "lt", "le", "gt", "ge"]), dates()).prop_map(|(n, v)| json!({n: v})),
        (select(vec!["last", "older_than"]), relative).prop_map(|(n, v)| json!({n: v})),
        (dates(), dates()).prop_map(|(a, b)| json!({"between": [a, b]})),
        // Profiles are made a moment apart.
        (0..400_000_i64).prop_map(|ms| json!({"lt": Timestamp::from_ms(START + ms).to_string()})),
    ];
    (select(vec!["created_at", "updated_at"]), value).prop_map(|(name, value)| json!({name: value}))
}

/// Who may be sent to, who is suppressed.
fn reach_test() -> impl Strategy<Value = Value> {
    let parts = (
        of(1..3),
        of(one_of(json!(["email", "sms", "push"]))),
        of(one_of(json!(["news", "offers"]))),
    );
    let deliverable = parts.prop_map(|(resource, channel, category)| {
        let mut test = json!({});
        for (name, value) in [
            ("resource_id", resource.map(Value::from)),
            ("channel", channel),
            ("category", category),
        ] {
            if let Some(value) = value {
                test[name] = value;
            }
        }
        json!({ "deliverable": test })
    });
    let suppressed = one_of(json!([true, {"channel": "email"}, {"channel": "sms"}, {}]));
    prop_oneof![
        deliverable,
        suppressed.prop_map(|test| json!({ "suppressed": test })),
    ]
}

/// Ids of profiles by their places, also of those of another database.
fn id_test() -> impl Strategy<Value = Value> {
    let id = || (0..200_usize).prop_map(|place| format!("#{place}"));
    prop_oneof![
        id().prop_map(|id| json!({ "id": id })),
        vec(id(), 1..9).prop_map(|ids| json!({ "id": ids })),
        (id(), id()).prop_map(|(one, other)| json!({"id": {"ge": one, "lt": other}})),
        (id(), id()).prop_map(|(one, other)| json!({"id": {"gt": one, "le": other}})),
    ]
}

pub fn leaf() -> BoxedStrategy<Value> {
    prop_oneof![
        10 => select(FIELDS.to_vec()).prop_flat_map(field_test),
        2 => subscription_test(),
        2 => one_of(json!([
            {"segment": "1"}, {"segment": 2}, {"segment": "3"}, {"segment": "4"}, {"segment": "5"}, {"segment": "6"},
            {"segment": "7"}
        ])),
        1 => one_of(json!([{"status": ["subscribed"]}, {"status": [1, 2, "suspended"]}, {"status": 6}])),
        1 => one_of(json!([{"control_group": true}, {"control_group": false}])),
        1 => time_test(),
        2 => id_test(),
        2 => reach_test(),
        3 => relation_test(),
        3 => event_test(),
        1 => Just(json!({})),
    ]
    .boxed()
}

/// What happened, when, how often and by which message.
fn event_test() -> impl Strategy<Value = Value> {
    let types = one_of(json!([
        "clicked",
        ["clicked", "opened"],
        ["bought"],
        "sold",
        ["opened", "bought", "clicked"]
    ]));
    let time = of(prop_oneof![
        one_of(json!(["0d", "1h", "12h", "3d", "30d", "1y", "2y"]))
            .prop_map(|n| json!({"last": n})),
        (dates(), dates()).prop_map(|(a, b)| json!({"between": [a, b]})),
    ]);
    let count = of(one_of(json!([
        {"ge": 2}, {"eq": 0}, {"le": 1}, {"gt": 1, "lt": 3}, {"ge": 1}, {"lt": 1}
    ])));
    let url = of(one_of(json!([
        {"contains": "shop"}, {"ends_with": "/"}, {"starts_with": "https://shop.org/[a]*"},
        {"eq": "https://x.org/"}
    ])));
    let message = of(one_of(json!(["m0", "m1", "m2"])));
    (types, time, count, of(1..3), message, url).prop_map(
        |(types, time, count, resource, message, url)| {
            let mut test = time.unwrap_or_else(|| json!({}));
            test["type"] = types;
            for (name, value) in [
                ("count", count),
                ("resource_id", resource.map(Value::from)),
                ("message_id", message),
                ("url", url),
            ] {
                if let Some(value) = value {
                    test[name] = value;
                }
            }
            json!({"event": test})
        },
    )
}

/// Who is related to whom, how much and how often.
fn relation_test() -> impl Strategy<Value = Value> {
    let weights = of(one_of(json!([
        {"orders": {"ge": 2}}, {"orders": {"between": [1, 3]}}, {"orders": {"exists": false}},
        {"note": {"contains": "a", "ignore_case": true}}, {"note": {"ne": "a"}},
        {"vip": {"eq": true}}, {"vip": {"eq": false}, "orders": {"gt": 0}},
        {"since": {"lt": "2025-01-01"}}, {"since": {"last": "1y"}}, {"note": {"empty": true}},
        {"since": {"month": [2]}}, {"orders": {"in": [0, 4]}}
    ])));
    let with = of(prop_oneof![
        4 => select(FIELDS.to_vec()).prop_flat_map(field_test),
        1 => subscription_test(),
        1 => one_of(json!([{"status": ["subscribed"]}, {"segment": "1"}, {"control_group": true}, {}])),
        1 => event_test(),
        1 => select(FIELDS.to_vec()).prop_flat_map(field_test).prop_map(|one| json!({"not": one})),
        1 => time_test(),
    ]);
    let count = of(one_of(json!([
        {"ge": 2}, {"eq": 0}, {"le": 1}, {"gt": 1, "lt": 3}, {"ge": 1}, {"lt": 1}, {"ge": 0}
    ])));
    let place = one_of(json!([["1", "a"], ["1", null], ["2", "a"], ["2", "b"]]));
    (place, weights, with, count).prop_map(|(place, weights, with, count)| {
        let mut test = json!({"type": place[0]});
        for (name, value) in [
            (
                "side",
                Some(place[1].clone()).filter(|side| !side.is_null()),
            ),
            ("weights", weights),
            ("with", with),
            ("count", count),
        ] {
            if let Some(value) = value {
                test[name] = value;
            }
        }
        json!({"relation": test})
    })
}

pub fn condition() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 12, 4, |part| {
        prop_oneof![
            vec(part.clone(), 0..4).prop_map(|parts| json!({"all": parts})),
            vec(part.clone(), 1..4).prop_map(|parts| json!({"any": parts})),
            part.prop_map(|part| json!({"not": part})),
        ]
    })
}

const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/St_Johns",
    "Pacific/Apia",
    "America/Los_Angeles",
];

pub fn moment() -> impl Strategy<Value = Moment> {
    let now = prop_oneof![
        3 => (-3..400_i64, 0..86_400_000_i64).prop_map(|(day, ms)| START + day * 86_400_000 + ms),
        // About the end of February, in a leap year and in another one.
        1 => (-2..3_i64).prop_map(|day| 1_803_772_800_000 + day * 86_400_000),
        1 => (-2..3_i64).prop_map(|day| 1_835_395_200_000 + day * 86_400_000),
    ];
    (now, select(ZONES.to_vec())).prop_map(|(now, zone)| Moment {
        now: Timestamp::from_ms(now),
        zone: Zone::parse(zone).unwrap(),
    })
}

pub fn range() -> impl Strategy<Value = Range> {
    prop_oneof![
        3 => Just(Range::ALL),
        1 => (0..100, 1..=100).prop_filter_map("nothing between", |(from, to)| {
            Range::parse(&json!({"from": from, "to": to})).ok()
        }),
    ]
}
