//! People to search for, random queries, and the plain truth about them: every
//! profile asked one by one.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Duration;

use roster_model::search::{Hit, Query, Scope, Subject, Term, Tier};
use roster_model::{Contact, Database, DatabaseId, Profile, ProfileId};
use roster_people::{People, Person, Random};
use roster_store::SoleConnection;
use roster_store::pace::Budget;
use roster_store::search::{Page, Position, Request, read_phones, search};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

/// How many people there are.
pub const COUNT: u64 = 300;

/// People in two databases: with custom fields and contacts of several
/// channels, some of them deleted.
pub struct Crowd {
    _world: World,
    pub sql: Connection,
    pub databases: Vec<Database>,
    pub version: i64,
    pub profiles: Vec<Profile>,
    pub people: Vec<Person>,
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
    pub fn new() -> Self {
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
        // Some are in the index, some wait, and some of the former wait with a change.
        execute(
            &sql,
            "INSERT INTO search_folds (least, most) VALUES (1, 150)",
        );
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

    pub fn visible(&self, ids: &[i64]) -> HashMap<DatabaseId, &Database> {
        let visible = self.databases.iter();
        let visible = visible.filter(|database| ids.contains(&database.id.get()));
        visible.map(|database| (database.id, database)).collect()
    }

    pub fn query(&self, text: &str, visible: &HashMap<DatabaseId, &Database>) -> Option<Query> {
        let is_field =
            |name: &str| name == "_status" || visible.values().any(|one| one.field(name).is_some());
        let mut query = Query::parse(text, is_field).ok()?;
        read_phones(&mut query, visible.values().map(|one| one.region));
        Some(query)
    }

    pub fn page(
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
            bytes: roster_store::pace::PAGE_BYTES,
            budget: Budget::new(Duration::from_secs(3600)),
            after,
        };
        block_on(search(&SoleConnection(&self.sql), &request))
            .unwrap()
            .unwrap()
    }

    /// All pages, one after the other.
    pub fn found(
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
    pub fn compare(&self, text: &str, scope: Scope, ids: &[i64], limit: usize) -> Option<usize> {
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

/// One random condition that some person may meet.
pub fn term(person: &Person, random: &mut Random) -> String {
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
