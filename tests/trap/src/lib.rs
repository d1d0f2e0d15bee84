//! A component that answers `/trap/fine`, holds its instance with a statement that takes
//! long at `/trap/hold`, and panics, which is a trap, at every other path.

use spin_sdk::http::{Request, Response};
use spin_sdk::sqlite::wit::sqlite::Connection;

/// Counts for a second or so.
const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000000)
                    SELECT count(*) FROM n";

#[spin_sdk::http_service]
async fn answer(request: Request) -> Response<String> {
    let path = request.uri().path();
    let text = if path.ends_with("/hold") {
        let counted = Connection::open("default").and_then(|sql| sql.execute(LONG, &[]));
        counted.map_or_else(|error| error.to_string(), |_| "held".to_owned())
    } else {
        assert!(path.ends_with("/fine"), "asked to trap");
        "fine".to_owned()
    };
    let length = text.len();
    let mut response = Response::new(text);
    response
        .headers_mut()
        .insert("content-length", length.into());
    response
}
