//! `POST /v1/databases/{db}/fields/{name}/preview`

use crate::databases::shape::{ShownField, changeable, found, refused, room};
use roster_http::{Call, Problem, Reply, route};
use roster_model::ProfileId;
use roster_store::databases::DatabaseRow;
use roster_store::fields::{self, ValueChanges};
use roster_store::spin::Transaction;
use serde::Serialize;
use serde_json::Value;

/// What a change of a field would do.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FieldPreview {
    /// The field as it would be.
    field: ShownField,
    /// How many profiles would have another value in it.
    changed: i64,
    /// Up to ten of them.
    examples: Vec<ValueChange>,
}

/// A value that a change of its field turns into another.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ValueChange {
    /// The profile.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// The value as it is.
    before: Value,
    /// The value as it would be.
    after: Value,
}

/// Shows what a change of a field would do to stored values, and changes nothing. Values that
/// it doesn't suit are refused as by the change itself.
#[route(
    post, "/v1/databases/{db}/fields/{name}/preview", DatabasesWrite, id = "previewField",
    body = crate::databases::openapi::FieldPatch,
    answer = FieldPreview,
)]
pub(crate) async fn preview(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let patch: Value = call.json()?;
    let sql = call.pool.lend_slice().await?;
    let DatabaseRow { database, .. } = found(&sql, id).await?;
    let before = changeable(&database, call.parameter("name"))?;
    let after = before.patch(&patch, &database.context())?;
    let values = if after == *before {
        ValueChanges::default()
    } else {
        room(&sql, &database, &after).await?;
        let author = call.author();
        if fields::preview_writes(before, &after) {
            drop(sql);
            let preview = async |sql: &Transaction| {
                let values = fields::preview(sql, &database, before, &after, &author).await;
                values.map_err(refused)
            };
            call.rehearse(preview).await?
        } else {
            let values = fields::preview(&sql, &database, before, &after, &author).await;
            values.map_err(refused)?
        }
    };
    Ok(Reply::ok(&FieldPreview::of(after, values)))
}

impl FieldPreview {
    fn of(field: roster_model::Field, values: ValueChanges) -> Self {
        let examples = values.examples.into_iter();
        let examples = examples.map(|(profile, before, after)| ValueChange {
            profile,
            before,
            after,
        });
        FieldPreview {
            field: field.into(),
            changed: values.count,
            examples: examples.collect(),
        }
    }
}
