//! A subscription: that a profile wants, or no longer wants, what a resource
//! sends to one contact.

use crate::Code;
use crate::category::{LeftCategories, LeftCategory};
use crate::channel::Channel;
use crate::contact::Contact;
use crate::error::Invalid;
use crate::field::{Field, FieldType};
use crate::id::{FieldId, ResourceId};
use crate::lifecycle::Standing;
use crate::origin::Party;
use crate::resource::Resource;
use crate::status::Status;
use crate::time::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// The lowest priority there is; 0 is the highest.
pub const MAX_PRIORITY: i64 = 1_000_000;

/// One subscription of one profile. It is identified by resource, channel and
/// contact key together.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// What is subscribed to.
    pub resource: ResourceId,
    /// Where messages go; names the channel too.
    pub contact: Contact,
    /// Whether messages may be sent.
    pub status: Status,
    /// Whose will the status is.
    pub status_by: Party,
    /// When the status was last set; none for what it had from the start.
    pub status_at: Option<Timestamp>,
    /// Until when it is suspended, if that ends by itself.
    pub suspended_until: Option<Timestamp>,
    /// Which contact of a resource and channel is tried first; 0 is highest.
    pub priority: i64,
    /// Names of the resource's categories, distinct.
    pub categories: Vec<String>,
    /// Those that were left: no write gives them back without saying why.
    pub left_categories: LeftCategories,
    /// Canonical values of the resource's subscription fields, by name.
    pub custom_fields: Map<String, Value>,
    /// When the person registered, if known.
    pub registered_at: Option<Timestamp>,
    /// From which IP address, canonical.
    pub ip: Option<String>,
    /// On which page.
    pub url: Option<String>,
    /// Whether it was deleted softly: kept and shown, but found by no matching.
    pub deleted: bool,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Subscription {
    /// Whether it is the one with this identity.
    pub fn is(&self, resource: ResourceId, contact: &Contact) -> bool {
        self.resource == resource && self.contact.same(contact)
    }

    /// Its status and whose will it is.
    pub fn standing(&self) -> Standing {
        Standing {
            status: self.status,
            by: self.status_by,
        }
    }

    /// The status as it counts at `now`: a suspension whose time is up is over,
    /// also before the store has been told.
    pub fn effective_status(&self, now: Timestamp) -> Status {
        match self.suspended_until {
            Some(until) if self.status == Status::Suspended && until <= now => Status::Subscribed,
            _ => self.status,
        }
    }

    /// Who left and when, as a write takes them; none unless they did.
    pub(crate) fn left(&self) -> Option<(Option<&'static str>, Timestamp)> {
        let at = self.status_at.unwrap_or(self.created_at);
        let left = self.standing().is_protected();
        left.then(|| (self.status_by.as_left_by(), at))
    }

    /// When its suspension ends by itself.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        self.suspended_until
            .filter(|_| self.status == Status::Suspended && !self.deleted)
    }

    /// The id that answers show: 8 hexadecimal digits made from the identity,
    /// so it needs no place in the store and never changes.
    pub fn hash_id(&self) -> String {
        format!("{:08x}", identity_hash(self.resource, &self.contact))
    }

    /// The name of its changes in the history:
    /// `subscriptions/<resource>/<channel>/<contact key>`.
    pub fn history_field(&self) -> String {
        format!(
            "subscriptions/{}/{}/{}",
            self.resource,
            self.contact.channel(),
            self.contact.key()
        )
    }

    /// The API's shape: `id`, `resource_id`, `channel`, the contact (`email`;
    /// `phone`; `provider` and `subscription_id`; `cc_data`), `status`,
    /// `status_by`, `left_by` and `left_at` of those who left,
    /// `priority`, `cats`, `left_cats` where one was left, `custom_fields`, `reg_info`, `deleted`,
    /// `created_at`, `updated_at`.
    pub fn to_json(&self) -> Value {
        // Neither maps with text keys nor these values can fail to serialise.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// What names it in a write: `resource_id`, `channel` and the contact.
    pub fn to_identity(&self) -> Map<String, Value> {
        let parts = [
            "resource_id",
            "channel",
            "email",
            "phone",
            "provider",
            "subscription_id",
            "cc_data",
        ];
        match self.to_json() {
            Value::Object(mut members) => {
                members.retain(|name, _| parts.contains(&name.as_str()));
                members
            }
            _ => Map::new(),
        }
    }

    /// What the history keeps of it: everything but identity and times.
    pub fn to_history(&self) -> Value {
        let mut kept = json!({
            "status": self.status,
            "status_by": self.status_by,
            "suspended_until": self.suspended_until,
            "priority": self.priority,
            "cats": self.categories,
            "custom_fields": self.custom_fields,
            "reg_info": { "date": self.registered_at, "ip": self.ip, "url": self.url },
            "deleted": self.deleted,
        });
        if let (Some(left), Value::Object(members)) = (self.left_cats(), &mut kept) {
            members.insert("left_cats".to_owned(), left);
        }
        kept
    }

    /// What the history keeps of one that is there no more: how its address was spelled and
    /// its times, too.
    pub fn to_last_history(&self) -> Value {
        let mut kept = self.to_history();
        if let Value::Object(members) = &mut kept {
            if let Contact::Email(email) = &self.contact {
                members.insert("email".to_owned(), email.given().into());
            }
            if let Some((_, at)) = self.left() {
                members.insert("left_at".to_owned(), json!(at));
            }
            members.insert("created_at".to_owned(), json!(self.created_at));
            members.insert("updated_at".to_owned(), json!(self.updated_at));
        }
        kept
    }

    /// One that history tells of under the name `field`, as [`Subscription::to_last_history`]
    /// showed it; made at `made` if that doesn't say when.
    pub(crate) fn of_history(field: &str, shown: &Value, made: Timestamp) -> Option<Self> {
        let mut parts = field.strip_prefix("subscriptions/")?.splitn(3, '/');
        let resource = parts.next()?.parse().ok()?;
        let channel: Channel = parts.next()?.parse().ok()?;
        let contact = Contact::of_history(channel, parts.next()?, shown)?;
        let time = |name: &str| shown.get(name)?.as_str()?.parse().ok();
        let created_at = time("created_at").unwrap_or(made);
        let mut one = Subscription {
            resource,
            contact,
            status: Status::default(),
            status_by: Party::default(),
            status_at: time("left_at"),
            suspended_until: None,
            priority: 0,
            categories: Vec::new(),
            left_categories: Default::default(),
            custom_fields: Map::new(),
            registered_at: None,
            ip: None,
            url: None,
            deleted: false,
            created_at,
            updated_at: time("updated_at").unwrap_or(created_at),
        };
        one.set_shown(shown);
        Some(one)
    }

    /// Becomes what [`Subscription::to_history`] showed; what that doesn't say stays.
    pub(crate) fn set_shown(&mut self, shown: &Value) {
        let member = |name: &str| shown.get(name).unwrap_or(&Value::Null);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let time = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        self.status = Status::from_json(member("status")).unwrap_or(self.status);
        let by = member("status_by").as_str().and_then(Party::named);
        self.status_by = by.unwrap_or(self.status_by);
        self.suspended_until = time(member("suspended_until"));
        self.priority = member("priority").as_i64().unwrap_or(self.priority);
        let categories = member("cats").as_array().into_iter().flatten();
        self.categories = categories.filter_map(text).collect();
        self.left_categories = crate::category::left_of_history(member("left_cats"));
        if let Value::Object(fields) = member("custom_fields") {
            self.custom_fields.clone_from(fields);
        }
        let info = member("reg_info");
        self.registered_at = info.get("date").and_then(time);
        self.ip = info.get("ip").and_then(text);
        self.url = info.get("url").and_then(text);
        self.deleted = *member("deleted") == true;
    }

    /// The categories that were left, as a write takes them; none unless one was.
    fn left_cats(&self) -> Option<Value> {
        let all = self.left_categories.iter();
        let all = all.map(|(name, left)| {
            json!({ "name": name, "left_by": left.by.as_left_by(), "left_at": left.at })
        });
        let any = !self.left_categories.is_empty();
        any.then(|| all.collect())
    }

    /// The compact form for the store; what is empty or zero is left out.
    pub fn to_stored(&self) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("r", self.resource.get().into());
        put("c", self.contact.channel().code().into());
        put("k", self.contact.to_stored());
        put("a", self.created_at.ms().into());
        put("b", self.updated_at.ms().into());
        if self.status != Status::default() {
            put("s", self.status.number().into());
        }
        if self.status_by != Party::default() {
            put("h", self.status_by.code().into());
        }
        if let Some(at) = self.status_at {
            put("j", at.ms().into());
        }
        if let Some(until) = self.suspended_until {
            put("w", until.ms().into());
        }
        if self.priority != 0 {
            put("p", self.priority.into());
        }
        if !self.categories.is_empty() {
            put("t", self.categories.clone().into());
        }
        if !self.left_categories.is_empty() {
            let left = self.left_categories.iter();
            let left = left.map(|(name, one)| json!([name, one.by.code(), one.at.ms()]));
            put("l", left.collect());
        }
        if !self.custom_fields.is_empty() {
            put("f", self.custom_fields.clone().into());
        }
        if let Some(at) = self.registered_at {
            put("d", at.ms().into());
        }
        if let Some(ip) = &self.ip {
            put("i", ip.clone().into());
        }
        if let Some(url) = &self.url {
            put("u", url.clone().into());
        }
        if self.deleted {
            put("x", 1.into());
        }
        Value::Object(map)
    }

    /// Reads what [`Subscription::to_stored`] wrote; anything else is refused
    /// with code `corrupt`.
    pub fn from_stored(stored: &Value) -> Result<Self, Invalid> {
        Self::read_stored(stored)
            .ok_or_else(|| Invalid::new(Code::Corrupt, "A stored subscription can't be read."))
    }

    fn read_stored(stored: &Value) -> Option<Self> {
        let map = stored.as_object()?;
        let number = |key: &str| map.get(key).and_then(Value::as_i64);
        let text = |key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |key: &str| map.get(key).and_then(Value::as_array);
        let channel = Channel::from_code(number("c")?)?;
        Some(Subscription {
            resource: ResourceId::new(number("r")?)?,
            contact: Contact::from_stored(channel, map.get("k")?)?,
            status: Status::from_number(number("s").unwrap_or_default())?,
            status_by: Party::from_code(number("h").unwrap_or_default())?,
            status_at: number("j").map(Timestamp::from_ms),
            suspended_until: number("w").map(Timestamp::from_ms),
            priority: number("p").unwrap_or_default(),
            categories: list("t")
                .into_iter()
                .flatten()
                .map(|v| v.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
            left_categories: list("l")
                .into_iter()
                .flatten()
                .map(left_category)
                .collect::<Option<_>>()?,
            custom_fields: match map.get("f") {
                Some(fields) => fields.as_object()?.clone(),
                None => Map::new(),
            },
            registered_at: number("d").map(Timestamp::from_ms),
            ip: text("i"),
            url: text("u"),
            deleted: map.contains_key("x"),
            created_at: Timestamp::from_ms(number("a")?),
            updated_at: Timestamp::from_ms(number("b")?),
        })
    }

    /// Whether nothing but the times differs.
    pub(crate) fn same_content(&self, other: &Subscription) -> bool {
        self.status == other.status
            && self.status_by == other.status_by
            && self.suspended_until == other.suspended_until
            && self.priority == other.priority
            && self.deleted == other.deleted
            && self.registered_at == other.registered_at
            && self.ip == other.ip
            && self.url == other.url
            && self.categories == other.categories
            && self.left_categories == other.left_categories
            && self.custom_fields == other.custom_fields
            && self.is(other.resource, &other.contact)
    }
}

