//! Quick search against the plain truth: every profile asked one by one.

use std::cmp::Reverse;
use std::collections::HashMap;

use roster_model::search::{Hit, Query, Scope, Subject, Term, Tier};
use roster_model::{Contact, Database, DatabaseId, Profile, ProfileId};
use roster_people::{People, Person, Random};
use roster_store::search::{Page, Position, Request, read_phones, search};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

const COUNT: u64 = 300;

/// People in two databases: with custom fields and contacts of several
/// channels, some of them deleted.
struct Crowd {
    _world: World,
    sql: Connection,
    databases: Vec<Database>,
    version: i64,
    profiles: Vec<Profile>,
    people: Vec<Person>,
}

fn data(person: &Person) -> Value {
    let number = person.number;
    let mut data = Value::from(person.data());
    data["subscriptions"] = json!([
        {"resource_id": 1, "channel": "email", "email": format!("x{number}.{}", person.email)},
        {"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": 70_000 + number}},
    ]);
    let mut add = |one: Value| data["subscriptions"].as_array_mut().unwrap().push(one);
    if number.is_multiple_of(5) {
        add(
            json!({"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": format!("chat{number}x")}}),
        );
    }
    if number.is_multiple_of(7) {
        let phone = format!("+4930 90{:05}", number * 37);
        add(json!({"resource_id": 1, "channel": "sms", "phone": phone}));
        add(
            json!({"resource_id": 1, "channel": "push", "provider": "fcm",
            "subscription_id": format!("tok{}-{}", number * 7919, person.last_name_latin)}),
        );
    }
    if number.is_multiple_of(11) {
        data["_status"] = json!(number % 7);
    }
    if !number.is_multiple_of(3) {
        data["code"] = json!(person.customer());
        data["tier"] = json!(["gold", "Très bien", "tin can"][number as usize % 3]);
        data["labels"] = json!(person.tags);
        data["points"] = json!(number % 40);
        data["note"] = json!(format!("{} from {}", person.first_name, person.city));
        data["level"] = json!(["low", "high"][number as usize % 2]);
        data["rank"] = json!(["Första", "b"][number as usize % 2]);
        data["groups"] = json!([format!("Größe {}", number % 6), "All"]);
        data["since"] = match number % 2 {
            0 => json!(person.born),
            _ => json!(format!("{}T12:34:56Z", person.born)),
        };
        data["rate"] = json!((number % 8) as f64 / 4.0);
        data["active"] = json!(number.is_multiple_of(4));
    }
    data
}

impl Crowd {
    fn new() -> Self {
        let world = World::new();
        let sql = world.connect();
        let people: Vec<Person> = People::new(23).range(0..COUNT).collect();
        let mut of = [Vec::new(), Vec::new()];
        for person in &people {
            of[usize::from(person.number.is_multiple_of(3))].push(data(person));
        }
        // In turn, so that the databases' ids mix.
        for chunk in 0..5 {
            for (database, data) in [PEOPLE, OTHERS].into_iter().zip(&of) {
                let size = data.len() / 5;
                fill(&sql, database, &data[chunk * size..(chunk + 1) * size]);
            }
        }
        for profile in everybody(&sql).iter().step_by(9) {
            let known = definitions(&sql, profile.database.get());
            let gone = profile.subscriptions[0].hash_id();
            let gone = roster_model::write::prepare_subscription_delete(
                profile.id,
                &json!({"id": gone}),
                None,
                &schema(&known),
            );
            assert_eq!(kinds(&write(&sql, &job(&known, vec![gone]))), ["updated"]);
        }
        Crowd {
            databases: all_databases(&sql),
            version: definitions(&sql, PEOPLE).version,
            profiles: everybody(&sql),
            people,
            _world: world,
            sql,
        }
    }

    fn visible(&self, ids: &[i64]) -> HashMap<DatabaseId, &Database> {
        let visible = self.databases.iter();
        let visible = visible.filter(|database| ids.contains(&database.id.get()));
        visible.map(|database| (database.id, database)).collect()
    }

    fn query(&self, text: &str, visible: &HashMap<DatabaseId, &Database>) -> Option<Query> {
        let is_field =
            |name: &str| name == "_status" || visible.values().any(|one| one.field(name).is_some());
        let mut query = Query::parse(text, is_field).ok()?;
        read_phones(&mut query, visible.values().map(|one| one.region));
        Some(query)
    }

    fn page(
        &self,
        query: &Query,
        scope: Scope,
        ids: &[i64],
        limit: usize,
        after: Option<Position>,
    ) -> Page {
        let databases = self.visible(ids);
        let request = Request {
            query,
            scope,
            databases: &databases,
            all: databases.len() == self.databases.len(),
            version: self.version,
            limit,
            after,
        };
        block_on(search(&self.sql, &request)).unwrap().unwrap()
    }

