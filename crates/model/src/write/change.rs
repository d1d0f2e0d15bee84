//! Changes by doors that have read the profile: typed, so that nothing is written as
//! JSON to be read again.

use super::Schema;
use super::command::{Action, Command, Target};
use super::edits::Edits;
use super::event::{EventKind, MessageEvent};
use super::refusal::Refusal;
use super::subscribe::{CategoryOp, SubscriptionEdit, resource_has};
use super::subscription_values::known_names;
use crate::channel::Channel;
use crate::error::Invalid;
use crate::id::ProfileId;
use crate::ip;
use crate::matching::Selector;
use crate::resource::MAX_URL_CHARS;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::text::clean;
use crate::time::Timestamp;
use crate::value;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What becomes of one subscription of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionChange(SubscriptionEdit);

impl SubscriptionChange {
    /// Of this one, whose state is not looked at: nothing changes yet.
    pub fn of(subscription: &Subscription) -> Self {
        let contact = subscription.contact.clone();
        SubscriptionChange(SubscriptionEdit::of(subscription.resource, contact))
    }

    /// It gets a status.
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.0.status = Some(status);
        self
    }

    /// It is suspended until a time.
    #[must_use]
    pub fn suspended_until(mut self, until: Timestamp) -> Self {
        self.0.status = Some(Status::Suspended);
        self.0.suspended_until = Some(until);
        self
    }

    /// It has these categories only.
    #[must_use]
    pub fn categories(mut self, names: Vec<String>) -> Self {
        self.0.categories = Some(CategoryOp::Set(names));
        self
    }

    /// It loses these categories, whether the resource still has them or not.
    ///
    /// # Errors
    /// Those of names of categories, with the place in the list.
    pub fn without_categories(mut self, names: Vec<String>) -> Result<Self, Invalid> {
        let names = value::tags(&json!(names))?;
        let texts = names.as_array().into_iter().flatten();
        let texts = texts.filter_map(Value::as_str).map(str::to_owned);
        self.0.categories = Some(CategoryOp::Delete(texts.collect()));
        Ok(self)
    }

    /// What is wrong with it: its resource is gone or serves another database, or lacks
    /// the channel or a category.
    fn check(&self, schema: &Schema) -> Result<(), Invalid> {
        let resource = schema
            .known_resource(self.0.resource)
            .map_err(|invalid| invalid.at("resource_id"))?;
        resource_has(resource, self.0.contact.channel())
            .map_err(|invalid| invalid.at("channel"))?;
        match &self.0.categories {
            Some(CategoryOp::Set(names) | CategoryOp::Add(names)) => {
                known_names(names, resource).map_err(|invalid| invalid.at("cats"))
            }
            Some(CategoryOp::Delete(_)) | None => Ok(()),
        }
    }
}

/// What becomes of a profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileChange {
    /// Its global status from now on, if that changes.
    pub status: Option<Status>,
    /// What becomes of its subscriptions.
    pub subscriptions: Vec<SubscriptionChange>,
}

impl From<SubscriptionChange> for ProfileChange {
    fn from(one: SubscriptionChange) -> Self {
        ProfileChange {
            status: None,
            subscriptions: vec![one],
        }
    }
}

impl Command {
    /// A change of a profile that was read; `if_revision` is the revision that it must
    /// still have. Pointers are as in a patch.
    ///
    /// # Errors
    /// `unknown_resource`, `resource_not_for_database`, `channel_not_of_resource`,
    /// `unknown_category`.
    pub fn change(
        id: ProfileId,
        change: &ProfileChange,
        if_revision: Option<i64>,
        schema: &Schema,
    ) -> Result<Self, Refusal> {
        let mut wrong = Vec::new();
        let mut edits = Edits {
            status: change.status,
            ..Edits::default()
        };
        for (index, one) in change.subscriptions.iter().enumerate() {
            let mut edit = one.0.clone();
            edit.index = Some(index);
            if let Err(invalid) = one.check(schema) {
                wrong.push(edit.place(invalid).at("data"));
            }
            edits.subscriptions.push(edit);
        }
        if let Some(refusal) = Refusal::all(wrong) {
            return Err(refusal);
        }
        let target = Target { id, if_revision };
        let mut command = Command::of(Action::Patch { target, edits }, schema);
        command.base = "/data";
        Ok(command)
    }
}

/// What somebody did by a link of theirs.
#[derive(Clone, Debug)]
pub struct LinkEvent<'a> {
    /// What that was.
    pub kind: EventKind,
    /// Who.
    pub profile: ProfileId,
    /// The subscription by which the link was sent, if that is known.
    pub subscription: Option<&'a Subscription>,
    /// The address they came from. What is no address is left out.
    pub ip: Option<&'a str>,
    /// What their program calls itself.
    pub user_agent: Option<&'a str>,
    /// Where the link leads.
    pub url: Option<&'a str>,
    /// The message that had the link.
    pub message_id: Option<&'a str>,
}

impl Command {
    /// What somebody did by a link of theirs at `now`. Texts that are too long or have
    /// control characters are left out.
    ///
    /// # Errors
    /// `unknown_resource`, `resource_not_for_database`.
    pub fn link_event(
        event: LinkEvent<'_>,
        now: Timestamp,
        schema: &Schema,
    ) -> Result<Self, Refusal> {
        if let Some(subscription) = event.subscription {
            schema.known_resource(subscription.resource)?;
        }
        let text = |text: Option<&str>| clean(text?.trim(), MAX_URL_CHARS).ok();
        let ip = event.ip.and_then(|text| ip::parse_ip(text).ok());
        let user_agent = text(event.user_agent);
        let mut about = Map::new();
        about.insert("event".to_owned(), event.kind.as_str().into());
        about.insert("at".to_owned(), json!(now));
        let known = [
            ("ip", ip.clone()),
            ("user_agent", user_agent.clone()),
            ("url", text(event.url)),
            ("message_id", text(event.message_id)),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                about.insert(name.to_owned(), value.into());
            }
        }
        if let Some(subscription) = event.subscription {
            about.insert("resource_id".to_owned(), json!(subscription.resource));
            let channel = subscription.contact.channel();
            about.insert("channel".to_owned(), channel.as_str().into());
        }
        let contact = event.subscription.map(|one| one.contact.clone());
        let channel = contact.as_ref().map_or(Channel::Email, |one| one.channel());
        let happened = MessageEvent {
            kind: event.kind,
            at: now,
            selector: Selector::of_profile(event.profile),
            resource: event.subscription.map(|one| one.resource),
            contact,
            channel,
            ip,
            user_agent,
        };
        let mut command = Command::of(Action::Event(Box::new(happened)), schema);
        command.about = Some(Arc::new(Value::Object(about)));
        Ok(command)
    }
}
