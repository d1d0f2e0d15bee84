//! `GET /v1/search`

use crate::support::{Database, Server, data, escaped, text};
use roster_people::People;
use serde_json::json;

fn crowd(server: &Server) -> Database {
    let db = Database::of_people(server, "People");
    for (email, first, last, phone) in [
        ("ben.lujan@example.com", "Ben Ray", "Luján", "+12025550101"),
        (
            "michelle@example.com",
            "Michelle",
            "Lujan Grisham",
            "+12025550102",
        ),
        ("ivan@example.com", "Иван", "Королёв", "+79161234567"),
        ("georgios@example.com", "Γιώργος", "Παππάς", "+306912345678"),
        ("sasaki@example.com", "美咲", "佐々木", "+819012345678"),
        ("weiss@example.com", "Jörg", "Weißbach", "+4915123456789"),
        ("o.brien@example.com", "Mary-Jo", "O'Brien", "+12025550103"),
        ("lukasz@example.com", "Łukasz", "Świątek", "+48601234567"),
    ] {
        db.import(&json!({ "email": email, "_fname": first, "_lname": last, "phones": [phone], "_city": "Straße 100%_done" }));
    }
    db
}

#[test]
fn case_and_diacritics_do_not_matter_in_any_script() {
    let server = Server::start();
    let db = crowd(&server);
    let found = |q: &str| {
        let mut emails = db.searched(q, "email");
        emails.sort();
        emails
    };
    for q in ["lujan", "LUJÁN", "Luján", "luj", "lu\u{301}jan"] {
        assert_eq!(
            found(q),
            ["ben.lujan@example.com", "michelle@example.com"],
            "{q}"
        );
    }
    for q in ["иван", "ИВАН", "Иван", "королев", "КОРОЛЁВ", "рол"] {
        assert_eq!(found(q), ["ivan@example.com"], "{q}");
    }
    for q in ["γιωργος", "ΠΑΠΠΑΣ", "παππάς"] {
        assert_eq!(found(q), ["georgios@example.com"], "{q}");
    }
    for (q, email) in [
        ("佐々木", "sasaki@example.com"),
        ("weissbach", "weiss@example.com"),
        ("WEIẞBACH", "weiss@example.com"),
        ("o'brien", "o.brien@example.com"),
        ("jo brien", "o.brien@example.com"),
        ("swiatek", "lukasz@example.com"),
        ("ukasz swi", "lukasz@example.com"),
    ] {
        assert_eq!(found(q), [email], "{q}");
    }
}

#[test]
fn every_word_must_occur_and_two_letters_begin_a_word() {
    let server = Server::start();
    let db = crowd(&server);
    assert_eq!(db.searched("ray lujan", "email"), ["ben.lujan@example.com"]);
    assert_eq!(db.search("ray grisham").len(), 0);
    assert_eq!(
        db.searched("\"lujan grisham\"", "email"),
        ["michelle@example.com"]
    );
    assert_eq!(db.search("\"grisham lujan\"").len(), 0);
    assert_eq!(db.searched("gr", "email"), ["michelle@example.com"]);
    assert_eq!(db.search("ri").len(), 0, "not in the middle of a word");
    assert_eq!(db.searched("risha", "email"), ["michelle@example.com"]);
    db.api.get("/v1/search?q=x").problem(400, "query_too_short");
    db.api.get("/v1/search").problem(400, "invalid_parameter");
}

#[test]
fn phones_are_found_however_they_are_punctuated() {
    let server = Server::start();
    let db = crowd(&server);
    db.api.patch(&db.path, &json!({ "region": "US" })).ok(200);
    for q in [
        "+12025550101",
        "12025550101",
        "(202) 555-0101",
        "202-555-0101",
        "202.555.0101",
        "+1 202 555 0101",
        "5550101",
        "555-0101",
    ] {
        assert_eq!(db.searched(q, "email"), ["ben.lujan@example.com"], "{q}");
    }
    assert_eq!(
        db.searched("+7 (916) 123-45-67", "email"),
        ["ivan@example.com"]
    );
}

