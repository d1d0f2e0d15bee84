//! Asking people to confirm subscriptions that wait for it, when somebody else
//! than they wants that: of one profile, or in a bulk update.

use super::Schema;
use super::command::Command;
use super::prepare::{object, several};
use super::prepare_subscription::prepare_ask;
use super::refusal::Refusal;
use super::subscribe::{identity, resource_has};
use crate::Code;
use crate::channel::Channel;
use crate::contact::{Contact, present};
use crate::error::{Invalid, excerpt};
use crate::id::{ProfileId, ResourceId};
use crate::profile::Profile;
use crate::read::Members;
use crate::resource::Resource;
use crate::status::Status;
use crate::subscription::Subscription;
use serde_json::{Map, Value};

/// Which subscriptions of a bulk update's profiles are to be confirmed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BulkConfirmation {
    resource: ResourceId,
    /// By any channel, if none.
    channel: Option<Channel>,
}

impl BulkConfirmation {
    /// Reads `{resource_id, channel}`. Codes: those of resources and channels, and
    /// `double_opt_in_off`.
    pub fn parse(value: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let resource = members.required("resource_id", |v| {
            let resource = schema.resource(v)?;
            confirms(Some(resource)).map(|()| resource)
        });
        let channel = members.optional("channel", |v| channel_of(v, resource));
        members.finish()?;
        match resource {
            Some(resource) => Ok(BulkConfirmation {
                resource: resource.id,
                channel,
            }),
            None => Err(Vec::new()),
        }
    }

    /// The contacts of a profile that are to be asked, and why others aren't.
    /// Pointers are inside the bulk update.
    pub fn contacts(
        &self,
        profile: &Profile,
        schema: &Schema,
    ) -> (Vec<(ResourceId, Contact)>, Vec<Invalid>) {
        let mut contacts = Vec::new();
        let mut told = Vec::new();
        let resource = schema.resources.iter().find(|r| r.id == self.resource);
        let waiting = profile.subscriptions.iter().filter(|one| {
            let channel = one.contact.channel();
            !one.deleted
                && one.resource == self.resource
                && one.status == Status::Unconfirmed
                && self.channel.is_none_or(|wanted| wanted == channel)
        });
        for one in waiting {
            match may_be_asked(profile, one, resource) {
                Ok(()) => contacts.push((one.resource, one.contact.clone())),
                Err(invalid) => told.push(invalid.at("ask_confirmation")),
            }
        }
        (contacts, told)
    }
}

/// Whether somebody may be asked to confirm a subscription without having wished
/// so just now. Who said no is never asked. Codes: `double_opt_in_off`,
/// `not_waiting`, `status_protected`.
pub(crate) fn may_be_asked(
    profile: &Profile,
    subscription: &Subscription,
    resource: Option<&Resource>,
) -> Result<(), Invalid> {
    confirms(resource)?;
    if subscription.status != Status::Unconfirmed {
        let detail = format!(
            "The subscription is {}: it doesn't wait for a confirmation.",
            subscription.status
        );
        return Err(Invalid::new(Code::NotWaiting, detail));
    }
    if !matches!(profile.status, Status::Subscribed | Status::Unconfirmed) {
        let detail = format!(
            "The profile's global status is {}: nobody who said no is asked.",
            profile.status
        );
        return Err(Invalid::new(Code::StatusProtected, detail));
    }
    Ok(())
}

/// Whether a resource has its subscriptions confirmed.
fn confirms(resource: Option<&Resource>) -> Result<(), Invalid> {
    if resource.is_some_and(|resource| resource.double_opt_in.enabled) {
        return Ok(());
    }
    let detail = "The resource has no double opt-in: turn it on before people are asked.";
    Err(Invalid::new(Code::DoubleOptInOff, detail))
}

fn channel_of(value: &Value, resource: Option<&Resource>) -> Result<Channel, Invalid> {
    let name = value.as_str().unwrap_or_default();
    let channel: Channel = name.parse()?;
    if let Some(resource) = resource {
        resource_has(resource, channel)?;
    }
    Ok(channel)
}

/// Prepares asking for the confirmation of subscriptions of a profile, each with
/// its item: the one that `body` names by `id` or by `resource_id`, `channel` and
/// contact; or all that wait, of one resource or channel if `body` names one.
/// Pointers are inside it.
///
/// Codes: `not_found` (404), those of identities, `unknown_member`.
pub fn prepare_asks<'a>(
    id: ProfileId,
    subscriptions: &'a [Subscription],
    body: &Value,
    schema: &Schema,
) -> Result<Vec<(&'a Subscription, Command)>, Refusal> {
    let members = object(body)?;
    let ask = |one: &'a Subscription| {
        let command = prepare_ask(id, one.resource, one.contact.clone(), schema);
        (one, command)
    };
    let mut live = subscriptions.iter().filter(|one| !one.deleted);
    let gone = || Refusal::not_found("The profile has no such subscription.");
    if let Some(given) = present(members, "id") {
        known(members, &|name| name == "id")?;
        let wanted = given.as_str().unwrap_or_default();
        let found = live.find(|one| one.hash_id() == wanted).ok_or_else(gone)?;
        return Ok(vec![ask(found)]);
    }
    let names_contact = |name: &str| {
        let mut channels = Channel::ALL.into_iter();
        channels.any(|channel| Contact::is_member(channel, name))
    };
    known(members, &|name| {
        matches!(name, "resource_id" | "channel") || names_contact(name)
    })?;
    if members.keys().any(|name| names_contact(name)) {
        let (resource, contact) = identity(members, schema).map_err(several)?;
        let found = live.find(|one| one.is(resource.id, &contact));
        return Ok(vec![ask(found.ok_or_else(gone)?)]);
    }
    let resource = present(members, "resource_id").map(|given| schema.resource(given));
    let resource = resource.transpose().map_err(|one| one.at("resource_id"))?;
    let channel = present(members, "channel").map(|given| channel_of(given, resource));
    let channel = channel.transpose().map_err(|one| one.at("channel"))?;
    let waiting = live.filter(|one| {
        one.status == Status::Unconfirmed
            && resource.is_none_or(|resource| resource.id == one.resource)
            && channel.is_none_or(|channel| channel == one.contact.channel())
    });
    Ok(waiting.map(ask).collect())
}

fn known(members: &Map<String, Value>, is_known: &dyn Fn(&str) -> bool) -> Result<(), Refusal> {
    match members.keys().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => {
            let detail = format!(
                "{} names no subscription: that is done by id, or by resource_id, channel and contact.",
                excerpt(name)
            );
            Err(Invalid::new(Code::UnknownMember, detail).at(name).into())
        }
    }
}
