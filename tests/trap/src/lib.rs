//! A component that answers `/trap/fine` and panics, which is a trap, at every
//! other path.

use spin_sdk::http::{Request, Response};

#[spin_sdk::http_service]
async fn answer(request: Request) -> Response<String> {
    assert!(request.uri().path().ends_with("/fine"), "asked to trap");
    let text = "fine";
    let mut response = Response::new(text.to_owned());
    let headers = response.headers_mut();
    headers.insert("content-length", text.len().into());
    response
}
