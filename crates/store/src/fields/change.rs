//! Changes of a field, and previews of them: what becomes of stored values.

use roster_model::history::Change;
use roster_model::{Database, Field};
use serde_json::{Map, Value, json};

use super::walk::{Work, walk};
use super::{
    Conflict, FieldError, ValueChanges, check_required, check_unique, finish, kind, put, replaced,
};
use crate::Sql;
use crate::catalogue::{self, Author};

/// Changes a field of a database from `before` to `after`, stored values, match
/// keys and search text with it; gives the database's new revision.
///
/// # Errors
/// [`FieldError::Values`] when stored values don't suit it.
pub async fn update(
    sql: &impl Sql,
    database: &Database,
    before: &Field,
    after: &Field,
    author: &Author<'_>,
) -> Result<i64, FieldError> {
    turn(sql, database, (before, after), author, Pass::Change).await?;
    put(sql, database.id, after).await?;

    let members = catalogue::differences(&json!(before), &json!(after));
    let side = |pick: fn(Change) -> Value| -> Value {
        let members = members.iter().cloned();
        let map: Map<_, _> = members.map(|c| (c.field.clone(), pick(c))).collect();
        Value::Object(map)
    };
    let change = Change {
        field: after.name.clone(),
        before: side(|change| change.before),
        after: side(|change| change.after),
    };
    finish(sql, database.id, "field.updated", change, author).await
}

/// Whether [`preview`] writes: whether keys are each others' can only be seen once they are
/// written. Then it wants a transaction of which nothing is kept.
#[must_use]
pub fn preview_writes(before: &Field, after: &Field) -> bool {
    after.unique && changes_keys(before, after)
}

/// What [`update`] would do to stored values.
///
/// # Errors
/// As [`update`].
pub async fn preview(
    sql: &impl Sql,
    database: &Database,
    before: &Field,
    after: &Field,
    author: &Author<'_>,
) -> Result<ValueChanges, FieldError> {
    let pass = match preview_writes(before, after) {
        true => Pass::Rehearsal,
        false => Pass::Look,
    };
    turn(sql, database, (before, after), author, pass).await
}

/// What is done of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// All of it.
    Change,
    /// What shows whether it can be done; nothing of it is kept.
    Rehearsal,
    /// Nothing is written.
    Look,
}

/// Whether stored values must be read again.
fn changes_values(before: &Field, after: &Field) -> bool {
    let gone = |option| !after.options.contains(option);
    before.field_type != after.field_type
        || (before.multiline && !after.multiline)
        || before.options.iter().any(gone)
}

/// Whether stored values get other match keys.
fn changes_keys(before: &Field, after: &Field) -> bool {
    let respelled = before.case != after.case;
    after.matchable && (changes_values(before, after) || respelled || !before.matchable)
}

/// Makes stored values, match keys and search text what a change of a field from one to the
/// other makes of them.
async fn turn(
    sql: &impl Sql,
    database: &Database,
    (before, after): (&Field, &Field),
    author: &Author<'_>,
    pass: Pass,
) -> Result<ValueChanges, FieldError> {
    let writes = pass != Pass::Look;
    let lines = before.multiline && !after.multiline;
    let values = changes_values(before, after);
    let keys = writes && changes_keys(before, after);
    let text = pass == Pass::Change
        && (before.searchable != after.searchable || (values && after.searchable));

    if writes && before.matchable && (keys || !after.matchable) {
        let statement = include_str!("../sql/fields/delete_keys.sql");
        sql.query(statement, kind(database.id, after)).await?;
    }
    let mut changed = database.clone();
    changed.fields = replaced(database, after.id, Some(after));
    let work = Work {
        values,
        keys,
        text: text.then_some(&changed),
        writes,
    };
    let mut turned = ValueChanges::default();
    if values || keys || text {
        let walked = walk(sql, &changed, after, &work, author).await;
        turned = walked.map_err(|refused| match refused {
            FieldError::Values(conflict) if before.field_type == after.field_type && lines => {
                FieldError::Values(Conflict {
                    member: "multiline",
                    ..conflict
                })
            }
            other => other,
        })?;
    }
    if keys && !values {
        let statement = include_str!("../sql/fields/put_former_keys.sql");
        sql.query(statement, kind(database.id, after)).await?;
    }
    if after.required && (values || !before.required) {
        check_required(sql, database.id, after).await?;
    }
    if after.unique && (keys || !before.unique) {
        check_unique(sql, database.id, after).await?;
        if writes {
            let statement = include_str!("../sql/fields/unique_keys.sql");
            sql.query(statement, kind(database.id, after)).await?;
        }
    } else if writes && before.unique && !after.unique && !keys {
        let statement = include_str!("../sql/fields/common_keys.sql");
        sql.query(statement, kind(database.id, after)).await?;
    }
    Ok(turned)
}
