//! What a batch asks of `/v1`, step by step: what is said of a profile later is also written later,
//! however it is named.

use super::Mode;
use super::beside::{failed, result, with_mode};
use crate::answer::Payload;
use crate::api::{Api, ApiRequest, ask, attempt};
use crate::failure::Failure;
use crate::fields::{Fields, LEGACY_ID};
use crate::reference::Reference;
use roster_model::ProfileId;
use serde_json::{Map, Value, json};

/// Items of one batch of `/v1`, as the text of a list.
#[derive(Default)]
pub(super) struct ItemList {
    /// Where each stands in the call.
    places: Vec<usize>,
    text: String,
}

impl ItemList {
    pub fn push(&mut self, index: usize, one: &Map<String, Value>) {
        // Maps with text keys can't fail to serialise.
        if let Ok(text) = serde_json::to_string(one) {
            self.text
                .push(if self.places.is_empty() { '[' } else { ',' });
            self.text.push_str(&text);
            self.places.push(index);
        }
    }
}

/// An item whose profile an id names.
pub(super) struct IdItem {
    pub index: usize,
    pub id: String,
    pub data: Map<String, Value>,
    /// Whether a profile is made where there is none of that id.
    pub is_fresh: bool,
}

enum Step {
    /// One batch, as the call says who is meant.
    Main(ItemList),
    /// One batch by ids of ours; who isn't found is looked for among those from before.
    Own(Vec<IdItem>),
    /// One batch by ids that can only be from before.
    Legacy(Vec<IdItem>),
    /// One item with the match values beside its data, where they have no place in it.
    Alone(usize, Map<String, Value>, Map<String, Value>),
}

/// The items by how they are asked for, in the order of the call.
#[derive(Default)]
pub(super) struct Steps {
    all: Vec<Step>,
    /// Profiles that can't be matched, and are made. They come last: no other item means them.
    pub fresh: ItemList,
}

impl Steps {
    pub fn main(&mut self, index: usize, data: &Map<String, Value>) {
        match self.all.last_mut() {
            Some(Step::Main(list)) => list.push(index, data),
            _ => {
                let mut list = ItemList::default();
                list.push(index, data);
                self.all.push(Step::Main(list));
            }
        }
    }

    pub fn by_id(&mut self, item: IdItem, keeps_legacy: bool) {
        let is_legacy = keeps_legacy && item.id.parse::<ProfileId>().is_err();
        match (self.all.last_mut(), is_legacy) {
            (Some(Step::Legacy(items)), true) | (Some(Step::Own(items)), false) => items.push(item),
            (_, true) => self.all.push(Step::Legacy(vec![item])),
            (_, false) => self.all.push(Step::Own(vec![item])),
        }
    }

    pub fn alone(&mut self, index: usize, data: Map<String, Value>, beside: Map<String, Value>) {
        self.all.push(Step::Alone(index, data, beside));
    }
}

/// What each item of a call got, and whether that says that nobody is meant.
pub(super) struct Results(Vec<Option<(Payload, bool)>>);

impl Results {
    pub fn of(count: usize) -> Self {
        Results(std::iter::repeat_with(|| None).take(count).collect())
    }

    pub fn put(&mut self, index: usize, result: Payload) {
        self.set(index, result, false);
    }

    /// Puts an item of an answer of `/v1`.
    fn answer(&mut self, index: usize, item: Value) {
        // A resource that isn't there is 404 for clients, too, and another thing.
        let error = &item["error"];
        let is_nobody = error["status"] == 404 || error["code"] == "invalid_profile_id";
        self.set(index, result(item), is_nobody);
    }

    fn set(&mut self, index: usize, result: Payload, is_nobody: bool) {
        if let Some(place) = self.0.get_mut(index) {
            *place = Some((result, is_nobody));
        }
    }

    fn is_nobody(&self, index: usize) -> bool {
        let result = self.0.get(index).and_then(Option::as_ref);
        result.is_some_and(|(_, is_nobody)| *is_nobody)
    }

    pub fn into_all(self) -> Vec<Value> {
        let silent = failed(&Failure::wrong("This item got no answer."));
        let all = self.0.into_iter();
        all.map(|one| Value::Object(one.map_or_else(|| silent.clone(), |(result, _)| result)))
            .collect()
    }
}

/// A batch that is being written.
pub(super) struct Batch<'a, A> {
    api: &'a A,
    database: String,
    beside: Map<String, Value>,
    mode: Mode,
    reference: Reference,
    keeps_legacy: bool,
    /// Whether something is written: then the call can't fail as a whole any more.
    is_begun: bool,
    /// Why nothing more is asked: what follows would be out of order, and fail, too.
    stopped: Option<Failure>,
}

impl<'a, A: Api> Batch<'a, A> {
    pub fn new(
        api: &'a A,
        database: String,
        beside: Map<String, Value>,
        mode: Mode,
        reference: Reference,
        fields: &Fields,
    ) -> Self {
        Batch {
            api,
            database,
            beside,
            mode,
            reference,
            keeps_legacy: fields.has_legacy_ids(),
            is_begun: false,
            stopped: None,
        }
    }

