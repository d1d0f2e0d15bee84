//! What stands against contacts, for as many as are asked about: five statements,
//! however many there are. Entries of suppression lists and how contacts stand may be
//! hashes, which SQLite can't make, so this is found out beside the statements that
//! select profiles.

use std::collections::{HashMap, HashSet};

use roster_model::restrictions::Restrictions;
use roster_model::suppression::{Entry, Forms, keys};
use roster_model::{Contact, DatabaseId, ResourceId};

use crate::suppressions::{attached, entries};
use crate::{Error, Sql, control, standing};

/// The contacts to be looked up.
#[derive(Debug, Default)]
pub struct ContactSet {
    contacts: Vec<Contact>,
    subscribed: Vec<(ResourceId, Contact)>,
    known: HashSet<(i64, i64, String)>,
}

impl ContactSet {
    /// Asks whether a contact stands on a suppression list.
    pub fn contact(&mut self, contact: Contact) {
        let key = (0, contact.channel().code(), contact.key().into_owned());
        if self.known.insert(key) {
            self.contacts.push(contact);
        }
    }

    /// Asks the same of a subscription's contact, and whether it left the resource.
    pub fn subscription(&mut self, resource: ResourceId, contact: &Contact) {
        let channel = contact.channel().code();
        let key = (resource.get(), channel, contact.key().into_owned());
        if self.known.insert(key) {
            self.subscribed.push((resource, contact.clone()));
            self.contact(contact.clone());
        }
    }
}

/// What stands against contacts in a database now.
///
/// # Errors
/// As [`Sql::query`].
pub async fn load(
    sql: &impl Sql,
    database: DatabaseId,
    asked: &ContactSet,
) -> Result<Restrictions, Error> {
    let mut against = Restrictions::default();
    suppressed(sql, database, &asked.contacts, &mut against).await?;
    left(sql, database, &asked.subscribed, &mut against).await?;
    if !asked.subscribed.is_empty()
        && let Some(settings) = control::in_force(sql, database).await?
    {
        against.hold_back(settings);
    }
    Ok(against)
}

async fn suppressed(
    sql: &impl Sql,
    database: DatabaseId,
    contacts: &[Contact],
    against: &mut Restrictions,
) -> Result<(), Error> {
    if contacts.is_empty() {
        return Ok(());
    }
    let lists = attached(sql, database).await?;
    let forms = lists.iter().map(|one| one.forms);
    let forms = forms.fold(Forms::NONE, Forms::with);
    if forms.is_empty() {
        return Ok(());
    }
    let own: Vec<Vec<String>> = contacts.iter().map(|one| keys(one, forms)).collect();
    let wanted: HashSet<&String> = own.iter().flatten().collect();
    let wanted: Vec<String> = wanted.into_iter().cloned().collect();
    let lists: Vec<_> = lists.iter().map(|one| one.list).collect();
    let mut held: HashMap<String, Vec<Entry>> = HashMap::new();
    for kept in entries::find(sql, &lists, &wanted).await? {
        let key = kept.entry.key.clone();
        held.entry(key).or_default().push(kept.entry);
    }
    for (contact, own) in contacts.iter().zip(own) {
        let mut entries = own.iter().filter_map(|key| held.get(key)).flatten();
        if entries.any(|entry| entry.hits(contact)) {
            against.suppress(contact);
        }
    }
    Ok(())
}

async fn left(
    sql: &impl Sql,
    database: DatabaseId,
    subscribed: &[(ResourceId, Contact)],
    against: &mut Restrictions,
) -> Result<(), Error> {
    if subscribed.is_empty() {
        return Ok(());
    }
    let keys = standing::load(sql).await?;
    let asked = subscribed
        .iter()
        .map(|(resource, contact)| (*resource, contact));
    let endings = standing::of_subscriptions(sql, &keys, asked).await?;
    for (resource, contact) in subscribed {
        if let Some(ending) = endings.against(contact, database, *resource) {
            against.leave(*resource, contact, ending.standing, ending.at);
        }
    }
    Ok(())
}
