//! The record of definitions: the functions that create, change and delete one write its
//! entry in history through a [`Subject`]. Fields have one of their own
//! ([`crate::fields`]), which shows a change of a field as one.

use std::fmt::Display;

use roster_model::DatabaseId;
use roster_model::history::{Change, Noun};
use serde::Serialize;
use serde_json::Value;

use crate::catalogue::{self, Author, Target, differences};
use crate::{Error, Sql};

/// What a change is of: one definition.
#[derive(Clone, Debug)]
pub struct Subject {
    noun: Noun,
    target: Target,
    /// `forms/12`; empty for a database, whose history it is.
    path: String,
    /// Whether instances must read the definitions again.
    is_remembered: bool,
}

impl Subject {
    /// A definition that belongs to a database.
    #[must_use]
    pub fn of_database(noun: Noun, database: DatabaseId, id: impl Display) -> Self {
        Subject {
            noun,
            target: Target::Database(database),
            path: noun.path(id),
            is_remembered: noun.is_remembered(),
        }
    }

    /// A definition that belongs to no database.
    #[must_use]
    pub fn of_all(noun: Noun, id: impl Display) -> Self {
        Subject {
            noun,
            target: Target::All,
            path: noun.path(id),
            is_remembered: noun.is_remembered(),
        }
    }

    /// A database itself: its changes name its members alone.
    #[must_use]
    pub fn database(id: DatabaseId) -> Self {
        Subject {
            noun: Noun::Database,
            target: Target::Database(id),
            path: String::new(),
            is_remembered: true,
        }
    }

    /// Says whether instances remember what is changed, where that is not so of all its
    /// members.
    #[must_use]
    pub fn remembered(self, is_remembered: bool) -> Self {
        Subject {
            is_remembered,
            ..self
        }
    }

    /// It was made, with these settings.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn created(
        &self,
        sql: &impl Sql,
        settings: &impl Serialize,
        author: &Author<'_>,
    ) -> Result<(), Error> {
        let after = json(settings)?;
        if self.path.is_empty() {
            return self
                .record(sql, "created", &differences(&Value::Null, &after), author)
                .await;
        }
        let change = Change {
            field: self.path.clone(),
            before: Value::Null,
            after,
        };
        self.record(sql, "created", &[change], author).await
    }

    /// Its settings were changed: an entry for each member that differs, and for what
    /// else is in `more`.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn updated(
        &self,
        sql: &impl Sql,
        before: &impl Serialize,
        after: &impl Serialize,
        more: impl IntoIterator<Item = Change>,
        author: &Author<'_>,
    ) -> Result<(), Error> {
        let mut changes = differences(&json(before)?, &json(after)?);
        changes.extend(more);
        if !self.path.is_empty() {
            for change in &mut changes {
                change.field = format!("{}/{}", self.path, change.field);
            }
        }
        self.record(sql, "updated", &changes, author).await
    }

    /// It was deleted; `before` is what it was, and what went with it.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn deleted(
        &self,
        sql: &impl Sql,
        before: &impl Serialize,
        author: &Author<'_>,
    ) -> Result<(), Error> {
        self.ended(sql, "deleted", before, author).await
    }

    /// [`Subject::deleted`] by another word.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn ended(
        &self,
        sql: &impl Sql,
        act: &str,
        before: &impl Serialize,
        author: &Author<'_>,
    ) -> Result<(), Error> {
        let field = match &self.target {
            Target::Database(id) if self.path.is_empty() => self.noun.path(id),
            _ => self.path.clone(),
        };
        let change = Change {
            field,
            before: json(before)?,
            after: Value::Null,
        };
        self.record(sql, act, &[change], author).await
    }

    async fn record(
        &self,
        sql: &impl Sql,
        act: &str,
        changes: &[Change],
        author: &Author<'_>,
    ) -> Result<(), Error> {
        if self.is_remembered {
            catalogue::bump(sql).await?;
        }
        let kind = format!("{}.{act}", self.noun.as_str());
        catalogue::record(sql, self.target, &kind, changes, author).await
    }
}

/// Settings with something more that went with them, such as how many members.
///
/// # Errors
/// [`Error::Corrupt`] where they are no JSON.
pub fn with(settings: &impl Serialize, name: &str, value: Value) -> Result<Value, Error> {
    let mut settings = json(settings)?;
    if let Some(members) = settings.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    Ok(settings)
}

fn json(settings: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(settings).map_err(crate::packed::corrupt)
}
