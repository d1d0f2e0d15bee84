//! A profile's data as clients send it, in the words of `/v1`.

use crate::fields::Fields;
use crate::members::{hex_id, is_blank, whole};
use crate::subscription;
use serde_json::{Map, Value};

/// What data says beside values.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// The id of the profile, where the data has one.
    pub id: Option<String>,
    /// The id in an address that stands for none.
    pub localhost: Option<String>,
}

/// Data in the words of `/v1`: what says nothing and what nobody writes is left out, values
/// are spelled as their fields want them. A database's field `id` is a field.
pub(crate) fn data(
    given: Map<String, Value>,
    fields: &Fields,
    is_xml: bool,
) -> (Map<String, Value>, Named) {
    let mut data = Map::new();
    let mut named = Named::default();
    for (name, value) in given {
        let name = if is_xml { fields.restored(name) } else { name };
        if fields.is_computed(&name) {
            if matches!(&*name, "id" | "_id" | "profile_id") {
                named.id = named.id.or_else(|| hex_id(&value));
            }
            continue;
        }
        match &*name {
            "subscriptions" => {
                if let Some(all) = subscriptions(value) {
                    data.insert(name, all);
                }
            }
            "_status" => {
                let unsaid = is_blank(&value) || whole(&value) == Some(-1);
                if !unsaid {
                    data.insert(name, value);
                }
            }
            "email" if localhost(&value).is_some() => named.localhost = localhost(&value),
            _ => {
                if let Some(value) = fields.spelled(&name, value) {
                    data.insert(name, value);
                }
            }
        }
    }
    (data, named)
}

/// Subscriptions, each in the words of `/v1`; one alone is a list of one.
fn subscriptions(value: Value) -> Option<Value> {
    let all = match value {
        Value::Array(all) => all,
        value if is_blank(&value) => return None,
        one @ Value::Object(_) => vec![one],
        // `/v1` says what is wrong with it.
        value => return Some(value),
    };
    let all = all.into_iter().filter_map(subscription::spelled);
    Some(all.collect())
}

/// What stands before the `@` of an address that stands for none: `<id>@localhost`.
pub(crate) fn localhost(value: &Value) -> Option<String> {
    let (name, domain) = value.as_str()?.trim().rsplit_once('@')?;
    domain
        .eq_ignore_ascii_case("localhost")
        .then(|| name.to_owned())
}