impl Serialize for Subscription {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.hash_id())?;
        map.serialize_entry("resource_id", &self.resource)?;
        map.serialize_entry("channel", &self.contact.channel())?;
        self.contact.serialize_into::<S>(&mut map)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("status_by", &self.status_by)?;
        if let Some((by, at)) = self.left() {
            map.serialize_entry("left_by", &by)?;
            map.serialize_entry("left_at", &at)?;
        }
        map.serialize_entry("suspended_until", &self.suspended_until)?;
        map.serialize_entry("priority", &self.priority)?;
        map.serialize_entry("cats", &self.categories)?;
        if let Some(left) = self.left_cats() {
            map.serialize_entry("left_cats", &left)?;
        }
        map.serialize_entry("custom_fields", &self.custom_fields)?;
        let reg_info = json!({ "date": self.registered_at, "ip": self.ip, "url": self.url });
        map.serialize_entry("reg_info", &reg_info)?;
        map.serialize_entry("deleted", &self.deleted)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("updated_at", &self.updated_at)?;
        map.end()
    }
}

/// A category that was left, as it is stored: `[name, party, time]`.
fn left_category(stored: &Value) -> Option<(String, LeftCategory)> {
    let by = Party::from_code(stored.get(1)?.as_i64()?)?;
    let at = Timestamp::from_ms(stored.get(2)?.as_i64()?);
    Some((stored.get(0)?.as_str()?.to_owned(), LeftCategory { by, at }))
}