    /// All pages, one after the other.
    fn found(
        &self,
        query: &Query,
        scope: Scope,
        ids: &[i64],
        limit: usize,
    ) -> Vec<(ProfileId, Hit)> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.page(query, scope, ids, limit, after);
            assert!(page.hits.len() <= limit);
            all.extend(
                page.hits
                    .into_iter()
                    .map(|(profile, hit)| (profile.id, hit)),
            );
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }

    /// The profiles that meet the query, best first.
    fn truth(&self, query: &Query, scope: Scope, ids: &[i64]) -> Vec<(ProfileId, Hit)> {
        let databases = self.visible(ids);
        let mut all: Vec<(ProfileId, Hit)> = self
            .profiles
            .iter()
            .filter_map(|profile| {
                let database = databases.get(&profile.database)?;
                let hit = check(query, profile, database, scope)?;
                Some((profile.id, hit))
            })
            .collect();
        // Where no term is text that the index holds, there is one tier only.
        let tiers = query.terms.iter().any(|term| match term {
            Term::Text(_) => true,
            Term::Field { name, word, .. } => {
                let mut fields = databases
                    .values()
                    .filter_map(|one| one.field(name))
                    .peekable();
                word.is_some() && fields.peek().is_some() && fields.all(|field| field.searchable)
            }
        });
        all.sort_by_key(|(id, hit)| (tiers.then_some(hit.tier), Reverse(*id)));
        all
    }

    /// Compares for one query; gives the number of hits, or none where the
    /// query is none.
    fn compare(&self, text: &str, scope: Scope, ids: &[i64], limit: usize) -> Option<usize> {
        let query = self.query(text, &self.visible(ids))?;
        let (found, truth) = (
            self.found(&query, scope, ids, limit),
            self.truth(&query, scope, ids),
        );
        let brief = |all: &[(ProfileId, Hit)]| -> Vec<(ProfileId, Tier)> {
            all.iter().map(|(id, hit)| (*id, hit.tier)).collect()
        };
        let case = format!("{text:?} {scope:?} in {ids:?} by {limit}");
        assert_eq!(brief(&found), brief(&truth), "{case}");
        assert_eq!(found, truth, "{case}");
        Some(truth.len())
    }
}

fn check(query: &Query, profile: &Profile, database: &Database, scope: Scope) -> Option<Hit> {
    let live = profile.subscriptions.iter().filter(|one| !one.deleted);
    let contacts: Vec<Contact> = live.map(|one| one.contact.clone()).collect();
    let subject = Subject {
        id: profile.id,
        status: profile.status,
        data: &profile.data,
        contacts: &contacts,
    };
    query.check(subject, database, scope)
}

/// A piece of a text, of two characters at least where it has them.
fn piece(text: &str, random: &mut Random) -> String {
    let characters: Vec<char> = text.chars().collect();
    let from = match random.below(3) {
        0 => random.below(characters.len() as u64) as usize,
        _ => 0,
    };
    let length = 2 + random.below(7) as usize;
    characters[from..].iter().take(length).collect()
}

/// A condition on a field that is compared as a whole and has match keys.
fn exact(person: &Person, random: &mut Random) -> String {
    let number = person.number;
    match random.below(8) {
        0 => format!("rank:{}", random.pick(&["första", "forsta", "B", "1", "2"])),
        1 => format!("groups:\"größe {}\"", number % 6),
        2 => format!("groups:\"GROSSE {}\"", number % 6),
        3 => format!("since:{}", person.born),
        4 => format!("since:{}T12:34:56Z", person.born),
        5 => format!("rate:{}", random.pick(&["0.5", "0.50", "1", "1.0", "5e-1"])),
        6 => format!("active:{}", random.pick(&["true", "false", "1", "yes"])),
        _ => "groups:all".to_owned(),
    }
}

