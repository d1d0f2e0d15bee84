//! A database of random people, and two ways to ask it.

use std::collections::BTreeSet;

use proptest::strategy::Strategy;
use proptest::test_runner::TestRunner;
use roster_model::condition::{Condition, EventTest, Moment, Node, RelationTest};
use roster_model::define::Settings as _;
use roster_model::phone::Phone;
use roster_model::relation::{RelationTypeSettings, Side, Weights};
use roster_model::restrictions::Restrictions;
use roster_model::suppression::{Entry, EntryHints, Form, GLOBAL};
use roster_model::write::prepare_subscription_delete;
use roster_model::{Contact, Email, Profile, Range, SegmentId, SuppressionId};
use roster_store::conditions::{Limits, Selection, compile};
use roster_store::relation_types;
use roster_store::restrictions::{self, ContactSet};
use roster_store::suppressions;
use roster_store::suppressions::changes::{self, ChangeContext};
use roster_store::suppressions::history::Action;
use roster_store::{Cell, Sql};
use serde_json::{Value, json};

use super::super::control::control_group;
use super::super::world::*;
use super::random::profile;
use crate::engine::Connection;

/// How many profiles are tried to be made.
const COUNT: usize = 150;

/// People of all kinds in two databases, some in segments.
pub struct Crowd {
    _world: World,
    pub sql: Connection,
    pub profiles: Vec<Profile>,
    members: BTreeSet<(i64, i64)>,
    /// Type, side A, side B, weights.
    relations: Vec<(i64, i64, i64, Weights)>,
    /// To whom it happened, and what history keeps of it.
    events: Vec<(i64, Value)>,
    against: Restrictions,
}

impl Crowd {
    pub fn new(runner: &mut TestRunner) -> Self {
        let world = World::new();
        let sql = world.connect();
        for field in [
            json!({"name": "extra", "type": "object"}),
            json!({"name": "parts", "type": "objects"}),
        ] {
            add_field(&sql, PEOPLE, &field);
        }
        for id in 1..=3 {
            let name = format!("segment {id}");
            let statement = "INSERT INTO segments (database_id, name, description, revision, created_at, updated_at)
                             VALUES (1, ?1, '', 1, 0, 0)";
            block_on(sql.query(statement, vec![Cell::Text(name)])).unwrap();
        }
        for (id, kind, rule) in [
            (
                4,
                "dynamic",
                json!({"condition": {"field": "points", "ge": 2}, "range": {"from": 5, "to": 80}}),
            ),
            (
                5,
                "dynamic",
                json!({"condition": {"any": [
                    {"not": {"segment": "4"}}, {"deliverable": {}}, {"event": {"type": "clicked", "last": "30d"}}
                ]}}),
            ),
            (
                6,
                "dynamic",
                json!({"condition": {"all": [{"segment": "1"}, {"segment": "5"}]}}),
            ),
            (7, "updatable", json!({"condition": {"segment": "6"}})),
        ] {
            let statement = "INSERT INTO segments
                                 (id, database_id, name, description, revision, created_at, updated_at, kind, rule)
                             VALUES (?1, 1, 'segment ' || ?1, '', 1, 0, 0, ?2, ?3)";
            let parameters = vec![
                Cell::Integer(id),
                Cell::from(kind),
                Cell::Text(rule.to_string()),
            ];
            block_on(sql.query(statement, parameters)).unwrap();
        }
        execute(&sql, "UPDATE catalogue SET version = version + 1");
        let mut data = Vec::new();
        for _ in 0..COUNT {
            let tree = profile().new_tree(runner).unwrap();
            data.push(Value::Object(proptest::strategy::ValueTree::current(&tree)));
        }
        // Who has a value that somebody else has is refused, and stays away.
        for chunk in data.chunks(50) {
            let known = definitions(&sql, PEOPLE);
            write(&sql, &batch(&known, &json!({"mode": "add"}), chunk));
            let other = json!({"email": format!("{}@other.org", chunk.len()), "_fname": "Анна"});
            let known = definitions(&sql, OTHERS);
            write(&sql, &batch(&known, &json!({"mode": "add"}), &[other]));
        }
        for profile in everybody(&sql).iter().step_by(3) {
            let known = definitions(&sql, profile.database.get());
            if let Some(gone) = profile.subscriptions.first() {
                let gone = prepare_subscription_delete(
                    profile.id,
                    &json!({"id": gone.hash_id()}),
                    None,
                    &known.schema(),
                );
                assert_eq!(kinds(&write(&sql, &job(&known, vec![gone]))), ["updated"]);
            }
        }
        for (database, settings) in [
            (
                PEOPLE,
                json!({"percent": 30, "channels": ["email"], "resources": {"exempt": ["2"]}}),
            ),
            (OTHERS, json!({"percent": 50})),
        ] {
            control_group(&sql, database, &settings);
        }
        let profiles = everybody(&sql);
        assert!(profiles.iter().any(|one| one.control.is_member()));
        assert!(profiles.len() > COUNT / 2, "{}", profiles.len());
        let mut members = BTreeSet::new();
        for (number, profile) in profiles.iter().enumerate() {
            for segment in [1_i64, 2, 7] {
                if number as i64 % (segment * 3) == 0 && profile.database.get() == PEOPLE {
                    members.insert((segment, profile.id.pk()));
                }
            }
        }
        for (segment, pk) in &members {
            let statement = "INSERT INTO segment_members VALUES (?1, ?2)";
            let parameters = vec![Cell::Integer(*segment), Cell::Integer(*pk)];
            block_on(sql.query(statement, parameters)).unwrap();
        }
        let relations = relate(&sql, &profiles);
        let events = happen(&sql, &profiles);
        let entries = suppress(&sql, &profiles);
        let against = against(&sql, &profiles, &entries);
        Crowd {
            _world: world,
            sql,
            profiles,
            members,
            relations,
            events,
            against,
        }
    }

