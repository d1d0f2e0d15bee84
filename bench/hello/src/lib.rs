//! A component that answers the same text to every request: what the platform
//! itself costs, and so what the benchmarks compare with.

use spin_sdk::http::{Request, Response};

const TEXT: &str = "Hello, world!\n";

#[spin_sdk::http_service]
async fn hello(_request: Request) -> Response<String> {
    let mut response = Response::new(TEXT.to_owned());
    // Without it every answer would wait for the client's delayed ACK.
    let headers = response.headers_mut();
    headers.insert("content-length", TEXT.len().into());
    response
}