    pub async fn run(&mut self, steps: Steps, results: &mut Results) -> Result<(), Failure> {
        let matching = self.reference.members.clone();
        let matched = Some(&matching).filter(|_| self.mode != Mode::Add);
        let mut fresh = steps.fresh;
        for step in steps.all {
            match step {
                Step::Main(items) => self.ask(self.mode, matched, items, results).await?,
                Step::Own(items) => self.own(items, &mut fresh, results).await?,
                Step::Legacy(items) => self.legacy(items, &mut fresh, results).await?,
                Step::Alone(index, data, beside) => {
                    let mut matching = matching.clone();
                    matching.extend(beside);
                    let done = self.one(self.mode, &matching, data).await;
                    results.put(index, done);
                }
            }
        }
        self.ask(Mode::Add, None, fresh, results).await
    }

    async fn own(
        &mut self,
        items: Vec<IdItem>,
        fresh: &mut ItemList,
        results: &mut Results,
    ) -> Result<(), Failure> {
        let mut list = ItemList::default();
        for item in &items {
            let mut data = item.data.clone();
            data.insert("id".to_owned(), item.id.clone().into());
            list.push(item.index, &data);
        }
        match self.reference.mode {
            "profile_id" => {
                let matching = self.reference.members.clone();
                self.ask(self.mode, Some(&matching), list, results).await?;
            }
            _ => {
                let matching = Map::from_iter([("matching".to_owned(), "profile_id".into())]);
                self.ask(Mode::Update, Some(&matching), list, results)
                    .await?;
            }
        }
        let is_nobody = |item: &IdItem| results.is_nobody(item.index);
        let rest: Vec<IdItem> = items.into_iter().filter(is_nobody).collect();
        match self.keeps_legacy {
            true => self.legacy(rest, fresh, results).await,
            false => {
                made(&rest, fresh, results);
                Ok(())
            }
        }
    }

    async fn legacy(
        &mut self,
        items: Vec<IdItem>,
        fresh: &mut ItemList,
        results: &mut Results,
    ) -> Result<(), Failure> {
        let in_data = json!({"matching": "custom", "field_name": LEGACY_ID});
        let in_data = in_data.as_object().cloned().unwrap_or_default();
        let mut list = ItemList::default();
        for item in &items {
            let mut data = item.data.clone();
            // One that gets another id can't be named by it.
            if data.contains_key(LEGACY_ID) {
                let before = std::mem::take(&mut list);
                self.ask(Mode::Update, Some(&in_data), before, results)
                    .await?;
                if let Some(legacy) = Reference::of_id(&item.id).legacy() {
                    let done = self.one(Mode::Update, &legacy.members, data).await;
                    let is_nobody = done["error"] == 404;
                    results.set(item.index, done, is_nobody);
                }
                continue;
            }
            data.insert(LEGACY_ID.to_owned(), item.id.clone().into());
            list.push(item.index, &data);
        }
        self.ask(Mode::Update, Some(&in_data), list, results)
            .await?;
        made(&items, fresh, results);
        Ok(())
    }

    /// One batch of `/v1`. If it fails as a whole, the call does, unless something is written
    /// already: then its items do.
    async fn ask(
        &mut self,
        mode: Mode,
        matching: Option<&Map<String, Value>>,
        mut items: ItemList,
        results: &mut Results,
    ) -> Result<(), Failure> {
        if items.places.is_empty() {
            return Ok(());
        }
        items.text.push(']');
        let places = items.places;
        let body = Value::Object(with_mode(&self.beside, mode, matching));
        let path = format!("/v1/databases/{}/profiles/batch", self.database);
        let request = ApiRequest::post(path, body).with_data(items.text);
        let answer = match self.stopped.clone() {
            Some(failure) => Err(failure),
            None => ask(self.api, request).await,
        };
        match answer {
            Ok(mut answer) => {
                self.is_begun = true;
                if let Value::Array(all) = answer["results"].take() {
                    for (index, one) in places.into_iter().zip(all) {
                        results.answer(index, one);
                    }
                }
                Ok(())
            }
            Err(failure) if !self.is_begun => Err(failure),
            Err(failure) => {
                for index in places {
                    results.put(index, failed(&failure));
                }
                self.stop_at(failure);
                Ok(())
            }
        }
    }

    async fn one(
        &mut self,
        mode: Mode,
        matching: &Map<String, Value>,
        data: Map<String, Value>,
    ) -> Payload {
        if let Some(failure) = &self.stopped {
            return failed(failure);
        }
        let mut body = with_mode(&self.beside, mode, Some(matching));
        body.insert("data".to_owned(), Value::Object(data));
        let path = format!("/v1/databases/{}/profiles", self.database);
        match attempt(self.api, ApiRequest::post(path, Value::Object(body))).await {
            Ok(done) => {
                self.is_begun = true;
                result(done)
            }
            Err(problem) => {
                let failure = Failure::from(problem);
                let result = failed(&failure);
                self.stop_at(failure);
                result
            }
        }
    }

    fn stop_at(&mut self, failure: Failure) {
        if matches!(failure.error, 429 | 500) {
            self.stopped = Some(failure);
        }
    }
}

/// Those of items whom no id named, and who are made then.
fn made(items: &[IdItem], fresh: &mut ItemList, results: &Results) {
    for item in items {
        if item.is_fresh && results.is_nobody(item.index) {
            fresh.push(item.index, &item.data);
        }
    }
}
