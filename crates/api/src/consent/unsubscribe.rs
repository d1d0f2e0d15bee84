//! `POST /v1/unsubscribe`: for systems that have a subscription manager of their
//! own. What they send is the person's will.

use crate::consent::events::database;
use crate::consent::links::keys;
use crate::profiles::gone;
use roster_http::writing::WriteContext;
use roster_http::{Call, Problem, Reply, route};
use roster_links::{Purpose, Subject};
use roster_model::Code;
use roster_model::readers::text_of;
use roster_model::write::{Command, ProfileChange, Schema, SubscriptionChange, reason};
use roster_model::{
    Channel, Contact, Database, Invalid, Origin, Profile, ProfileId, Selector, Status,
};
use roster_store::write::matching;
use roster_store::{history, profiles};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Who was unsubscribed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Unsubscribed)]
pub(crate) struct UnsubscribeResult {
    /// The profile.
    #[schema(value_type = String)]
    profile_id: ProfileId,
    /// `updated`, or `unchanged` if they had left before.
    #[schema(value_type = String, example = "updated")]
    outcome: &'static str,
}

/// Ends a subscription, or leaves some of its categories, because the person
/// wants it. Which one: `link`, the link (or its token) that the message had; or
/// `database_id` with `profile_id` and `subscription_id`, or with a contact and
/// `resource_id`; or `message_id` by itself, which events of the message carried: then its
/// reader's subscriptions to the resource by the channel of these events, or to `resource_id`.
#[route(
    post, "/v1/unsubscribe", EventsWrite, id = "unsubscribe",
    body = crate::consent::openapi::Unsubscribe,
    answer = UnsubscribeResult,
)]
pub(crate) async fn unsubscribe(call: Call) -> Result<Reply, Problem> {
    let mut members: Map<String, Value> = call.json()?;
    let categories = categories(members.remove("categories"))?;
    let why = match members.remove("reason") {
        None | Some(Value::Null) => None,
        Some(given) => reason(&given).map_err(|invalid| invalid.at("reason"))?,
    };
    let about = about(why);
    let link = members.remove("link");
    let (profile, which) = match link {
        Some(link) => match by_link(&call, &link).await? {
            Link::Known(profile, which) => (*profile, which),
            Link::Stray(subject) if categories.is_none() => {
                return stray(&call, subject, &about).await;
            }
            Link::Stray(_) => return Err(Problem::not_found("profile")),
        },
        None if is_by_message(&members) => by_message(&call, &mut members).await?,
        None => {
            let database = database(&call, &mut members)?;
            by_name(&call, database, &members).await?
        }
    };
    let live = profile.subscriptions.iter().filter(|one| !one.deleted);
    let mut meant = live.filter(|one| match &which {
        UnsubscribeTarget::Digest(digest) => digest.names(one),
        UnsubscribeTarget::Id(id) => one.hash_id() == *id,
        UnsubscribeTarget::Contact(contact, resource) => one.is(*resource, contact),
        UnsubscribeTarget::Message(resource, channel) => {
            let of_channel = channel.is_none_or(|channel| one.contact.channel() == channel);
            one.resource == *resource && of_channel
        }
    });
    let several = matches!(which, UnsubscribeTarget::Message(..));
    let most = if several { usize::MAX } else { 1 };
    let ended = meant.by_ref().take(most).map(|one| {
        let change = SubscriptionChange::of(one);
        match &categories {
            Some(names) => {
                let change = change.without_categories(names.clone());
                change.map_err(|invalid| invalid.at("categories"))
            }
            None => Ok(change.status(Status::Unsubscribed)),
        }
    });
    let change = ProfileChange {
        status: None,
        subscriptions: ended.collect::<Result<_, _>>()?,
    };
    if change.subscriptions.is_empty() {
        return Err(Problem::not_found("subscription"));
    }
    let act = WriteContext {
        database: profile.database,
        actor: &call.caller.actor,
        interface: "unsubscribe",
        origin: Origin::Person,
        atomic: false,
        repeatable: None,
    };
    let prepare = |schema: &Schema<'_>| {
        let command = Command::change(profile.id, &change, None, schema);
        command.map(|command| command.about(&about))
    };
    let outcome = call.write_item(&act, prepare).await?;
    Ok(Reply::ok(&UnsubscribeResult {
        profile_id: outcome.id,
        outcome: outcome.kind.as_str(),
    }))
}

