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
/// are spelled as their fields want them. Most of it stays where it is, since there may be
/// 10,000 profiles.
pub(crate) fn data(
    given: Map<String, Value>,
    fields: &Fields,
    is_xml: bool,
) -> (Map<String, Value>, Named) {
    let mut data = match is_xml {
        true => given
            .into_iter()
            .map(|(name, value)| (fields.restored(name), value))
            .collect(),
        false => given,
    };
    if is_xml {
        for (name, value) in &mut data {
            fields.place(name, value);
        }
    }
    let mut named = Named::default();
    data.retain(|name, value| {
        if fields.is_computed(name) {
            if named.id.is_none() && matches!(&**name, "id" | "_id" | "profile_id") {
                named.id = hex_id(value);
            }
            return false;
        }
        match &**name {
            "subscriptions" => subscriptions(value, fields),
            "_status" => {
                if let Some(number) = whole(value).filter(|_| value.is_f64()) {
                    *value = number.into();
                }
                !is_blank(value) && whole(value) != Some(-1)
            }
            "email" => match localhost(value) {
                Some(id) => {
                    named.localhost = Some(id);
                    false
                }
                None => fields.spell(name, value),
            },
            _ => fields.spell(name, value),
        }
    });
    (data, named)
}

/// Subscriptions, each in the words of `/v1`; one alone is a list of one. Whether there are
/// any; `/v1` says what is wrong with what are none.
fn subscriptions(value: &mut Value, fields: &Fields) -> bool {
    if is_blank(value) {
        return false;
    }
    if value.is_object() {
        *value = Value::Array(vec![value.take()]);
    }
    if let Value::Array(all) = value {
        all.retain_mut(|one| subscription::spell(one, fields));
    }
    true
}

/// What stands before the `@` of an address that stands for none: `<id>@localhost`.
pub(crate) fn localhost(value: &Value) -> Option<String> {
    let (name, domain) = value.as_str()?.trim().rsplit_once('@')?;
    domain
        .eq_ignore_ascii_case("localhost")
        .then(|| name.to_owned())
}