fn term(person: &Person, random: &mut Random) -> String {
    let number = person.number;
    let texts = [
        person.first_name,
        person.last_name,
        person.last_name_latin,
        &person.email,
        &person.phone,
        person.city,
        &person.customer(),
        "Très bien",
        "café newsletter",
    ];
    let phone = &person.phone;
    match random.below(23) {
        0..8 => piece(random.pick::<&str>(&texts), random),
        8 => format!("\"{} {}\"", person.first_name, person.last_name),
        9 => format!("{}-{} ({})", &phone[..4], &phone[4..7], &phone[7..]),
        10 => phone[1..].to_owned(),
        11 => person.email.to_uppercase(),
        12 => format!("x{number}.{}", person.email),
        13 => format!("_lname:{}", piece(person.last_name, random)),
        14 => format!(
            "tier:{}",
            random.pick(&["gold", "bien", "\"tin can\"", "t", "très"])
        ),
        15 => format!(
            "labels:{}",
            random.pick(&["vip", "CAFE", "оптовик", "staff", "sta"])
        ),
        16 => format!("points:{}", random.below(40)),
        17 => format!("note:{}", piece(person.city, random)),
        18 => format!("_status:{}", random.below(7)),
        19 => format!("_bdate:{}", person.born),
        20 => exact(person, random),
        21 => format!(
            "{}:{}",
            random.pick(&["level", "_sex", "code", "nosuch"]),
            random.pick(&["high", "male", "C00", "2"])
        ),
        _ => match random.below(4) {
            0 => format!("chat{number}x"),
            1 => (70_000 + number).to_string(),
            2 => format!("tok{}", number * 7919),
            _ => person.email.clone(),
        },
    }
}

const SCOPES: [Scope; 4] = [
    Scope::All,
    Scope::All,
    Scope::Profiles,
    Scope::Subscriptions,
];

#[test]
fn pages_of_any_query_join_to_all_that_match_best_first() {
    let crowd = Crowd::new();
    let mut random = Random::new(4);
    let (mut asked, mut hits) = (0, 0);
    for _ in 0..1200 {
        let person = random.pick(&crowd.people).clone();
        let mut text = term(&person, &mut random);
        for _ in 0..random.below(5).saturating_sub(2) {
            text = format!("{text} {}", term(&person, &mut random));
        }
        if random.below(20) == 0 {
            let id = random.pick(&crowd.profiles).id.to_string();
            let from = random.below(22) as usize;
            text = format!("{text} {}", &id[from..]);
        }
        let ids = *random.pick::<&[i64]>(&[&[1, 2][..], &[1, 2], &[1], &[2]]);
        let scope = *random.pick(&SCOPES);
        let limit = *random.pick(&[1, 2, 7, 20, 1000]);
        if let Some(found) = crowd.compare(&text, scope, ids, limit) {
            asked += 1;
            hits += usize::from(found > 0);
        }
    }
    assert!(asked > 800, "only {asked} queries");
    assert!(
        hits * 3 > asked,
        "only {hits} of {asked} queries found somebody"
    );
}

#[test]
fn odd_input_is_text() {
    let crowd = Crowd::new();
    for text in [
        "%%",
        "a%",
        "_",
        "__",
        "***",
        "ma*",
        "\"",
        "\"\"\"",
        "\"ma",
        "NEAR(ma mi)",
        "ma OR mi",
        "ma AND",
        "NOT ma",
        "profile:ma",
        "contacts : ma",
        "{profile}:ma",
        "-ma",
        "^ma",
        "ma\0mi",
        "'; DROP TABLE profiles; --",
        "\u{1}ma",
        "email:",
        ":ma",
        "email:\"",
        "tier:*",
        "points:1e999",
        "points:--",
        "_status:99",
        "_bdate:9999-99-99",
        "\u{202e}ma",
        "🙂🙂",
        "ß",
        "ﬁﬁ",
        "İİ",
        "\\",
        "phones:+",
        "phones:(",
        "+",
        "()--",
        "labels:\"a\"b\"",
    ] {
        for scope in SCOPES {
            for ids in [&[1, 2][..], &[2], &[]] {
                crowd.compare(text, scope, ids, 20);
            }
        }
    }
    assert_eq!(crowd.profiles.len() as u64, COUNT);
}

#[test]
fn a_whole_address_phone_contact_or_id_comes_first() {
    let crowd = Crowd::new();
    let all = [1, 2];
    for person in crowd.people.iter().step_by(4) {
        let email = Value::from(person.email.as_str());
        let owner = crowd
            .profiles
            .iter()
            .find(|one| one.data["email"] == email)
            .unwrap();
        let texts = [
            person.email.clone(),
            person.email.to_uppercase(),
            person.phone.clone(),
            format!("00{}", &person.phone[1..]),
            owner.id.to_string(),
            (70_000 + person.number).to_string(),
        ];
        for text in texts {
            let query = crowd.query(&text, &crowd.visible(&all)).unwrap();
            let first = crowd.page(&query, Scope::All, &all, 5, None).hits.remove(0);
            assert_eq!(
                (first.0.id, first.1.tier),
                (owner.id, Tier::Exact),
                "{text}"
            );
        }
    }
}

