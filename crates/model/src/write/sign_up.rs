//! Somebody who fills in a form: a write matched by the contact that they gave, which
//! subscribes it.

use super::Schema;
use super::command::Command;
use super::leniency::Leniency;
use super::refusal::Refusal;
use super::request::Request;
use super::subscribe::{SubscriptionEdit, resource_has};
use crate::channel::Channel;
use crate::contact::Contact;
use crate::id::ResourceId;
use crate::ip;
use crate::matching::Matching;
use crate::resource::MAX_URL_CHARS;
use crate::status::Status;
use crate::text::clean;
use crate::time::Timestamp;
use serde_json::{Map, Value};

/// What a form was filled in with.
#[derive(Clone, Debug)]
pub struct SignUp<'a> {
    /// What the form subscribes to.
    pub resource: ResourceId,
    /// By which channel.
    pub channel: Channel,
    /// The contact as it was typed.
    pub contact: &'a str,
    /// Values of fields.
    pub data: &'a Map<String, Value>,
    /// Whether values that can't be read are left out instead of refusing all.
    pub skips_invalid: bool,
    /// The address it came from. What is no address is left out.
    pub ip: Option<&'a str>,
    /// The page that the form stood on. What is too long is left out.
    pub url: Option<&'a str>,
}

impl SignUp<'_> {
    /// The member that the contact is called by.
    fn member(&self) -> &'static str {
        match self.channel {
            Channel::Email => "email",
            _ => "phone",
        }
    }

    fn edit(&self, contact: Contact, now: Timestamp) -> SubscriptionEdit {
        let mut edit = SubscriptionEdit::of(self.resource, contact);
        edit.index = Some(0);
        edit.status = Some(Status::Subscribed);
        edit.registered_at = Some(Some(now));
        edit.ip = Some(self.ip.and_then(|text| ip::parse_ip(text).ok()));
        let url = self.url.map(str::trim).filter(|url| !url.is_empty());
        edit.url = Some(url.and_then(|url| clean(url, MAX_URL_CHARS).ok()));
        edit
    }
}

impl Command {
    /// What somebody fills in at `now`. Pointers are inside the data, below `/data`; that
    /// of the contact is `/email` or `/phone`.
    ///
    /// # Errors
    /// Those of contacts and values, `unknown_resource`, `resource_not_for_database`,
    /// `channel_not_of_resource`.
    pub fn sign_up(form: &SignUp<'_>, now: Timestamp, schema: &Schema) -> Result<Self, Refusal> {
        let resource = schema.known_resource(form.resource)?;
        resource_has(resource, form.channel)?;
        let typed = Map::from_iter([(form.member().to_owned(), form.contact.into())]);
        let contact = Contact::parse(form.channel, &typed, &schema.database.context())?;
        let mut request = Request {
            matching: match form.channel {
                Channel::Email => Matching::Email,
                _ => Matching::Phone,
            },
            leniency: Leniency {
                values: form.skips_invalid,
                // The subscription is what a form is for.
                subscriptions: false,
            },
            join_lines: true,
            channels: vec![form.channel],
            ..Request::default()
        };
        match &contact {
            Contact::Email(email) => request.values.email = Some(email.clone()),
            Contact::Sms(phone) => request.values.phone = Some(phone.clone()),
            other => request.values.contacts.push(other.clone()),
        }
        let edit = form.edit(contact, now);
        let command = request.prepare_with(form.data, Some(edit), schema);
        command
            .map(Command::in_data)
            .map_err(|refusal| refusal.under("/data"))
    }
}
