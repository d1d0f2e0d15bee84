//! Consent over HTTP: events `/v1/events`, leaving `/v1/unsubscribe`, whether and
//! why somebody gets messages, the links of a subscription, forms `/v1/forms`.

mod deliverability;
mod events;
mod forms;
mod links;
#[cfg(feature = "openapi")]
pub mod openapi;
mod unsubscribe;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::post("/v1/events", EventsWrite, &events::tell),
    Route::post("/v1/unsubscribe", EventsWrite, &unsubscribe::unsubscribe),
    Route::get(
        "/v1/databases/{db}/profiles/{id}/deliverability",
        ProfilesRead,
        &deliverability::get,
    ),
    Route::get(
        "/v1/databases/{db}/profiles/{id}/links",
        LinksWrite,
        &links::get,
    ),
    Route::post(
        "/v1/databases/{db}/profiles/{id}/links",
        LinksWrite,
        &links::make,
    ),
    Route::post("/v1/forms", FormsWrite, &forms::create),
    Route::get("/v1/forms", FormsRead, &forms::list),
    Route::get("/v1/forms/{id}", FormsRead, &forms::get),
    Route::patch("/v1/forms/{id}", FormsWrite, &forms::update),
    Route::delete("/v1/forms/{id}", FormsWrite, &forms::delete),
    Route::get("/v1/forms/{id}/snippet", FormsRead, &forms::snippet),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
