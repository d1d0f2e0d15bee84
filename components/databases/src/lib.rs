//! Databases and their fields: `/v1/databases`; the history of definitions: `/v1/history`.

mod clone;
mod counters;
mod create;
mod create_field;
mod delete;
mod delete_field;
mod get;
mod get_field;
mod history;
mod list;
mod list_fields;
#[cfg(feature = "openapi")]
pub mod openapi;
mod shape;
mod update;
mod update_field;
mod wipe;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/history", HistoryRead, &history::list),
    Route::get("/v1/databases", DatabasesRead, &list::list),
    Route::post("/v1/databases", DatabasesWrite, &create::create),
    Route::get("/v1/databases/{db}", DatabasesRead, &get::get),
    Route::patch("/v1/databases/{db}", DatabasesWrite, &update::update),
    Route::delete("/v1/databases/{db}", DatabasesWrite, &delete::delete),
    Route::post("/v1/databases/{db}/clone", DatabasesWrite, &clone::clone),
    Route::post("/v1/databases/{db}/wipe", DatabasesWrite, &wipe::wipe),
    Route::get(
        "/v1/databases/{db}/counters",
        DatabasesRead,
        &counters::counters,
    ),
    Route::get(
        "/v1/databases/{db}/fields",
        DatabasesRead,
        &list_fields::list,
    ),
    Route::post(
        "/v1/databases/{db}/fields",
        DatabasesWrite,
        &create_field::create,
    ),
    Route::get(
        "/v1/databases/{db}/fields/{name}",
        DatabasesRead,
        &get_field::get,
    ),
    Route::patch(
        "/v1/databases/{db}/fields/{name}",
        DatabasesWrite,
        &update_field::update,
    ),
    Route::delete(
        "/v1/databases/{db}/fields/{name}",
        DatabasesWrite,
        &delete_field::delete,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
