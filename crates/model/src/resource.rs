//! A resource: what people subscribe to.

use crate::Code;
use crate::channel::Channel;
use crate::define::{Settings, settings};
use crate::error::{Invalid, excerpt, valid};
use crate::field::{Context, Field};
use crate::id::{DatabaseId, FieldId, ResourceId};
use crate::opt_in::OptIn;
use crate::read::Members;
use crate::readers::{
    MAX_TITLE_CHARS, database_ids, description_text, distinct, flag, name_text, text_of,
};
use crate::schemas::SubscriptionFieldBody;
use crate::text::clean;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::Deref;

/// The longest URL, in characters.
pub const MAX_URL_CHARS: usize = 2000;
/// The most databases, categories and fields a resource may have, each.
pub const MAX_PARTS: usize = 500;

/// A resource as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its settings, shown beside the id.
    #[serde(flatten)]
    pub settings: ResourceSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A resource is used mostly for its settings, so they are reached without
/// naming them: `resource.name`, `resource.channels`.
impl Deref for Resource {
    type Target = ResourceSettings;

    fn deref(&self) -> &ResourceSettings {
        &self.settings
    }
}

settings! {
    /// What people choose for a resource. Serialised as it is stored: a member that is new
    /// needs `#[serde(default)]`, for resources that were stored without it.
    #[schema(example = json!({
        "name": "Newsletter", "databases": ["1"], "channels": ["email", "sms"],
        "primary_channel": "email", "categories": [{"name": "offers", "title": "Offers"}]
    }))]
    pub struct ResourceSettings {
        /// 1 to 200 characters, unique among resources.
        #[schema(max_length = 200, example = "Newsletter")]
        pub name: String = needed(name_text),
        /// At most 2,000 characters.
        #[schema(max_length = 2000)]
        pub description: String = optional(String::new(), description_text),
        /// The website, an absolute http or https URL, or empty.
        #[schema(max_length = 2000, example = "https://example.org/news")]
        pub url: String = optional(String::new(), |v| web_url(text_of(v)?)),
        /// The databases whose profiles may subscribe, distinct.
        #[schema(value_type = Vec<String>, example = json!(["1"]))]
        pub databases: Vec<DatabaseId> = optional(Vec::new(), database_ids),
        /// The channels it has, distinct, at least one; `primary_channel` alone if absent.
        #[schema(example = json!(["email"]))]
        pub channels: Vec<Channel> = special(Vec::new(), NeverNull),
        /// The channel it is mainly for, one of `channels`; the first of them if absent.
        #[schema(example = "email")]
        pub primary_channel: Channel = special(Channel::Email, NeverNull),
        /// Topics inside the resource, by distinct name.
        pub categories: Vec<Category> = optional(Vec::new(), categories),
        /// What its subscriptions know beside the contact, distinct by channel and name.
        #[schema(value_type = Vec<SubscriptionFieldBody>)]
        pub fields: Vec<SubscriptionField> = special(Vec::new(), Optional),
        /// Whether a new subscription gets priority over the profile's older ones.
        pub raise_priority: bool = optional(false, flag),
        /// Who has to confirm a new subscription, and how.
        #[serde(default)]
        pub double_opt_in: OptIn = special(OptIn::default(), Optional),
    }
}

/// A topic inside a resource that subscribers may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Category {
    /// What subscriptions name it by; 1 to 200 characters.
    #[schema(max_length = 200, example = "offers")]
    pub name: String,
    /// What people see, at most 200 characters; the name if absent.
    #[schema(max_length = 200, required = false)]
    pub title: String,
    /// Whether every subscriber has it and none can leave it; false if absent.
    #[schema(required = false)]
    pub steady: bool,
    /// Whether it can be chosen; true if absent.
    #[schema(required = false)]
    pub active: bool,
}

/// A custom field of the subscriptions of one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionField {
    /// The channel whose subscriptions have it.
    pub channel: Channel,
    /// The field; never unique, matchable or searchable.
    #[serde(flatten)]
    pub field: Field,
}