/// What history keeps of it.
fn about(reason: Option<String>) -> Map<String, Value> {
    let mut about = Map::from_iter([("consent".to_owned(), json!({ "act": "own_manager" }))]);
    about.extend(reason.map(|reason| ("reason".to_owned(), reason.into())));
    about
}

enum UnsubscribeTarget {
    Digest(roster_links::Digest),
    Id(String),
    Contact(Contact, roster_model::ResourceId),
    /// All to this resource by this channel, where one is known.
    Message(roster_model::ResourceId, Option<Channel>),
}

fn categories(given: Option<Value>) -> Result<Option<Vec<String>>, Problem> {
    let wrong = || {
        let detail = "categories is an array of names.";
        Problem::from(Invalid::new(Code::WrongType, detail).at("categories"))
    };
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(names)) => {
            let names = names.into_iter();
            let names = names.map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong));
            names.collect::<Result<Vec<_>, _>>().map(Some)
        }
        Some(_) => Err(wrong()),
    }
}

/// The subscription that a link of ours names.
async fn by_link(call: &Call, link: &Value) -> Result<Link, Problem> {
    let refuse = || {
        let detail = "This must be a link of a message, or its last part.";
        Problem::from(Invalid::new(Code::InvalidLink, detail).at("link"))
    };
    let text = link.as_str().ok_or_else(refuse)?;
    let token = text.rsplit('/').next().unwrap_or_default();
    let sql = call.pool.lend().await?;
    let keys = keys(&sql).await?;
    let purposes = [Purpose::Unsubscribe, Purpose::Manage];
    let mut opened = purposes
        .iter()
        .map(|purpose| keys.read(token, *purpose, call.now));
    let opened = opened.find_map(Result::ok).ok_or_else(refuse)?;
    let subject = opened.subject;
    if !call.caller.may_see(subject.database) {
        return Err(refuse());
    }
    let found = profiles::followed(&sql, subject.database, subject.profile).await?;
    let digest = subject.subscription;
    let has = |profile: &Profile| {
        let mut live = profile.subscriptions.iter().filter(|one| !one.deleted);
        live.any(|one| digest.names(one))
    };
    match found {
        Some(profile) if has(&profile) => Ok(Link::Known(
            Box::new(profile),
            UnsubscribeTarget::Digest(digest),
        )),
        _ if digest.is_none() => Err(Problem::not_found("profile")),
        _ => Ok(Link::Stray(subject)),
    }
}

/// Whom a link concerns.
enum Link {
    Known(Box<Profile>, UnsubscribeTarget),
    /// Its profile or subscription is gone.
    Stray(Subject),
}

/// Ends what a link was sent for, no matter who has the address now.
async fn stray(
    call: &Call,
    subject: Subject,
    about: &Map<String, Value>,
) -> Result<Reply, Problem> {
    let act = WriteContext {
        database: subject.database,
        actor: &call.caller.actor,
        interface: "unsubscribe",
        origin: Origin::Person,
        atomic: false,
        repeatable: None,
    };
    let digest = subject.subscription;
    let ended = call.leave_by_digest(digest.as_bytes(), &act, about);
    let outcome = if ended.await? > 0 {
        "updated"
    } else {
        "unchanged"
    };
    Ok(Reply::ok(&UnsubscribeResult {
        profile_id: subject.profile,
        outcome,
    }))
}

/// Whether a message says who is meant, and nothing else does.
fn is_by_message(members: &Map<String, Value>) -> bool {
    let others = [
        "profile_id",
        "subscription_id",
        "email",
        "phone",
        "provider",
        "cc_data",
    ];
    let says = |name: &str| members.get(name).is_some_and(|given| !given.is_null());
    says("message_id") && !others.into_iter().any(says)
}