#[test]
fn a_part_of_an_id_finds_its_profile() {
    let crowd = Crowd::new();
    for profile in crowd.profiles.iter().step_by(29) {
        let id = profile.id.to_string();
        let name = profile.data["_lname"].as_str().unwrap();
        for text in [&id[3..], &id[8..20], &id[..23], &format!("{id} {name}")] {
            let query = crowd.query(text, &crowd.visible(&[1, 2])).unwrap();
            let found = crowd.found(&query, Scope::Profiles, &[1, 2], 10);
            assert!(found.iter().any(|(id, _)| *id == profile.id), "{text}");
        }
    }
}

#[test]
fn a_database_that_may_not_be_seen_is_never_found() {
    let crowd = Crowd::new();
    for profile in crowd.profiles.iter().step_by(17) {
        let other = if profile.database.get() == PEOPLE {
            OTHERS
        } else {
            PEOPLE
        };
        for text in [
            profile.id.to_string(),
            profile.data["email"].as_str().unwrap().to_owned(),
        ] {
            let query = crowd.query(&text, &crowd.visible(&[other])).unwrap();
            assert!(crowd.found(&query, Scope::All, &[other], 10).is_empty());
            assert!(crowd.found(&query, Scope::All, &[], 10).is_empty());
            assert_eq!(
                crowd
                    .found(&query, Scope::All, &[profile.database.get()], 10)
                    .len(),
                1
            );
        }
    }
}

#[test]
fn definitions_that_are_no_longer_true_give_no_answer() {
    let crowd = Crowd::new();
    let databases = crowd.visible(&[1, 2]);
    for text in ["ma", "mar", "points:3", "labels:vip", "_status:1", "note:a"] {
        let query = crowd.query(text, &databases).unwrap();
        let request = Request {
            query: &query,
            scope: Scope::All,
            databases: &databases,
            all: true,
            version: crowd.version - 1,
            limit: 10,
            after: None,
        };
        assert!(
            block_on(search(&crowd.sql, &request)).unwrap().is_none(),
            "{text}"
        );
    }
}

#[test]
fn who_is_new_or_changed_or_gone_is_found_so_at_once() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let databases = all_databases(&sql);
    let databases: HashMap<DatabaseId, &Database> = databases
        .iter()
        .map(|database| (database.id, database))
        .collect();
    let found = |text: &str| -> usize {
        let query = Query::parse(text, |name| name == "tier").unwrap();
        let request = Request {
            query: &query,
            scope: Scope::All,
            databases: &databases,
            all: true,
            version: known.version,
            limit: 10,
            after: None,
        };
        block_on(search(&sql, &request))
            .unwrap()
            .unwrap()
            .hits
            .len()
    };
    assert_eq!(found("luján"), 0);
    write(
        &sql,
        &import(
            &known,
            &[json!({"email": "a@example.org", "_lname": "Luján", "tier": "gold"})],
        ),
    );
    assert_eq!(
        (
            found("lujan"),
            found("LUJÁ"),
            found("lu"),
            found("uja"),
            found("tier:gold")
        ),
        (1, 1, 1, 1, 1)
    );
    write(
        &sql,
        &import(
            &known,
            &[json!({"email": "a@example.org", "_lname": "Иван", "tier": null})],
        ),
    );
    assert_eq!(
        (
            found("lujan"),
            found("lu"),
            found("иван"),
            found("tier:gold")
        ),
        (0, 0, 1, 0)
    );
    let id = who(&sql, "a@example.org").id;
    let delete = roster_model::write::prepare_delete(id, None, &schema(&known));
    write(&sql, &job(&known, vec![Ok(delete)]));
    assert_eq!(
        (
            found("иван"),
            found("a@example.org"),
            found(&id.to_string())
        ),
        (0, 0, 0)
    );
}

/// More than one request looks through: it answers with what it has and where
/// to go on.
#[test]
fn a_walk_through_very_many_goes_on_in_the_next_request() {
    let world = World::new();
    let sql = world.connect();
    execute(
        &sql,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 230000)
         INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data)
         SELECT i, 1, 1, 0, 1, 1, iif(i % 100000 = 7, '{\"points\":5}', '{\"points\":6}') FROM n",
    );
    let known = definitions(&sql, PEOPLE);
    let databases: HashMap<DatabaseId, &Database> = [(known.database.id, &known.database)].into();
    let query = Query::parse("points:5", |name| name == "points").unwrap();
    let (mut found, mut requests, mut after) = (Vec::new(), 0, None);
    loop {
        let request = Request {
            query: &query,
            scope: Scope::All,
            databases: &databases,
            all: false,
            version: known.version,
            limit: 2,
            after,
        };
        let page = block_on(search(&sql, &request)).unwrap().unwrap();
        found.extend(page.hits.iter().map(|(profile, _)| profile.id.pk()));
        requests += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, [200_007, 100_007, 7]);
    assert!((2..10).contains(&requests), "{requests} requests");
}