impl ResourceSettings {
    /// Reads a new resource's settings: a JSON object with `name`, one or both
    /// of `channels` and `primary_channel` (each follows from the other), and
    /// any of the rest; `null` counts as absent. Everything that is wrong is
    /// reported at once.
    ///
    /// `ctx` is for the defaults of subscription fields; a resource has no
    /// region or zone of its own.
    pub fn create(json: &Value, ctx: &Context) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let settings = Self::read_new(&mut members);
        let channels = members.optional("channels", channels);
        let primary = members.optional("primary_channel", channel);
        if channels.is_none() && primary.is_none() {
            members.refuse("channels", no_channel());
        }
        let fields = members.optional("fields", |v| subscription_fields(&[], v, ctx));
        let opt_in = members.optional("double_opt_in", |v| OptIn::default().patch(v));
        let Some(mut settings) = settings else {
            members.finish()?;
            return Err(vec![Invalid::new(
                crate::Code::Required,
                "A resource has a name.",
            )]);
        };
        let first = channels.as_ref().and_then(|channels| channels.first());
        settings.primary_channel = primary.or(first.copied()).unwrap_or(Channel::Email);
        settings.channels = channels.unwrap_or_else(|| primary.into_iter().collect());
        settings.fields = fields.unwrap_or_default();
        settings.double_opt_in = opt_in.unwrap_or_default();
        settings.check(members)?;
        Ok(settings)
    }

    /// The settings as a JSON merge patch (RFC 7396) changes them: absent
    /// members stay, `null` goes back to what a new resource has, and a list
    /// that is given replaces the whole list. Subscription fields that keep
    /// channel and name keep their id and their type.
    pub fn patch(&self, patch: &Value, ctx: &Context) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut settings = self.clone();
        settings.read_patch(&mut members);
        if let Some(channels) = members.not_null("channels", channels) {
            settings.channels = channels;
        }
        if let Some(primary) = members.not_null("primary_channel", channel) {
            settings.primary_channel = primary;
        }
        if let Some(fields) = members.take("fields", |v| subscription_fields(&self.fields, v, ctx))
        {
            settings.fields = fields.unwrap_or_default();
        }
        if let Some(given) = members.take("double_opt_in", |v| self.double_opt_in.patch(v)) {
            settings.double_opt_in = given.unwrap_or_default();
        }
        settings.check(members)?;
        Ok(settings)
    }

    /// The subscription field of this channel and name.
    pub fn field(&self, channel: Channel, name: &str) -> Option<&Field> {
        let found = self
            .fields
            .iter()
            .find(|f| f.channel == channel && f.field.name == name);
        found.map(|f| &f.field)
    }

    /// The category of this name.
    pub fn category(&self, name: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.name == name)
    }

    /// The rules between members.
    fn check(&self, mut members: Members) -> Result<(), Vec<Invalid>> {
        if !self.channels.is_empty() && !self.channels.contains(&self.primary_channel) {
            let detail = format!(
                "{} is not among the resource's channels.",
                self.primary_channel
            );
            members.refuse("primary_channel", Invalid::new(Code::NotAnOption, detail));
        }
        for (index, field) in self.fields.iter().enumerate() {
            if !self.channels.is_empty() && !self.channels.contains(&field.channel) {
                let detail = format!(
                    "The field {} is for {}, which the resource doesn't have.",
                    field.field.name, field.channel
                );
                let invalid = Invalid::new(Code::NotAnOption, detail).at("channel");
                members.refuse("fields", invalid.at_index(index));
            }
        }
        members.finish()
    }
}

fn no_channel() -> Invalid {
    Invalid::new(Code::Required, "A resource has at least one channel.")
}

fn channel(value: &Value) -> Result<Channel, Invalid> {
    text_of(value)?.parse()
}

fn channels(value: &Value) -> Result<Vec<Channel>, Invalid> {
    let channels = distinct(list(value, channel)?);
    if channels.is_empty() {
        return Err(no_channel());
    }
    Ok(channels)
}

/// Reads a JSON array of at most [`MAX_PARTS`] items.
fn list<T>(value: &Value, one: impl Fn(&Value) -> Result<T, Invalid>) -> Result<Vec<T>, Invalid> {
    let Value::Array(items) = value else {
        return Err(Invalid::new(Code::WrongType, "This must be an array."));
    };
    if items.len() > MAX_PARTS {
        let detail = format!("{} items: at most {MAX_PARTS} fit.", items.len());
        return Err(Invalid::new(Code::TooMany, detail));
    }
    let read = |(index, item)| one(item).map_err(|invalid: Invalid| invalid.at_index(index));
    items.iter().enumerate().map(read).collect()
}

/// An absolute http(s) URL, checked for its beginning and for characters that
/// no URL has; empty for none.
pub(crate) fn web_url(text: &str) -> Result<String, Invalid> {
    let url = clean(text.trim(), MAX_URL_CHARS)?;
    let lower = url.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or(lower.strip_prefix("http://"));
    let host = rest.map(|r| r.split(['/', '?', '#']).next().unwrap_or_default());
    let odd = |c: char| c.is_whitespace() || "<>\"\\^`{|}".contains(c);
    if url.is_empty() || (host.is_some_and(|h| !h.is_empty()) && !url.contains(odd)) {
        return Ok(url);
    }
    Err(Invalid::new(
        Code::InvalidUrl,
        format!(
            "{} is no URL: it must be like https://example.org/news.",
            excerpt(text)
        ),
    ))
}