    pub fn parse(&self, json: &Value) -> Option<Condition> {
        let json = self.with_ids(json);
        Condition::parse(&json, &definitions(&self.sql, PEOPLE).schema()).ok()
    }

    /// The same with the id of the profile of that place for each text `#<place>`.
    fn with_ids(&self, json: &Value) -> Value {
        match json {
            Value::String(text) => match text.strip_prefix('#').map(str::parse::<usize>) {
                Some(Ok(place)) => self.profiles[place % self.profiles.len()]
                    .id
                    .to_string()
                    .into(),
                _ => json.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.with_ids(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), self.with_ids(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            _ => json.clone(),
        }
    }

    /// Who is meant, by the model.
    pub fn truth(&self, condition: &Condition, range: Range, moment: &Moment) -> Vec<i64> {
        let meant = |profile: &&Profile| {
            let member = |id: SegmentId| self.members.contains(&(id.get(), profile.id.pk()));
            let related = |test: &RelationTest| self.related(profile.id.pk(), test, moment);
            profile.database.get() == PEOPLE
                && range.contains(profile.id)
                && condition.holds(
                    profile,
                    &member,
                    &related,
                    &|test| self.happened(profile.id.pk(), test, moment),
                    &self.against,
                    moment,
                )
        };
        self.profiles
            .iter()
            .filter(meant)
            .map(|one| one.id.pk())
            .collect()
    }

    /// How many relations of a profile a test asks for, by the model.
    fn related(&self, pk: i64, test: &RelationTest, moment: &Moment) -> usize {
        let asked = |(id, a, b, weights): &&(i64, i64, i64, Weights)| {
            let (own, other) = match test.side {
                Side::A => (*a, *b),
                Side::B => (*b, *a),
            };
            let across = self.profiles.iter().find(|one| one.id.pk() == other);
            let member = |id: SegmentId| self.members.contains(&(id.get(), other));
            let met = |with: &Node| {
                let across = across.unwrap();
                let happened = |test: &EventTest| self.happened(other, test, moment);
                with.holds(across, &member, &|_| 0, &happened, &self.against, moment)
            };
            *id == test.relation_type.get()
                && own == pk
                && test.accepts_weights(weights, moment)
                && test.with.as_ref().is_none_or(met)
        };
        self.relations.iter().filter(asked).count()
    }

    /// How many events of a profile a test asks for, by the model.
    fn happened(&self, pk: i64, test: &EventTest, moment: &Moment) -> usize {
        let asked =
            |(profile, about): &&(i64, Value)| *profile == pk && test.accepts(about, moment);
        self.events.iter().filter(asked).count()
    }

    /// Who is meant, by the expression alone.
    pub fn scanned(&self, condition: &Condition, moment: &Moment) -> Vec<i64> {
        let compiled = compile(condition, database_id(PEOPLE), moment, 1);
        let statement = format!(
            "SELECT pk FROM profiles AS p WHERE database_id = ?1 AND {} ORDER BY pk",
            compiled.sql
        );
        let mut parameters = vec![Cell::Integer(PEOPLE)];
        parameters.extend(compiled.parameters);
        for (place, part) in compiled.open.iter().zip(condition.root().open()) {
            let all = self.profiles.iter();
            let met = all
                .filter(|one| part.holds(one, &|_| false, &|_| 0, &|_| 0, &self.against, moment));
            let pks: Vec<i64> = met.map(|one| one.id.pk()).collect();
            parameters[1 + place] = Cell::Text(json!(pks).to_string());
        }
        let rows = block_on(self.sql.query(&statement, parameters));
        let rows = rows.unwrap_or_else(|error| panic!("{error}: {statement}"));
        rows.iter().map(|row| row.integer(0).unwrap()).collect()
    }

    pub fn walked(&self, selection: &Selection, limits: Limits) -> [Vec<i64>; 2] {
        let (mut pks, mut profiles, mut after) = (Vec::new(), Vec::new(), 0);
        loop {
            let slice = block_on(selection.pks(&self.sql, after, limits)).unwrap();
            assert!(slice.found.len() as i64 <= limits.take);
            assert!(slice.found.iter().all(|pk| *pk > after), "nobody twice");
            pks.extend(slice.found);
            let Some(next) = slice.next else { break };
            after = next;
        }
        after = 0;
        loop {
            let slice = block_on(selection.profiles(&self.sql, after, limits)).unwrap();
            assert!(slice.found.len() as i64 <= limits.take);
            for profile in slice.found {
                let id = profile.id;
                assert!(self.profiles.contains(&profile), "as it is stored: {id}");
                profiles.push(id.pk());
            }
            let Some(next) = slice.next else { break };
            after = next;
        }
        [pks, profiles]
    }
}

/// Relates people to others, type 1, and among themselves, type 2.
fn relate(sql: &Connection, profiles: &[Profile]) -> Vec<(i64, i64, i64, Weights)> {
    let properties = json!([
        {"name": "orders", "type": "integer"}, {"name": "note", "type": "string"},
        {"name": "vip", "type": "boolean"}, {"name": "since", "type": "date"}
    ]);
    for (name, b) in [("orders", OTHERS), ("friends", PEOPLE)] {
        let settings = json!({
            "name": name, "database_a": PEOPLE, "database_b": b, "properties": properties
        });
        let settings = RelationTypeSettings::create(&settings).unwrap();
        within(sql, async || {
            relation_types::create(sql, settings.clone(), &author()).await
        });
    }
    let of = |database: i64| {
        let here = profiles
            .iter()
            .filter(move |one| one.database.get() == database);
        here.map(|one| one.id.pk()).collect::<Vec<i64>>()
    };
    let (people, others) = (of(PEOPLE), of(OTHERS));
    let notes = ["", "a", "Анна"];
    let dates = ["2026-11-18", "2024-02-29T12:00:00.000Z"];
    let mut relations = Vec::new();
    for (number, a) in people.iter().enumerate() {
        for (id, across) in [(1, &others), (2, &people)] {
            for place in 0..number % 4 {
                let b = across[(number * 7 + place * 3 + 1) % across.len()];
                let mut weights = Weights::new();
                if place > 0 {
                    weights.insert("orders".to_owned(), json!(number % 5));
                    weights.insert("note".to_owned(), json!(notes[number % 3]));
                }
                if number % 2 == 0 {
                    weights.insert("vip".to_owned(), json!(place == 1));
                    weights.insert("since".to_owned(), json!(dates[place % 2]));
                }
                let there = |one: &(i64, i64, i64, Weights)| (one.0, one.1, one.2) == (id, *a, b);
                if *a != b && !relations.iter().any(there) {
                    relations.push((id, *a, b, weights));
                }
            }
        }
    }
    for (id, a, b, weights) in &relations {
        let statement = "INSERT INTO relations VALUES (?1, ?2, ?3, ?4, 0, 0)";
        let mut parameters: Vec<Cell> = [id, a, b].map(|n| Cell::Integer(*n)).to_vec();
        parameters.push(Cell::Text(json!(weights).to_string()));
        block_on(sql.query(statement, parameters)).unwrap();
    }
    relations
}

/// Has things happen to people, to some of them several times.
fn happen(sql: &Connection, profiles: &[Profile]) -> Vec<(i64, Value)> {
    let types = ["clicked", "opened", "bought"];
    let links = [
        "https://shop.org/sale",
        "https://shop.org/[a]*",
        "https://x.org/",
    ];
    // Around the moments that conditions look at, and the beginnings of days.
    let hours = [0, -1, -13, -24 * 3, -24 * 29, -24 * 400, 24 * 30, 24 * 200];
    let mut events = Vec::new();
    for (number, profile) in profiles.iter().enumerate() {
        for turn in 0..number % 5 {
            let ms = START + hours[(number * 3 + turn) % hours.len()] * 3_600_000;
            let at = roster_model::Timestamp::from_ms(ms + (number % 3) as i64 - 1);
            let mut about = json!({"event": types[(number + turn) % 3], "at": at});
            if turn != 1 {
                about["resource_id"] = json!((1 + number % 2).to_string());
                about["message_id"] = json!(format!("m{}", turn % 2));
            }
            if number % 4 != 0 {
                about["url"] = json!(links[(number + turn) % 3]);
            }
            events.push((profile, about));
        }
    }
    for (profile, about) in &events {
        let statement =
            "INSERT INTO history (database_id, profile, at, kind, actor, interface, changes, about)
                         VALUES (?1, ?2, 0, 'profile.event', 'a', 'api', '[]', ?3)";
        let parameters = vec![
            Cell::Integer(profile.database.get()),
            Cell::Integer(profile.id.pk()),
            Cell::Text(about.to_string()),
        ];
        block_on(sql.query(statement, parameters)).unwrap();
    }
    let events = events.into_iter();
    events
        .map(|(profile, about)| (profile.id.pk(), about))
        .collect()
}

/// Puts some of the people's addresses and numbers on the global list, plain and as
/// hashes, and a domain; gives all that stands there, also who bounced or complained when
/// they were written.
fn suppress(sql: &Connection, profiles: &[Profile]) -> Vec<Entry> {
    let subscriptions = profiles.iter().flat_map(|one| &one.subscriptions);
    let contacts = subscriptions
        .map(|one| &one.contact)
        .filter(|contact| !matches!(contact, Contact::Push { .. } | Contact::TelegramBot { .. }));
    let mut texts = vec!["@other.org".to_owned()];
    for (number, contact) in contacts.step_by(5).enumerate() {
        texts.push(match number % 3 {
            0 => contact.key().into_owned(),
            1 => Form::Md5.of(&contact.key()).into_owned(),
            _ => Form::Sha256.of(&contact.key()).into_owned(),
        });
    }
    let parsed = texts
        .iter()
        .map(|text| Entry::parse(text, &EntryHints::default()));
    let entries: Vec<Entry> = parsed.filter_map(Result::ok).collect();
    assert!(entries.len() > 3, "{texts:?}");
    let statement = "SELECT key FROM suppression_entries WHERE source = 'event'";
    let banned = rows(sql, statement, vec![]).into_iter();
    let banned = banned.filter_map(|row| match row.into_iter().next() {
        Some(Cell::Text(key)) => Entry::parse(&key, &EntryHints::default()).ok(),
        _ => None,
    });
    let banned: Vec<Entry> = banned.collect();
    assert!(!banned.is_empty());
    let global = SuppressionId::new(GLOBAL).unwrap();
    let found = block_on(suppressions::get(sql, global)).unwrap();
    let mut list = found.unwrap().list;
    let why = ChangeContext {
        action: Action::Added,
        reason: "",
        author: author(),
    };
    within(sql, async || {
        changes::add(sql, &mut list, &entries, "api", &why).await
    });
    [entries, banned].concat()
}

/// What stands against everybody's contacts: suppressed by the model's rule, the rest
/// as the store tells it of all of them at once.
fn against(sql: &Connection, profiles: &[Profile], entries: &[Entry]) -> Restrictions {
    let mut asked = ContactSet::default();
    let here = profiles.iter().filter(|one| one.database.get() == PEOPLE);
    for one in here.clone().flat_map(|profile| &profile.subscriptions) {
        asked.subscription(one.resource, &one.contact);
    }
    let mut against = block_on(restrictions::load(sql, database_id(PEOPLE), &asked)).unwrap();
    for profile in here {
        let mut contacts: Vec<Contact> = Vec::new();
        contacts.extend(profile.subscriptions.iter().map(|one| one.contact.clone()));
        let email = profile.data.get("email").and_then(Value::as_str);
        contacts.extend(email.map(|text| Contact::Email(Email::parse(text).unwrap())));
        let phones = profile.data.get("phones").and_then(Value::as_array);
        for phone in phones.into_iter().flatten() {
            let phone = || Phone::stored(phone.as_str().unwrap().to_owned());
            contacts.extend([Contact::Sms(phone()), Contact::Whatsapp(phone())]);
        }
        for contact in &contacts {
            if entries.iter().any(|entry| entry.hits(contact)) {
                against.suppress(contact);
            }
        }
    }
    against
}
