//! The request that asks a person, made when it is sent: it says what is true then.

use crate::check::reason_not_to_ask;
use crate::deliver::{PreparedRequest, Run};
use crate::judge::{later, untried};
use crate::letter::{Letter, keys, letter, resource};
use crate::public_id;
use crate::question::Question;
use crate::sender::Sender;
use roster_model::Code;
use roster_model::{Channel, DatabaseId, Invalid, Timestamp};
use roster_outbox::{Mail, Note};
use roster_store::catalogue::{self, Definitions};
use roster_store::outbox::{Message, Outcome, State};
use roster_store::{Error, Sql, profiles};
use std::collections::BTreeMap;
use std::rc::Rc;

impl<S: Sender> Run<'_, S> {
    /// The request that asks a question, or what becomes of it unasked.
    pub(crate) async fn question(
        &self,
        sql: &impl Sql,
        message: &Message,
        now: Timestamp,
    ) -> Result<Result<PreparedRequest, Outcome>, Error> {
        let cancelled = |reason: &str| Ok(Err(untried(State::Cancelled, reason.to_owned())));
        let settings = self.world.settings;
        let Some(endpoint) = &settings.mail else {
            return cancelled("no_endpoint");
        };
        let definitions = match message.database {
            Some(database) => self.definitions(sql, database).await?,
            None => None,
        };
        let (Some(definitions), Some(profile)) = (definitions, message.profile) else {
            return cancelled("database_gone");
        };
        let Some(question) = Question::read(&message.body) else {
            return cancelled("unreadable");
        };
        let Some(resource) = resource(&definitions, &question) else {
            return cancelled("resource_gone");
        };
        let found = profiles::many(sql, &[profile.pk()]).await?;
        let found = found
            .iter()
            .find(|found| found.database == definitions.database.id);
        let reason = reason_not_to_ask(sql, &definitions, resource, found, &question, message, now);
        if let Some(reason) = reason.await? {
            return cancelled(reason);
        }
        let keys = match self.keys.get() {
            Some(keys) => keys.clone(),
            None => {
                let keys = keys(sql).await?;
                self.keys.get_or_init(|| keys).clone()
            }
        };
        let letter = letter(settings, &keys, &definitions, resource, &question, message);
        let Some(letter) = letter else {
            return cancelled("profile_gone");
        };
        let channel = question.contact.channel();
        let to = question.contact.key().into_owned();
        let metadata = BTreeMap::from([
            ("database".to_owned(), definitions.database.id.to_string()),
            ("profile".to_owned(), profile.to_string()),
            ("resource".to_owned(), resource.id.to_string()),
        ]);
        let request = if channel == Channel::Email {
            if letter.from.is_empty() {
                // Somebody has to say who sends; until then it waits.
                return Ok(Err(later(
                    message,
                    0,
                    "no_sender: set mail_from.",
                    None,
                    now,
                )));
            }
            endpoint.request(&mail(message, to, letter, metadata))
        } else {
            endpoint.request_note(&Note {
                id: public_id(message.id),
                channel,
                to,
                text: letter.text,
                tag: Some("confirmation".to_owned()),
                metadata,
            })
        };
        Ok(match request {
            Ok(request) => Ok(PreparedRequest {
                request,
                endpoint: endpoint.clone(),
            }),
            Err(wrong)
                if wrong
                    .iter()
                    .any(|invalid| invalid.code == Code::InvalidFormat) =>
            {
                Err(untried(State::Held, "channel_not_supported".to_owned()))
            }
            Err(wrong) => Err(untried(State::Dead, sentence(&wrong))),
        })
    }

    async fn definitions(
        &self,
        sql: &impl Sql,
        database: DatabaseId,
    ) -> Result<Option<Rc<Definitions>>, Error> {
        let known = self.known.borrow().get(&database).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let loaded = catalogue::load(sql, database).await?.map(Rc::new);
        self.known.borrow_mut().insert(database, loaded.clone());
        Ok(loaded)
    }
}

fn mail(message: &Message, to: String, letter: Letter, metadata: BTreeMap<String, String>) -> Mail {
    Mail {
        id: public_id(message.id),
        to,
        from: letter.from,
        from_name: letter.from_name,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        headers: letter.headers,
        tag: Some("confirmation".to_owned()),
        metadata,
        ..Mail::default()
    }
}

/// What complaints say, in a line.
fn sentence(wrong: &[Invalid]) -> String {
    let lines: Vec<String> = wrong
        .iter()
        .map(|invalid| format!("{} {}: {}", invalid.pointer, invalid.code, invalid.detail))
        .collect();
    lines.join(" ")
}
