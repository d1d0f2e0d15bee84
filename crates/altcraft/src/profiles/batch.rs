//! `profiles/import_batch`, `profiles/update_batch`, `profiles/add_batch`: up to 10,000
//! profiles. Nearly always one batch of `/v1`; items that can't stand in it (profiles without
//! an address, those that an id names, those whose match value has no place in data) are asked
//! for after it.

use super::Mode;
use super::beside::{beside, failed, result, with_mode};
use super::contacts;
use super::write::{is_by_email, is_fresh};
use crate::answer::{Outcome, Payload, payload};
use crate::api::{Api, ApiRequest, ask, attempt};
use crate::body::check_count;
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::{Fields, Kind};
use crate::item;
use crate::members::{hex_id, id, is_blank, list};
use crate::reference::{Reference, values};
use roster_model::json;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The most bytes of one profile: as many as one has that comes alone.
const MAX_ITEM: usize = 1 << 20;

type Item = (usize, Map<String, Value>);

/// Items of one batch of `/v1`, as the text of a list.
#[derive(Default)]
struct ItemList {
    /// Where each stands in the call.
    places: Vec<usize>,
    text: String,
}

impl ItemList {
    fn push(&mut self, index: usize, one: &Map<String, Value>) {
        // Maps with text keys can't fail to serialise.
        if let Ok(text) = serde_json::to_string(one) {
            self.text
                .push(if self.places.is_empty() { '[' } else { ',' });
            self.text.push_str(&text);
            self.places.push(index);
        }
    }
}

/// Items by how they are asked for.
#[derive(Default)]
struct Sorted {
    /// One batch, in which order counts.
    main: ItemList,
    /// Those of it that an id from before may name.
    again: Vec<Item>,
    /// Profiles that are named by an id, and it.
    by_id: Vec<(Item, String)>,
    /// Profiles that can't be matched, and are made.
    fresh: ItemList,
    /// Each for itself, with the match values beside its data.
    alone: Vec<(Item, Map<String, Value>)>,
}

/// The items as they came, each read when it is its turn.
fn items(call: &mut AltCall) -> Result<Vec<Source>, Failure> {
    if let Some(items) = call.items.take() {
        return Ok(items.into_iter().map(Source::Text).collect());
    }
    let given = list(&mut call.members, "data")?;
    check_count(given.len())?;
    Ok(given.into_iter().map(Source::Read).collect())
}

enum Source {
    Text(Box<RawValue>),
    Read(Value),
}

impl Source {
    fn read(self) -> Result<Map<String, Value>, Failure> {
        let value = match self {
            Source::Read(value) => value,
            Source::Text(text) if text.get().len() > MAX_ITEM => {
                let text = format!("One profile has at most {MAX_ITEM} bytes as JSON.");
                return Err(Failure::wrong(text));
            }
            Source::Text(text) => {
                json::read(text.get().as_bytes()).map_err(|invalid| Failure::of_value(&invalid))?
            }
        };
        match value {
            Value::Object(one) => Ok(one),
            _ => Err(Failure::wrong("A profile's data must be an object.")),
        }
    }
}

/// Writes many profiles.
pub(crate) async fn batch(api: &impl Api, mut call: AltCall, mode: Mode) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let given = items(&mut call)?;
    let reference = match mode {
        Mode::Add => Reference::of_batch(&Map::new())?,
        Mode::Import | Mode::Update => Reference::of_batch(&call.members)?,
    };
    let fields = Fields::current(api, &database).await?;
    let beside = beside(&call.members, &fields)?;
    let mut work = Batch {
        api,
        database,
        beside,
        mode,
        reference,
        keeps_legacy: fields.has_legacy_ids(),
        results: given.iter().map(|_| None).collect(),
    };
    let mut sorted = Sorted::default();
    for (index, one) in given.into_iter().enumerate() {
        match one.read() {
            Ok(one) => work.sort(index, one, &fields, call.is_xml, &mut sorted),
            Err(failure) => work.fail(index, &failure),
        }
    }
    work.run(sorted).await?;
    let silent = failed(&Failure::wrong("This item got no answer."));
    let all = work.results.into_iter();
    let all = all.map(|one| Value::Object(one.unwrap_or_else(|| silent.clone())));
    Ok(payload("result", all.collect::<Vec<Value>>()))
}

struct Batch<'a, A> {
    api: &'a A,
    database: String,
    beside: Map<String, Value>,
    mode: Mode,
    reference: Reference,
    keeps_legacy: bool,
    results: Vec<Option<Payload>>,
}

