//! Who may be sent to, and who stands on a suppression list, in conditions. A
//! subscription's status says neither by itself.

use crate::Code;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::deliverability::{Obstacles, reasons};
use crate::email::Email;
use crate::error::{Invalid, excerpt, valid};
use crate::phone::Phone;
use crate::profile::Profile;
use crate::readers::text_of;
use crate::resource::Resource;
use crate::restrictions::Restrictions;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use crate::write::Schema;
use crate::write::subscribe::resource_has;
use serde_json::{Map, Value};

/// A subscription by which messages of some kind may be sent now: nothing stands
/// against it, see [`reasons`].
#[derive(Clone, Debug, PartialEq)]
pub struct DeliverableTest {
    /// The resources whose messages are meant.
    pub resources: Vec<Resource>,
    /// Only by this channel.
    pub channel: Option<Channel>,
    /// Only messages of this category.
    pub category: Option<String>,
}

impl DeliverableTest {
    /// Reads `{"resource_id", "channel", "category"}`, all of them optional.
    ///
    /// Codes: `wrong_type`, `unknown_member`, `unknown_resource`,
    /// `resource_not_for_database`, `invalid_channel`, `channel_not_of_resource`,
    /// `unknown_category`.
    pub(crate) fn parse(value: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let members = object(value, &["resource_id", "channel", "category"])?;
        let mut wrong = Vec::new();
        let mut note = |invalid: Invalid, name: &str| wrong.push(invalid.at(name));
        let resource = match members
            .get("resource_id")
            .map(|given| schema.resource(given))
        {
            Some(Ok(found)) => Some(found),
            Some(Err(invalid)) => {
                note(invalid, "resource_id");
                None
            }
            None => None,
        };
        let channel = channel(members).unwrap_or_else(|invalid| {
            note(invalid, "channel");
            None
        });
        let category = match members.get("category").map(text_of) {
            Some(Ok(name)) => Some(name.to_owned()),
            Some(Err(invalid)) => {
                note(invalid, "category");
                None
            }
            None => None,
        };
        if let (Some(resource), Some(channel)) = (resource, channel)
            && let Err(invalid) = resource_has(resource, channel)
        {
            note(invalid, "channel");
        }
        let here = |one: &&Resource| one.databases.contains(&schema.database.id);
        let resources: Vec<Resource> = match resource {
            Some(resource) => vec![resource.clone()],
            None => schema.resources.iter().filter(here).cloned().collect(),
        };
        let has = |name: &String| resources.iter().any(|one| one.category(name).is_some());
        if let Some(name) = category.as_ref().filter(|name| !has(name)) {
            let detail = format!(
                "No resource that is meant has a category {}.",
                excerpt(name)
            );
            note(Invalid::new(Code::UnknownCategory, detail), "category");
        }
        if wrong.is_empty() {
            Ok(DeliverableTest {
                resources,
                channel,
                category,
            })
        } else {
            Err(wrong)
        }
    }

    /// Whether a subscription is of those that are asked about.
    pub fn is_about(&self, one: &Subscription) -> bool {
        !one.deleted
            && self
                .channel
                .is_none_or(|channel| channel == one.contact.channel())
            && self
                .resources
                .iter()
                .any(|resource| resource.id == one.resource)
    }

    /// Whether a profile has such a subscription.
    pub fn accepts(&self, profile: &Profile, against: &Restrictions, now: Timestamp) -> bool {
        let mut all = profile.subscriptions.iter();
        all.any(|one| {
            let mut resources = self.resources.iter();
            let resource = resources.find(|resource| resource.id == one.resource);
            self.is_about(one)
                && resource.is_some_and(|resource| {
                    let category = self.category.as_deref();
                    is_deliverable(profile, one, resource, category, against, now)
                })
        })
    }
}

/// Whether messages may be sent by a subscription now.
pub fn is_deliverable(
    profile: &Profile,
    one: &Subscription,
    resource: &Resource,
    category: Option<&str>,
    against: &Restrictions,
    now: Timestamp,
) -> bool {
    let obstacles = Obstacles {
        control: against.control(),
        ..Obstacles::default()
    };
    !against.stands(one) && reasons(profile, one, resource, category, obstacles, now).is_empty()
}

/// A contact of a profile, in its data or in a subscription, that stands on a
/// suppression list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuppressedTest {
    /// Only a contact of this channel.
    pub channel: Option<Channel>,
}

impl SuppressedTest {
    /// Reads `true`, or `{"channel": …}`. Codes: `wrong_type`, `unknown_member`,
    /// `invalid_channel`.
    pub(crate) fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        match value {
            Value::Bool(true) => Ok(SuppressedTest::default()),
            Value::Object(_) => {
                let members = object(value, &["channel"])?;
                let channel = channel(members);
                let channel = channel.map_err(|invalid| invalid.at("channel"))?;
                Ok(SuppressedTest { channel })
            }
            _ => Err(vec![Invalid::wrong_type(value, "true or {\"channel\": …}")]),
        }
    }

    /// The contacts of a profile that are asked about.
    pub fn contacts(&self, profile: &Profile) -> Vec<Contact> {
        let live = profile.subscriptions.iter().filter(|one| !one.deleted);
        let mut contacts: Vec<Contact> = live.map(|one| one.contact.clone()).collect();
        let data = |name: &str| profile.data.get(name);
        let email = data("email").and_then(Value::as_str);
        let email = email.and_then(|text| Email::parse(text).ok());
        contacts.extend(email.map(Contact::Email));
        for phone in data("phones")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let Some(text) = phone.as_str() else {
                continue;
            };
            let phone = || Phone::stored(text.to_owned());
            contacts.extend([
                Contact::Sms(phone()),
                Contact::Whatsapp(phone()),
                Contact::Viber(phone()),
                Contact::Notify(phone()),
            ]);
        }
        contacts.retain(|one| self.channel.is_none_or(|channel| channel == one.channel()));
        contacts
    }

    /// Whether one of them stands on a list.
    pub fn accepts(&self, profile: &Profile, against: &Restrictions) -> bool {
        let contacts = self.contacts(profile);
        contacts.iter().any(|one| against.is_suppressed(one))
    }
}

fn object<'a>(value: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, Vec<Invalid>> {
    let Value::Object(members) = value else {
        return Err(vec![Invalid::wrong_type(value, "an object")]);
    };
    let unknown = members
        .keys()
        .filter(|name| !known.contains(&name.as_str()));
    let wrong: Vec<Invalid> = unknown
        .map(|name| {
            let detail = format!("There are only {} here.", known.join(", "));
            Invalid::new(Code::UnknownMember, detail).at(name)
        })
        .collect();
    valid(members, wrong)
}

fn channel(members: &Map<String, Value>) -> Result<Option<Channel>, Invalid> {
    let given = members.get("channel");
    given
        .map(|given| text_of(given).and_then(str::parse))
        .transpose()
}
