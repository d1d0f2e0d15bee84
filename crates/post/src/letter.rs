//! How a queued confirmation reads: its words, its links, its headers.

use crate::public_id;
use crate::question::Question;
use crate::settings::Settings;
use roster_links::{Context, Digest, Extra, Key, Keys, Purpose, Subject};
use roster_model::opt_in::Texts;
use roster_model::{Resource, Timestamp};
use roster_pages::{Accent, Language, OptIn, Wording};
use roster_store::catalogue::{self, Definitions};
use roster_store::outbox::{Kind, Message};
use roster_store::{Error, Sql, link_keys};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A message as its recipient gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The sender's address; empty if neither the resource nor the application
    /// has one.
    pub from: String,
    /// The sender's name.
    pub from_name: String,
    /// The subject; only mail has one.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML; only for mail.
    pub html: String,
    /// Where it is confirmed.
    pub link: String,
    /// Headers of a mail.
    pub headers: Vec<(String, String)>,
    /// From when on the link is no longer good.
    pub expires_at: Timestamp,
}

/// What links are signed with.
///
/// # Errors
/// As [`Sql::query`], and [`Error::Corrupt`] if there is no key.
pub(crate) async fn keys(sql: &impl Sql) -> Result<Keys, Error> {
    let all = link_keys::all(sql).await?.into_iter().map(|key| Key {
        id: key.id,
        secret: key.secret,
    });
    Keys::new(all).ok_or_else(|| Error::Corrupt("there is no key to sign links with".to_owned()))
}

/// How a message reads, or read when it was last due, without sending it; none
/// for messages to systems, and where what it is about is gone.
///
/// # Errors
/// What the store meets.
pub async fn preview(
    sql: &impl Sql,
    settings: &Settings,
    message: &Message,
) -> Result<Option<Letter>, Error> {
    let (Kind::Confirmation, Some(database)) = (message.kind, message.database) else {
        return Ok(None);
    };
    let Some(definitions) = catalogue::load(sql, database).await? else {
        return Ok(None);
    };
    let found = Question::read(&message.body)
        .and_then(|question| Some((resource(&definitions, &question)?.clone(), question)));
    let Some((resource, question)) = found else {
        return Ok(None);
    };
    let keys = keys(sql).await?;
    Ok(letter(
        settings,
        &keys,
        &definitions,
        &resource,
        &question,
        message,
    ))
}

/// The resource that a question is about, if it still serves the database by
/// the contact's channel.
pub(crate) fn resource<'a>(
    definitions: &'a Definitions,
    question: &Question,
) -> Option<&'a Resource> {
    let mut all = definitions.resources.iter();
    let resource = all.find(|resource| resource.id == question.resource)?;
    let serves = resource.databases.contains(&definitions.database.id)
        && resource.channels.contains(&question.contact.channel());
    serves.then_some(resource)
}

/// The message; none if it is about nobody. Its link lives from when the message
/// is due, so what is shown before and afterwards is what is sent.
pub(crate) fn letter(
    settings: &Settings,
    keys: &Keys,
    definitions: &Definitions,
    resource: &Resource,
    question: &Question,
    message: &Message,
) -> Option<Letter> {
    let opt_in = &resource.double_opt_in;
    let subject = Subject {
        database: definitions.database.id,
        profile: message.profile?,
        subscription: Digest::of(resource.id, &question.contact),
    };
    let expires_at = expires_at(message, opt_in.link_days);
    // When they were asked: who left since then does not come back by it.
    let asked = Extra::new(message.created_at.ms().to_be_bytes().to_vec()).unwrap_or_default();
    let token = keys.sign(Purpose::Confirm, &subject, Some(expires_at), &asked);
    let link = format!("{}/s/confirm/{token}", settings.public_url);
    let stood_in = Context {
        message: Some(public_id(message.id)),
    };
    let extra = stood_in.to_extra().unwrap_or_default();
    let token = keys.sign(Purpose::Unsubscribe, &subject, None, &extra);
    let leave = format!("<{}/s/unsubscribe/{token}>", settings.public_url);

    let tag = &definitions.database.language;
    let reminder = question.reminder > 0;
    let mail = OptIn {
        language: Language::of(tag),
        accent: Accent::parse(&definitions.database.manager_color).unwrap_or_default(),
        resource: resource.name.clone(),
        contact: question.contact.key().into_owned(),
        link: link.clone(),
        days: u32::try_from(opt_in.link_days).unwrap_or(1),
        reminder,
        wording: wording(opt_in.texts(tag), reminder),
    }
    .render();
    let (from, from_name) = match opt_in.from.as_str() {
        "" => (settings.from.clone(), settings.from_name.clone()),
        own => (own.to_owned(), opt_in.from_name.clone()),
    };
    Some(Letter {
        from,
        from_name: match opt_in.from_name.as_str() {
            "" => from_name,
            own => own.to_owned(),
        },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        link,
        headers: vec![
            ("List-Unsubscribe".to_owned(), leave),
            (
                "List-Unsubscribe-Post".to_owned(),
                "List-Unsubscribe=One-Click".to_owned(),
            ),
        ],
        expires_at,
    })
}

/// From when on a message's link is no longer good.
pub(crate) fn expires_at(message: &Message, days: i64) -> Timestamp {
    let life = days.saturating_mul(DAY_MS);
    Timestamp::from_ms(message.due_at.ms().saturating_add(life))
}

fn wording(texts: Option<&Texts>, reminder: bool) -> Wording {
    let Some(texts) = texts else {
        return Wording::default();
    };
    let (subject, body) = if reminder {
        (&texts.reminder_subject, &texts.reminder)
    } else {
        (&texts.subject, &texts.message)
    };
    Wording {
        subject: subject.clone(),
        body: body.clone(),
        button: texts.button.clone(),
    }
}