impl<A: Api> Batch<'_, A> {
    fn fail(&mut self, index: usize, failure: &Failure) {
        self.put(index, failed(failure));
    }

    fn put(&mut self, index: usize, result: Payload) {
        if let Some(place) = self.results.get_mut(index) {
            *place = Some(result);
        }
    }

    fn sort(
        &mut self,
        index: usize,
        given: Map<String, Value>,
        fields: &Fields,
        is_xml: bool,
        sorted: &mut Sorted,
    ) {
        let (mut data, named) = item::data(given, fields, is_xml);
        let matched = match self.mode {
            Mode::Add => &[],
            Mode::Import | Mode::Update => values(self.reference.mode),
        };
        // What matching asks for is taken out below.
        if !matched.contains(&"phone") {
            contacts::settle_phone(&mut data, self.mode == Mode::Add, fields);
        }
        if self.mode == Mode::Add {
            sorted.main.push(index, &data);
            return;
        }
        let mode = self.reference.mode;
        let beside = self.beside_data(&mut data, fields);
        let by_email = is_by_email(mode) && !data.contains_key("email");
        let localhost = named.localhost.filter(|_| by_email).map(Value::from);
        let known = match mode {
            "profile_id" => named.id,
            _ => localhost.as_ref().and_then(hex_id),
        };
        match (mode, known) {
            ("profile_id", Some(known)) => {
                data.insert("id".to_owned(), known.into());
                sorted.main.push(index, &data);
                if self.keeps_legacy {
                    sorted.again.push((index, data));
                }
            }
            ("profile_id", None) => self.fail(index, &Failure::missing("profile_id")),
            (_, Some(known)) => sorted.by_id.push(((index, data), known)),
            _ if !beside.is_empty() => sorted.alone.push(((index, data), beside)),
            _ if is_fresh(self.mode, mode, &data) => sorted.fresh.push(index, &data),
            _ => sorted.main.push(index, &data),
        }
    }

    /// Takes match values out of the data that are no field of it: into fields that say the
    /// same, or else beside it.
    fn beside_data(&self, data: &mut Map<String, Value>, fields: &Fields) -> Map<String, Value> {
        let mut beside = Map::new();
        for name in values(self.reference.mode) {
            if matches!(*name, "email" | "profile_id") || fields.kind(name).is_some() {
                continue;
            }
            let Some(value) = data.remove(*name).filter(|value| !is_blank(value)) else {
                continue;
            };
            let named = self.reference.members.get("field_name");
            match (*name, named.and_then(Value::as_str)) {
                ("phone", _) if !data.contains_key("phones") => {
                    data.insert("phones".to_owned(), Value::Array(vec![fields.phone(value)]));
                }
                ("field_value", Some(field))
                    if fields.kind(field).is_some_and(|kind| kind != Kind::Tags)
                        && !data.contains_key(field) =>
                {
                    if let Some(value) = fields.spelled(field, value) {
                        data.insert(field.to_owned(), value);
                    }
                }
                (name, _) => {
                    let value = match name {
                        "phone" => fields.phone(value),
                        _ => value,
                    };
                    beside.insert(name.to_owned(), value);
                }
            }
        }
        beside
    }

    async fn run(&mut self, sorted: Sorted) -> Result<(), Failure> {
        self.run_main(sorted.main, sorted.again).await?;
        for ((index, data), beside) in sorted.alone {
            let mut matching = self.reference.members.clone();
            matching.extend(beside);
            let done = self.one(self.mode, &matching, data).await;
            self.put(index, done);
        }
        let mut fresh = sorted.fresh;
        for ((index, data), known) in sorted.by_id {
            let is_fresh = is_fresh(self.mode, self.reference.mode, &data);
            let reference = Reference::of_id(&known);
            let mut done = self
                .one(Mode::Update, &reference.members, data.clone())
                .await;
            if let Some(legacy) = reference.legacy().filter(|_| self.keeps_legacy)
                && done["error"] == 404
            {
                done = self.one(Mode::Update, &legacy.members, data.clone()).await;
            }
            match is_fresh && done["error"] == 404 {
                true => fresh.push(index, &data),
                false => self.put(index, done),
            }
        }
        self.ask(Mode::Add, None, fresh).await
    }

    async fn run_main(&mut self, items: ItemList, again: Vec<Item>) -> Result<(), Failure> {
        if self.mode == Mode::Add {
            return self.ask(Mode::Add, None, items).await;
        }
        let matching = self.reference.members.clone();
        self.ask(self.mode, Some(&matching), items).await?;
        // Whom no id of ours names, one from before may.
        let is_nobody = |index: usize| {
            let result = self.results.get(index).and_then(Option::as_ref);
            result.is_some_and(|result| result["error"] == 404)
        };
        let again = again.into_iter().filter(|(index, _)| is_nobody(*index));
        for (index, mut data) in again.collect::<Vec<_>>() {
            let known = data.remove("id");
            let known = known.as_ref().and_then(Value::as_str).unwrap_or_default();
            if let Some(legacy) = Reference::of_id(known).legacy() {
                let done = self.one(Mode::Update, &legacy.members, data).await;
                if done["error"] != 404 {
                    self.put(index, done);
                }
            }
        }
        Ok(())
    }

    /// One batch of `/v1`.
    async fn ask(
        &mut self,
        mode: Mode,
        matching: Option<&Map<String, Value>>,
        mut items: ItemList,
    ) -> Result<(), Failure> {
        if items.places.is_empty() {
            return Ok(());
        }
        items.text.push(']');
        let places = items.places;
        let body = Value::Object(with_mode(&self.beside, mode, matching));
        let path = format!("/v1/databases/{}/profiles/batch", self.database);
        let request = ApiRequest::post(path, body).with_data(items.text);
        let mut answer = ask(self.api, request).await?;
        if let Value::Array(results) = answer["results"].take() {
            for (index, one) in places.into_iter().zip(results) {
                self.put(index, result(one));
            }
        }
        Ok(())
    }

    async fn one(
        &self,
        mode: Mode,
        matching: &Map<String, Value>,
        data: Map<String, Value>,
    ) -> Payload {
        let mut body = with_mode(&self.beside, mode, Some(matching));
        body.insert("data".to_owned(), Value::Object(data));
        let path = format!("/v1/databases/{}/profiles", self.database);
        match attempt(self.api, ApiRequest::post(path, Value::Object(body))).await {
            Ok(done) => result(done),
            Err(problem) => failed(&Failure::from(problem)),
        }
    }
}
