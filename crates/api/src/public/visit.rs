//! Somebody with a link: what it opens, and whom it concerns.

use crate::public::shown::problem;
use roster_http::writing::WriteContext;
use roster_http::{Call, Problem, Reply, kinds};
use roster_links::{Key, Keys, LinkClaims, LinkError, Purpose, Subject};
use roster_model::write::{Command, ProfileChange, Schema};
use roster_model::{Origin, Profile, Resource, Subscription, Timestamp};
use roster_pages::{Accent, Form, Frame, Language, ProblemKind, SubscriptionLabel};
use roster_store::catalogue::Definitions;
use roster_store::{link_keys, profiles};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The page for a link that opens nothing.
pub(crate) enum NoVisit {
    /// It was genuine, and its profile or database is there no more.
    Gone(Reply),
    /// It was never genuine.
    Invalid(Reply),
}

impl NoVisit {
    /// The page.
    pub fn page(self) -> Reply {
        match self {
            NoVisit::Gone(page) | NoVisit::Invalid(page) => page,
        }
    }
}

/// The holder of a genuine link.
pub(crate) struct Visit {
    /// What links are signed with.
    pub keys: Keys,
    /// What the link says.
    pub opened: LinkClaims,
    /// Whether its time is over.
    pub expired: bool,
    /// What the person's database is like.
    pub definitions: Arc<Definitions>,
    /// The person.
    pub profile: Profile,
}

/// The keys of links.
pub(crate) async fn keys(call: &Call) -> Result<Keys, Problem> {
    let sql = call.pool.lend().await?;
    let keys = link_keys::all(&sql).await?.into_iter();
    let keys = Keys::new(keys.map(|key| Key {
        id: key.id,
        secret: key.secret,
    }));
    keys.ok_or_else(|| Problem::internal(&"no key for links"))
}

impl Visit {
    /// The one who comes with the token in the path, for a purpose; or the page that
    /// tells them why not.
    pub async fn of(call: &Call, purpose: Purpose) -> Result<Result<Self, NoVisit>, Problem> {
        Self::by(call, call.parameter("token"), purpose).await
    }

    /// The one who comes with a token.
    pub async fn by(
        call: &Call,
        token: &str,
        purpose: Purpose,
    ) -> Result<Result<Self, NoVisit>, Problem> {
        Self::by_keys(call, keys(call).await?, token, purpose).await
    }

    /// The one who comes with a token, where the keys were read already.
    pub async fn by_keys(
        call: &Call,
        keys: Keys,
        token: &str,
        purpose: Purpose,
    ) -> Result<Result<Self, NoVisit>, Problem> {
        let (opened, expired) = match keys.read(token, purpose, call.now) {
            Ok(opened) => (opened, false),
            Err(LinkError::Expired(opened)) => (opened, true),
            Err(LinkError::Malformed | LinkError::Forged | LinkError::OtherPurpose) => {
                let frame = Frame::default();
                return Ok(Err(NoVisit::Invalid(problem(
                    frame,
                    ProblemKind::InvalidLink,
                ))));
            }
        };
        let gone = |frame| Ok(Err(NoVisit::Gone(problem(frame, ProblemKind::Gone))));
        let Subject {
            database, profile, ..
        } = opened.subject;
        let definitions = match call.current(database).await {
            Ok(definitions) => definitions,
            Err(problem) if problem.is(kinds::NOT_FOUND) => return gone(Frame::default()),
            Err(problem) => return Err(problem),
        };
        let sql = call.pool.lend().await?;
        let found = profiles::followed(&sql, database, profile).await?;
        let Some(profile) = found else {
            return gone(frame(&definitions));
        };
        Ok(Ok(Visit {
            keys,
            opened,
            expired,
            definitions,
            profile,
        }))
    }