/// The subscriptions of the one who got a message, as events tell.
async fn by_message(
    call: &Call,
    members: &mut Map<String, Value>,
) -> Result<(Profile, UnsubscribeTarget), Problem> {
    let named = match members.contains_key("database_id") {
        true => Some(vec![database(call, members)?]),
        false => call.caller.databases.clone(),
    };
    let message = members.remove("message_id").unwrap_or_default();
    let message = text_of(&message).map_err(|invalid| invalid.at("message_id"))?;
    members.retain(|_, given| !given.is_null());
    let asked = members.remove("resource_id");
    if let Some(name) = members.keys().find(|name| *name != "channel") {
        let detail = "There is no such member beside message_id.";
        return Err(Invalid::new(Code::UnknownMember, detail).at(name).into());
    }
    let channel: Option<Channel> = match members.get("channel").and_then(Value::as_str) {
        Some(name) => Some(name.parse().map_err(|one: Invalid| one.at("channel"))?),
        None => None,
    };
    let sql = call.pool.lend().await?;
    let found = history::of_message(&sql, message.trim(), named.as_deref()).await?;
    let one = match found.as_slice() {
        [] => return Err(Problem::not_found("message")),
        [one] if one.alone => one,
        _ => {
            let detail = "Several profiles got messages of this id: name profile_id or a contact.";
            return Err(Problem::new(roster_http::kinds::AMBIGUOUS_MATCH, detail));
        }
    };
    let profile = profiles::followed(&sql, one.database, one.profile).await?;
    drop(sql);
    let profile = profile.ok_or_else(|| Problem::not_found("profile"))?;
    let definitions = call.definitions(one.database).await?;
    let resource = match (asked, one.resource) {
        (Some(id), _) => {
            let resource = definitions.schema().resource(&id).map(|one| one.id);
            resource.map_err(|invalid| invalid.at("resource_id"))?
        }
        (None, Some(resource)) => resource,
        (None, None) => {
            let detail = "The events of this message name no resource: say which one is left.";
            return Err(Invalid::new(Code::Required, detail)
                .at("resource_id")
                .into());
        }
    };
    let told = one.channel.as_deref().and_then(|name| name.parse().ok());
    Ok((
        profile,
        UnsubscribeTarget::Message(resource, channel.or(told)),
    ))
}

/// The subscription that a body names.
async fn by_name(
    call: &Call,
    database: roster_model::DatabaseId,
    members: &Map<String, Value>,
) -> Result<(Profile, UnsubscribeTarget), Problem> {
    let known = [
        "profile_id",
        "subscription_id",
        "resource_id",
        "channel",
        "email",
        "phone",
        "provider",
        "cc_data",
        "message_id",
    ];
    if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
        let detail = "There is no such member here.";
        return Err(Invalid::new(Code::UnknownMember, detail).at(name).into());
    }
    let definitions = call.definitions(database).await?;
    let schema = definitions.schema();
    let sql = call.pool.lend().await?;
    if let Some(id) = members.get("profile_id") {
        let id: ProfileId = id
            .as_str()
            .unwrap_or_default()
            .parse()
            .map_err(|invalid: Invalid| invalid.at("profile_id"))?;
        let profile = profiles::followed(&sql, database, id).await?;
        let Some(profile) = profile else {
            return Err(gone(call, &sql, database, id).await?);
        };
        if let Some(id) = members.get("subscription_id").and_then(Value::as_str)
            && !members.contains_key("provider")
        {
            return Ok((profile, UnsubscribeTarget::Id(id.to_owned())));
        }
        let (contact, resource) = contact(members, &definitions.database, &schema)?;
        return Ok((profile, UnsubscribeTarget::Contact(contact, resource)));
    }
    let (contact, resource) = contact(members, &definitions.database, &schema)?;
    if !matches!(contact, Contact::Email(_) | Contact::Sms(_)) {
        let detail = "By this channel somebody is named with profile_id beside the contact.";
        return Err(Invalid::new(Code::Required, detail).at("profile_id").into());
    }
    let selector = Selector::of_subscription(&contact, resource);
    let (mut found, _) = matching(&sql, &definitions.database, &selector).await?;
    match (found.pop(), found.is_empty()) {
        (Some(profile), true) => Ok((profile, UnsubscribeTarget::Contact(contact, resource))),
        (None, _) => Err(Problem::not_found("profile")),
        _ => {
            let detail = "Several profiles have this contact: name profile_id.";
            Err(Problem::new(roster_http::kinds::AMBIGUOUS_MATCH, detail))
        }
    }
}

fn contact(
    members: &Map<String, Value>,
    database: &Database,
    schema: &Schema<'_>,
) -> Result<(Contact, roster_model::ResourceId), Problem> {
    let resource = members.get("resource_id").cloned().unwrap_or_default();
    let resource = schema
        .resource(&resource)
        .map_err(|invalid| invalid.at("resource_id"))?;
    let channel = match members.get("channel").and_then(Value::as_str) {
        Some(name) => name
            .parse()
            .map_err(|invalid: Invalid| invalid.at("channel"))?,
        None if members.contains_key("phone") => roster_model::Channel::Sms,
        None => roster_model::Channel::Email,
    };
    let contact = Contact::parse(channel, members, &database.context())?;
    Ok((contact, resource.id))
}
