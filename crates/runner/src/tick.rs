//! Calls the application's tick by itself, so that work that outlives a request
//! goes on. With Spin a scheduler does that: cron, or whatever can POST.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};

use crate::serve::App;

/// The route of the tick; an application without it has none.
pub const ROUTE: &str = "/v1/tick";

/// How long to wait when nothing was left to do.
const IDLE: Duration = Duration::from_millis(1000);

/// How long to wait while something is left: somebody else works on it.
const BUSY: Duration = Duration::from_millis(50);

/// Calls the tick again and again; ends with the task that it runs in.
pub async fn run(app: Arc<App>, token: String, address: SocketAddr) {
    let mut failing = false;
    loop {
        tokio::time::sleep(IDLE.min(if failing { IDLE } else { BUSY })).await;
        match tick(&app, &token, address).await {
            Ok(0) => {
                failing = false;
                tokio::time::sleep(IDLE).await;
            }
            Ok(_) => failing = false,
            Err(why) => {
                // Once, not every second for as long as it lasts.
                if !failing {
                    eprintln!("the tick failed: {why}");
                }
                failing = true;
            }
        }
    }
}

/// One tick; how much is left to do.
async fn tick(app: &App, token: &str, address: SocketAddr) -> Result<u64, String> {
    let body = Full::new(Bytes::new()).map_err(|never: Infallible| match never {});
    let request = Request::post(format!("http://{address}{ROUTE}"))
        .header(header::HOST, address.to_string())
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(body.boxed_unsync())
        .map_err(|error| error.to_string())?;
    let response = app.handle(request, address).await;
    let response = response.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response.into_body().collect().await;
    let body = body.map_err(|error| format!("{error:#}"))?.to_bytes();
    if status != StatusCode::OK {
        return Err(format!("{status} {}", String::from_utf8_lossy(&body)));
    }
    let text = String::from_utf8_lossy(&body);
    Ok(left(&text).unwrap_or_default())
}

/// The number behind `"left":` in a small JSON object.
fn left(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("\"left\":")?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn what_is_left_is_read_from_the_answer() {
        assert_eq!(left(r#"{"worked":1,"left":12,"expired":0}"#), Some(12));
        assert_eq!(left(r#"{"left": 0}"#), Some(0));
        assert_eq!(left("{}"), None);
    }
}