#[test]
fn a_field_s_value_is_asked_for_by_its_name() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people: Vec<_> = People::new(41).range(0..300).collect();
    db.batch(&json!({ "data": data(people.iter().cloned()) }));
    let person = &people[42];
    let customers = |q: &str| db.searched(q, "customer");
    assert_eq!(
        customers(&format!("customer:{}", person.customer())),
        [person.customer()]
    );
    assert_eq!(
        customers(&format!("email:{}", person.email)),
        [person.email.clone()].map(|_| person.customer())
    );
    let points = people.iter().filter(|p| p.points == person.points).count();
    assert_eq!(
        customers(&format!("points:{}", person.points)).len(),
        points
    );
    let vip = people.iter().filter(|p| p.tags.contains(&"vip")).count();
    assert_eq!(customers("tags:vip").len(), vip.min(100));
    let born = people.iter().filter(|p| p.born == person.born).count();
    assert_eq!(customers(&format!("_bdate:{}", person.born)).len(), born);
    let both = people
        .iter()
        .filter(|p| p.sex == "female" && p.country == "PL" && p.tags.contains(&"staff"))
        .count();
    assert_eq!(customers("_sex:female _country:PL tags:staff").len(), both);
    assert_eq!(customers("points:99999").len(), 0);
}

#[test]
fn exact_hits_come_first_then_prefixes_then_the_rest() {
    let server = Server::start();
    let db = Database::new(&server, "Order", &[]);
    let inside = db.import(&json!({ "email": "x@example.com", "_lname": "Johann@example.comet" }));
    let prefix = db.import(&json!({ "email": "ann@example.com.au" }));
    let exact = db.import(&json!({ "email": "ann@example.com" }));
    let newer = db.import(&json!({ "email": "y@example.com", "_lname": "Joann@example.com" }));
    let ids = |q: &str| {
        db.search(q)
            .iter()
            .map(|i| text(&i["profile"]["id"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids("ann@example.com"),
        [exact.clone(), prefix, newer, inside]
    );
    assert_eq!(ids(&exact)[0], exact, "by id");
}

#[test]
fn a_hit_says_which_field_matched_and_where() {
    let server = Server::start();
    let db = crowd(&server);
    let target = format!("/v1/search?database={}&q={}", db.id, escaped("luján ray"));
    let found = db.api.get(&target).ok(200);
    let item = &found["items"][0];
    assert_eq!(item["database"], json!({ "id": db.id, "name": "People" }));
    let matches = item["matches"].as_array().unwrap();
    let of = |field: &str| {
        matches
            .iter()
            .find(|m| m["field"] == field)
            .unwrap_or_else(|| panic!("{field} in {item}"))
    };
    assert_eq!(
        (&of("_lname")["value"], &of("_lname")["ranges"]),
        (&json!("Luján"), &json!([[0, 5]]))
    );
    assert_eq!(of("_fname")["ranges"], json!([[4, 7]]));
    let link = text(&found["link"]);
    let path = link.find("/v1/search").map(|at| &link[at..]).unwrap();
    assert_eq!(
        db.api.get(path).ok(200)["items"],
        found["items"],
        "the link opens the same search"
    );
}

#[test]
fn in_chooses_profiles_or_subscriptions() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let resource = json!({ "name": "R", "databases": [db.id], "channels": ["email"], "primary_channel": "email" });
    let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    db.import(&json!({ "email": "main@example.com", "subscriptions": [
        { "resource_id": resource, "channel": "email", "email": "letters@example.org" }] }));
    let count = |q: &str, place: &str| {
        let found = db.api.get(&format!("/v1/search?q={q}&in={place}")).ok(200);
        found["items"].as_array().unwrap().len()
    };
    assert_eq!(
        [
            count("main", "all"),
            count("main", "profiles"),
            count("main", "subscriptions")
        ],
        [1, 1, 0]
    );
    assert_eq!(
        [
            count("letters", "all"),
            count("letters", "profiles"),
            count("letters", "subscriptions")
        ],
        [1, 0, 1]
    );
    db.api
        .get("/v1/search?q=main&in=nowhere")
        .problem(400, "invalid_parameter");
}

#[test]
fn pages_of_a_search_hold_everybody_once() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people: Vec<_> = People::new(43).range(0..1_000).collect();
    for part in people.chunks(250) {
        db.batch(&json!({ "data": data(part.iter().cloned()) }));
    }
    let wanted = people.iter().filter(|p| p.country == "ES").count();
    let target = format!("/v1/search?database={}&limit=17&q=_country:ES", db.id);
    let mut ids: Vec<_> = crate::support::all(&db.api, &target)
        .iter()
        .map(|i| text(&i["profile"]["id"]))
        .collect();
    assert_eq!(ids.len(), wanted);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), wanted);
    let wanted = people
        .iter()
        .filter(|p| p.email.contains("example.org"))
        .count();
    let target = format!("/v1/search?database={}&limit=100&q=example.org", db.id);
    assert_eq!(crate::support::all(&db.api, &target).len(), wanted);
}