fn categories(value: &Value) -> Result<Vec<Category>, Invalid> {
    let categories = list(value, category)?;
    for (index, category) in categories.iter().enumerate() {
        if categories
            .iter()
            .take(index)
            .any(|c| c.name == category.name)
        {
            let detail = format!("{} stands in the list twice.", excerpt(&category.name));
            return Err(Invalid::new(Code::Repeated, detail)
                .at("name")
                .at_index(index));
        }
    }
    Ok(categories)
}

/// One category: an object with `name` and any of `title` (else the name),
/// `steady` (else false), `active` (else true); or its name alone.
fn category(value: &Value) -> Result<Category, Invalid> {
    if value.is_string() {
        let name = name_text(value)?;
        return Ok(Category {
            title: name.clone(),
            name,
            steady: false,
            active: true,
        });
    }
    let mut members = Members::of(value).map_err(first)?;
    let name = members.required("name", name_text).unwrap_or_default();
    let title = members
        .take("title", |v| clean(text_of(v)?.trim(), MAX_TITLE_CHARS))
        .flatten();
    let steady = members.optional("steady", flag);
    let active = members.optional("active", flag);
    members.finish().map_err(first)?;
    Ok(Category {
        title: title.unwrap_or_else(|| name.clone()),
        name,
        steady: steady.unwrap_or(false),
        active: active.unwrap_or(true),
    })
}

/// Where one complaint must do, the first.
fn first(wrong: Vec<Invalid>) -> Invalid {
    let none = || Invalid::new(Code::Invalid, "This is not as it should be.");
    wrong.into_iter().next().unwrap_or_else(none)
}

/// Reads the whole list of subscription fields: each a field definition with a
/// `channel`. What `old` has under the same channel and name keeps its id, and
/// must keep its type, since stored values depend on it.
fn subscription_fields(
    old: &[SubscriptionField],
    value: &Value,
    ctx: &Context,
) -> Result<Vec<SubscriptionField>, Vec<Invalid>> {
    let items = list(value, |v| Ok(v.clone()))?;
    let mut next = old.iter().map(|f| f.field.id.get()).max().unwrap_or(0);
    let mut fields: Vec<SubscriptionField> = Vec::with_capacity(items.len());
    let mut wrong = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match subscription_field(old, item, &mut next, ctx) {
            Ok(field) => {
                let same = |f: &SubscriptionField| {
                    f.channel == field.channel && f.field.name == field.field.name
                };
                if fields.iter().any(same) {
                    let detail = format!("{} stands in the list twice.", field.field.name);
                    wrong.push(
                        Invalid::new(Code::Repeated, detail)
                            .at("name")
                            .at_index(index),
                    );
                }
                fields.push(field);
            }
            Err(all) => wrong.extend(all.into_iter().map(|invalid| invalid.at_index(index))),
        }
    }
    valid(fields, wrong)
}

fn subscription_field(
    old: &[SubscriptionField],
    mut item: Value,
    next: &mut i64,
    ctx: &Context,
) -> Result<SubscriptionField, Vec<Invalid>> {
    let Some(members) = item.as_object_mut() else {
        return Err(vec![Invalid::new(
            Code::WrongType,
            "This must be an object.",
        )]);
    };
    let channel = match members.remove("channel") {
        Some(given) => channel(&given).map_err(|invalid| invalid.at("channel"))?,
        None => {
            let invalid = Invalid::new(Code::Required, "channel must be there.");
            return Err(vec![invalid.at("channel")]);
        }
    };
    // An answer shows these; sending an answer back is no mistake.
    members.remove("id");
    members.remove("standard");
    let name = members
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let kept = old
        .iter()
        .find(|f| f.channel == channel && f.field.name == name)
        .map(|f| (f.field.id, f.field.field_type));
    let id = match kept {
        Some((id, _)) => Some(id),
        None => {
            *next = next.saturating_add(1);
            FieldId::new(*next)
        }
    };
    let Some(id) = id else {
        return Err(vec![Invalid::new(Code::TooMany, "No field ids are left.")]);
    };
    let field = Field::create(id, &item, ctx)?;
    let mut wrong = Vec::new();
    if kept.is_some_and(|(_, kind)| kind != field.field_type) {
        let detail = "A subscription field's type can't be changed.";
        wrong.push(Invalid::new(Code::ReadOnly, detail).at("type"));
    }
    for (member, on) in [
        ("unique", field.unique),
        ("matchable", field.matchable && !field.unique),
        ("searchable", field.searchable),
    ] {
        if on {
            let detail = format!("A subscription field can't be {member}.");
            wrong.push(Invalid::new(Code::NotSupported, detail).at(member));
        }
    }
    if wrong.is_empty() {
        Ok(SubscriptionField { channel, field })
    } else {
        Err(wrong)
    }
}
