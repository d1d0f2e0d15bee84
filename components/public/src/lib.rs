//! What people without an account may do: confirm a subscription, manage and end
//! it (`/s/…`), be counted as readers (`/e/…`), send forms in (`/f/…`).
//!
//! This component has no admin token and takes none: a link's signature, or a
//! form's own rules, is all that opens anything here.

mod client;
mod confirm;
mod form;
mod leave;
mod manage;
#[cfg(feature = "openapi")]
pub mod openapi;
mod posted;
mod shown;
mod site;
mod stray;
mod track;
mod unsubscribe;
mod visit;

use http::header::{self, HeaderValue};
use roster_http::{Request, Route, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::public("/s/confirm/{token}", &confirm::show),
    Route::public_post("/s/confirm/{token}", &confirm::confirm).body(SMALL),
    Route::public_post("/s/confirm/{token}/again", &confirm::again).body(SMALL),
    Route::public("/s/unsubscribe/{token}", &unsubscribe::show),
    Route::public_post("/s/unsubscribe/{token}", &unsubscribe::unsubscribe).body(SMALL),
    Route::public("/s/manage/{token}", &manage::show),
    Route::public_post("/s/manage/{token}", &manage::change).body(FORM),
    Route::public("/s/manage/{token}/leave", &leave::show),
    Route::public_post("/s/manage/{token}/leave", &leave::leave).body(SMALL),
    Route::public("/e/{token}", &track::track),
    Route::public("/f/{id}", &form::show),
    Route::public_post("/f/{id}", &form::take).body(FORM),
    Route::public_options("/f/{id}", &form::ask),
];

/// The largest body of a button, in bytes.
const SMALL: usize = 4 * 1024;

/// The largest body of a form, in bytes.
const FORM: usize = 256 * 1024;

static SERVICE: Service = Service::public(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    let of_form = request.uri().path().starts_with("/f/");
    let reply = SERVICE.serve(request).await;
    if of_form {
        // Which website may read it depends on who asks, for caches to know.
        let vary = HeaderValue::from_static("Origin");
        return reply.header(header::VARY, vary).send().await;
    }
    reply.send().await
}
