//! `profiles/import_batch`, `profiles/update_batch`, `profiles/add_batch`: up to 10,000
//! profiles, read and sorted into the requests of `/v1` that they become ([`super::steps`]):
//! nearly always one batch.

use super::Mode;
use super::beside::{beside, failed};
use super::contacts;
use super::steps::{Batch, IdItem, Results, Steps};
use super::write::{is_by_email, is_fresh};
use crate::answer::{Outcome, payload};
use crate::api::Api;
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
    let mut results = Results::of(given.len());
    let sorting = Sorting {
        mode,
        reference,
        fields: &fields,
        is_xml: call.is_xml,
    };
    let mut steps = Steps::default();
    for (index, one) in given.into_iter().enumerate() {
        let sorted = one
            .read()
            .and_then(|one| sorting.sort(index, one, &mut steps));
        if let Err(failure) = sorted {
            results.put(index, failed(&failure));
        }
    }
    let mut work = Batch::new(api, database, beside, mode, sorting.reference, &fields);
    work.run(steps, &mut results).await?;
    Ok(payload("result", results.into_all()))
}

/// How items are sorted: what the call says of all.
struct Sorting<'a> {
    mode: Mode,
    reference: Reference,
    fields: &'a Fields,
    is_xml: bool,
}

impl Sorting<'_> {
    fn sort(
        &self,
        index: usize,
        given: Map<String, Value>,
        steps: &mut Steps,
    ) -> Result<(), Failure> {
        let fields = self.fields;
        let (mut data, named) = item::data(given, fields, self.is_xml);
        let mode = self.reference.mode;
        let matched = match self.mode {
            Mode::Add => &[],
            Mode::Import | Mode::Update => values(mode),
        };
        // What matching asks for is taken out below.
        if !matched.contains(&"phone") {
            contacts::settle_phone(&mut data, self.mode == Mode::Add, fields);
        }
        if self.mode == Mode::Add {
            steps.main(index, &data);
            return Ok(());
        }
        let beside = self.beside_data(&mut data, fields);
        let by_email = is_by_email(mode) && !data.contains_key("email");
        let localhost = named.localhost.filter(|_| by_email).map(Value::from);
        let known = match mode {
            "profile_id" => Some(named.id.ok_or_else(|| Failure::missing("profile_id"))?),
            _ => localhost.as_ref().and_then(hex_id),
        };
        let is_fresh = is_fresh(self.mode, mode, &data);
        match known {
            Some(id) => {
                let item = IdItem {
                    index,
                    id,
                    data,
                    is_fresh,
                };
                steps.by_id(item, fields.has_legacy_ids());
            }
            None if !beside.is_empty() => steps.alone(index, data, beside),
            None if is_fresh => steps.fresh.push(index, &data),
            None => steps.main(index, &data),
        }
        Ok(())
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
}