#[test]
fn changes_are_found_by_the_next_request() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    for round in 0..30 {
        let id = db.import(&json!({ "email": "a@example.com", "_lname": format!("Wort{round}x") }));
        assert_eq!(db.search(&format!("wort{round}x")).len(), 1, "{round}");
        if round > 0 {
            assert_eq!(
                db.search(&format!("wort{}x", round - 1)).len(),
                0,
                "{round}"
            );
        }
        if round % 7 == 0 {
            db.api.delete(&db.of(&id)).ok(200);
            assert_eq!(db.search(&format!("wort{round}x")).len(), 0);
        }
    }
}

#[test]
fn odd_input_is_text_or_a_400_and_never_a_5xx() {
    let server = Server::start();
    let db = crowd(&server);
    let mut odd: Vec<String> = [
        "\"",
        "\"\"",
        "\"\"\"",
        "\"lujan",
        "lujan\"",
        "'",
        "''",
        "' OR 1=1 --",
        "%",
        "%%%",
        "_",
        "*",
        "**",
        "luj*",
        "^luj",
        "lujan AND ray",
        "lujan OR ray",
        "NOT lujan",
        "NEAR",
        "NEAR(lujan ray)",
        "NEAR(lujan ray, 5)",
        "lujan NEAR/3 ray",
        "(",
        ")",
        "()",
        "((((",
        "{",
        "}",
        "[a]",
        "+",
        "-",
        "-lujan",
        "--",
        ":",
        "::",
        "email:",
        ":x",
        "email::",
        "_fname:\"",
        "email:\"a b\"",
        "profile:lujan",
        "search:x",
        "rowid:1",
        "contacts:x",
        "\\",
        "\\\\",
        "\u{0}",
        "lu\u{0}jan",
        "a\u{0}",
        "\n\t\r",
        "\u{1}",
        "\u{202e}",
        "\u{feff}",
        "🙂",
        "🙂🙂🙂",
        "👩‍👩‍👧‍👦",
        "e\u{301}\u{301}\u{301}",
        "ǆ",
        "İi",
        "ß",
        "ﬁ",
        "points:",
        "points:x",
        "points:1.5",
        "points:99999999999999999999",
        "_bdate:x",
        "_bdate:2020",
        "tags:,",
        "_sex:2",
        "_status:9",
        "_status:",
        "NULL",
        "; DROP TABLE profiles",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "https://example.com/?q=1&b=2#f",
        "100%_done",
        "1e400",
        "-9223372036854775809",
        "\u{ffff}",
        "\u{10ffff}",
    ]
    .map(str::to_owned)
    .to_vec();
    odd.push("x".repeat(10_000));
    odd.push("lujan ".repeat(1_600));
    odd.push("\"".repeat(10_000));
    odd.push("aa ".repeat(33));
    odd.push("é".repeat(1_001));
    for q in &odd {
        for place in ["all", "profiles", "subscriptions"] {
            let answer = db
                .api
                .get(&format!("/v1/search?in={place}&q={}", escaped(q)));
            assert!(
                matches!(answer.status, 200 | 400),
                "{:.80?} {place}: {:.500}",
                q,
                answer.text
            );
        }
    }
    // Bytes that are no UTF-8, and an escape that is none.
    for q in ["%ff%fe", "%C3", "%", "%zz", "%00", "lujan%"] {
        let answer = db.api.get(&format!("/v1/search?q={q}"));
        assert!(matches!(answer.status, 200 | 400), "{q}: {answer:?}");
    }
    assert_eq!(
        db.searched("_city:\"100%_done\" lujan", "email").len(),
        2,
        "wildcards are text"
    );
    assert_eq!(db.search("_city:100%xdone").len(), 0);
}