    /// The subscription that the link names, with its resource, if both are still
    /// there.
    pub fn subscription(&self) -> Option<(&Subscription, &Resource)> {
        let digest = self.opened.subject.subscription;
        let mut list = self.profile.subscriptions.iter();
        let found = list.find(|one| digest.names(one) && !one.deleted)?;
        Some((found, self.resource(found)?))
    }

    /// A subscription's resource.
    pub fn resource(&self, subscription: &Subscription) -> Option<&Resource> {
        let mut resources = self.definitions.resources.iter();
        resources.find(|resource| resource.id == subscription.resource)
    }

    /// What pages of the person's database have around them.
    pub fn frame(&self) -> Frame {
        frame(&self.definitions)
    }

    /// The page for what is no longer there.
    pub fn gone(&self) -> Reply {
        problem(self.frame(), ProblemKind::Gone)
    }

    /// The page for a link whose time is over.
    pub fn too_late(&self) -> Reply {
        problem(self.frame(), ProblemKind::ExpiredLink)
    }

    /// When the link was made, where it says so.
    pub fn made_at(&self) -> Option<Timestamp> {
        let bytes: [u8; 8] = self.opened.extra.as_bytes().try_into().ok()?;
        Some(Timestamp::from_ms(i64::from_be_bytes(bytes)))
    }

    /// The path of the manager for the subscription that the link names.
    pub fn manager(&self) -> String {
        let extra = roster_links::Extra::default();
        let token = self
            .keys
            .sign(Purpose::Manage, &self.opened.subject, None, &extra);
        format!("/s/manage/{token}")
    }

    /// An act of the person.
    pub fn act<'a>(&self, interface: &'static str) -> WriteContext<'a> {
        WriteContext {
            database: self.profile.database,
            actor: "person",
            interface,
            origin: Origin::Person,
            atomic: false,
            repeatable: None,
        }
    }

    /// Changes the person for them, and reads again what became of it.
    pub async fn change(
        &mut self,
        call: &Call,
        interface: &'static str,
        change: &ProfileChange,
        about: &Map<String, Value>,
    ) -> Result<(), Problem> {
        let id = self.profile.id;
        let act = self.act(interface);
        let prepare = |schema: &Schema<'_>| {
            let command = Command::change(id, change, None, schema);
            command.map(|command| command.about(about))
        };
        call.write_item(&act, prepare).await?;
        self.read_again(call).await
    }

    /// Reads the person again.
    pub async fn read_again(&mut self, call: &Call) -> Result<(), Problem> {
        let sql = call.pool.lend().await?;
        let found = profiles::many(&sql, &[self.profile.id.pk()]).await?;
        if let Some(profile) = found.into_iter().next() {
            self.profile = profile;
        }
        Ok(())
    }
}

/// A subscription as people know it.
pub(crate) fn named(subscription: &Subscription, resource: &Resource) -> SubscriptionLabel {
    SubscriptionLabel {
        resource: resource.name.clone(),
        contact: shown_contact(subscription),
    }
}

/// A contact as people know it. Devices and chats have no name that they know.
pub(crate) fn shown_contact(subscription: &Subscription) -> String {
    use roster_model::Contact;
    match &subscription.contact {
        Contact::Email(email) => email.given().to_owned(),
        Contact::Sms(phone)
        | Contact::Whatsapp(phone)
        | Contact::Viber(phone)
        | Contact::Notify(phone) => phone.as_str().to_owned(),
        Contact::Push { provider, .. } => provider.clone(),
        Contact::TelegramBot { id } => id.clone(),
    }
}

/// What pages of a database have around them.
pub(crate) fn frame(definitions: &Definitions) -> Frame {
    let database = &definitions.database;
    Frame {
        language: Language::of(&database.language),
        title: database.manager_title.clone(),
        accent: Accent::parse(&database.manager_color).unwrap_or_default(),
    }
}

/// A form that posts to a path, with nothing else in it.
pub(crate) fn form(action: impl Into<String>) -> Form {
    Form {
        action: action.into(),
        hidden: Vec::new(),
    }
}