/// FNV-1a over the identity, folded to 32 bits. Within the at most 1,000
/// subscriptions of one profile two equal hashes are a matter of 1 in 8,000.
fn identity_hash(resource: ResourceId, contact: &Contact) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let code = contact.channel().code();
    for number in [resource.get(), code] {
        for byte in number.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    for byte in contact.key().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    ((hash >> 32) ^ (hash & 0xffff_ffff)) as u32
}

/// Names one subscription in links without showing its contact: 8 bytes of a
/// SHA-256 over resource, channel and contact key.
pub type LinkDigest = [u8; 8];

/// The digest of the subscription to `resource` with this contact. The spelling
/// of an address does not matter, its key does.
pub fn link_digest(resource: ResourceId, contact: &Contact) -> LinkDigest {
    let hash = Sha256::new()
        .chain_update(b"roster subscription\0")
        .chain_update(resource.get().to_be_bytes())
        .chain_update(contact.channel().code().to_be_bytes())
        .chain_update(contact.key().as_bytes())
        .finalize();
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    // One hash in 2^64 would otherwise mean the whole profile.
    if bytes == [0; 8] {
        bytes = [1; 8];
    }
    bytes
}

/// The field of a resource's subscriptions with this name: one of the
/// resource's own for `channel`, or one that every subscription has.
pub fn subscription_field<'a>(
    resource: &'a Resource,
    channel: Channel,
    name: &str,
) -> Option<&'a Field> {
    let own = resource.fields.iter();
    own.filter(|f| f.channel == channel)
        .map(|f| &f.field)
        .find(|f| f.name == name)
        .or_else(|| SYSTEM_FIELDS.iter().find(|f| f.name == name))
}

/// What devices and applications report about themselves; Altcraft's names.
static SYSTEM_FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let texts = [
        "_device_type",
        "_device_model",
        "_device_name",
        "_os",
        "_os_ver",
        "_os_tz",
        "_os_language",
        "_ad_id",
        "_app_id",
        "_app_iid",
        "_browser_name",
    ];
    let named = texts.into_iter().map(|name| (name, FieldType::String));
    named
        .chain([("_ad_track", FieldType::Boolean)])
        .chain([("_app_ver", FieldType::String)])
        .zip(1..)
        .filter_map(|((name, kind), id)| Some(Field::new(FieldId::new(id)?, name, kind)))
        .collect()
});
