//! Saved views: which profiles a list or an export shows, and what of each.

mod apply;

pub(crate) use apply::with_view;

use crate::define::{self, DatabaseDefinition, DefinitionBody};
use roster_http::{Call, Problem, Reply, Table, route};
use roster_jobs::export::Request;
use roster_model::{Invalid, ViewSettings};
use roster_store::catalogue::Definitions;
use serde_json::json;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "views",
    about: "Saved views: which profiles, and what of each",
    routes: &[list, create, get, update, delete],
};

/// A view as it is shown.
#[allow(dead_code, reason = "only the description names it")]
type View = DefinitionBody<ViewSettings>;

impl DatabaseDefinition for ViewSettings {
    /// Its columns and its condition are those of an export.
    fn check(&self, known: &Definitions) -> Result<(), Vec<Invalid>> {
        let mut body = json!({ "condition": self.condition });
        if !self.columns.is_empty() {
            body["fields"] = json!(self.columns);
        }
        match Request::parse(&body, &known.schema()) {
            Ok(_) => Ok(()),
            Err(mut wrong) => {
                for one in &mut wrong {
                    one.pointer = one.pointer.replacen("/fields", "/columns", 1);
                }
                Err(wrong)
            }
        }
    }
}

/// The saved views of a database, in order of creation.
#[route(get, "/v1/databases/{db}/views", ViewsRead, id = "listViews", page = View)]
async fn list(call: Call) -> Result<Reply, Problem> {
    define::list::<ViewSettings>(&call).await
}

/// Saves a view: a condition, and columns. Lists and exports take it as `view`.
#[route(
    post, "/v1/databases/{db}/views", ViewsWrite, id = "createView",
    once,
    new = ViewSettings,
    made = View,
)]
async fn create(call: Call) -> Result<Reply, Problem> {
    define::create::<ViewSettings>(&call).await
}

/// One saved view.
#[route(get, "/v1/databases/{db}/views/{id}", ViewsRead, id = "getView", answer = View)]
async fn get(call: Call) -> Result<Reply, Problem> {
    define::get::<ViewSettings>(&call).await
}

/// Changes a view, as a JSON merge patch says.
#[route(
    patch, "/v1/databases/{db}/views/{id}", ViewsWrite, id = "updateView",
    if_match,
    once,
    patch = ViewSettings,
    answer = View,
)]
async fn update(call: Call) -> Result<Reply, Problem> {
    define::update::<ViewSettings>(&call).await
}

/// Deletes a view; the profiles that it showed stay.
#[route(
    delete, "/v1/databases/{db}/views/{id}", ViewsWrite, id = "deleteView",
    if_match,
    once,
    answer = View,
)]
async fn delete(call: Call) -> Result<Reply, Problem> {
    define::delete::<ViewSettings>(&call).await
}
