//! The HTTP server: takes connections, finds the component, hands it the
//! request, and ends in good order.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header, uri};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::net::{TcpListener, TcpStream};
use wasmtime_wasi_http::{Error as HttpError, WasiBody, handler::ProxyHandler};

use crate::{
    dispatch::Dispatcher,
    instance::Factory,
    routes::{self, Routes},
};

/// How long to wait after a failed accept (too many open files, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What is served.
pub struct App {
    /// The routes; a target's `component` is a position in `handlers`.
    pub routes: Routes,
    /// One per component.
    pub handlers: Vec<Handler>,
}

/// What hands requests to the instances of a component.
pub enum Handler {
    /// As Spin does it: instances that are soon at their end, the one that waits longest
    /// first.
    LikeSpin(ProxyHandler<Factory>),
    /// Few, and the one that was used last first.
    Fast(Dispatcher),
}

impl Handler {
    /// The component.
    pub fn factory(&self) -> &Factory {
        match self {
            Handler::LikeSpin(handler) => handler.state(),
            Handler::Fast(dispatcher) => dispatcher.factory(),
        }
    }

    async fn handle(&self, request: Request<WasiBody>) -> wasmtime::Result<Response<WasiBody>> {
        match self {
            Handler::LikeSpin(handler) => handler.handle((), request).await,
            Handler::Fast(dispatcher) => dispatcher.handle(request).await,
        }
    }
}

/// Spin answers here by itself, whatever the application is.
const HEALTH: &str = "/.well-known/spin/health";

/// Serves until `stop` resolves. What runs then is cut off, as by Spin: anyone who
/// wants to let it end stops sending requests first.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => return,
        };
        match accepted {
            Ok((stream, client)) => {
                tokio::spawn(serve_connection(app.clone(), stream, client));
            }
            Err(error) => {
                eprintln!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves one connection, of HTTP/1.1 or of HTTP/2 that begins without asking.
/// Nagle's algorithm stays on where all is as in Spin.
async fn serve_connection(app: Arc<App>, stream: TcpStream, client: SocketAddr) {
    if app
        .handlers
        .iter()
        .any(|handler| matches!(handler, Handler::Fast(_)))
    {
        // A client that doesn't get it gets its answers a little later.
        let _ = stream.set_nodelay(true);
    }
    let service = service_fn(move |request| {
        let app = app.clone();
        async move { app.answer(request, client).await }
    });
    // A connection that breaks off is the client's affair, so errors end here.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

impl App {
    async fn answer(
        &self,
        request: Request<Incoming>,
        client: SocketAddr,
    ) -> Result<Response<WasiBody>, BadAddress> {
        let (parts, body) = request.into_parts();
        let body = body.map_err(HttpError::from).boxed_unsync();
        self.handle(Request::from_parts(parts, body), client).await
    }

    /// The answer of the component that a request's path leads to.
    ///
    /// # Errors
    /// [`BadAddress`], to which Spin gives no answer: it ends the connection.
    pub async fn handle(
        &self,
        request: Request<WasiBody>,
        client: SocketAddr,
    ) -> Result<Response<WasiBody>, BadAddress> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        if path == HEALTH {
            return Ok(plain(StatusCode::OK, "OK"));
        }
        let Some(found) = self.routes.find(&path) else {
            return Ok(plain(StatusCode::NOT_FOUND, ""));
        };
        let Some(handler) = self.handlers.get(found.handler().component) else {
            return Ok(plain(StatusCode::NOT_FOUND, ""));
        };
        parts.uri = absolute(&parts)?;
        let is_text = |value: &HeaderValue| str::from_utf8(value.as_bytes()).is_ok();
        if !parts.headers.values().all(is_text) {
            eprintln!("a header of {path} is not UTF-8, which no component is given");
            return Ok(plain(StatusCode::INTERNAL_SERVER_ERROR, ""));
        }
        // Only this hop's business.
        parts.headers.remove(header::CONNECTION);
        routes::add_headers(&mut parts.headers, &found, &parts.uri, client);
        let is_head = parts.method == Method::HEAD;
        let request = Request::from_parts(parts, body);
        Ok(match handler.handle(request).await {
            // An answer to HEAD has no body, which HTTP/2 insists on.
            Ok(response) if is_head => response.map(|_| text_body("")),
            Ok(response) => response,
            Err(error) => {
                let id = &handler.factory().component.id;
                eprintln!("[{id}] {path} failed: {error:#}");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "")
            }
        })
    }
}

/// A request that doesn't say whom it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadAddress(&'static str);

impl std::fmt::Display for BadAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadAddress {}

/// The request's full address, from its line and its Host header.
fn absolute(parts: &http::request::Parts) -> Result<Uri, BadAddress> {
    let host = match parts.headers.get(header::HOST) {
        None => None,
        Some(value) => Some(
            uri::Authority::try_from(value.as_bytes())
                .map_err(|_| BadAddress("The Host header is not valid."))?,
        ),
    };
    let mut uri = parts.uri.clone().into_parts();
    uri.scheme = Some(uri::Scheme::HTTP);
    uri.authority = match (host, uri.authority) {
        (Some(host), Some(target)) if host != target => {
            return Err(BadAddress(
                "The Host header and the request's address differ.",
            ));
        }
        (Some(authority), _) | (None, Some(authority)) => Some(authority),
        (None, None) => return Err(BadAddress("There is no Host header.")),
    };
    Uri::from_parts(uri).map_err(|_| BadAddress("The address is not valid."))
}

fn text_body(text: &'static str) -> WasiBody {
    Full::new(Bytes::from_static(text.as_bytes()))
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

fn plain(status: StatusCode, text: &'static str) -> Response<WasiBody> {
    let mut response = Response::new(text_body(text));
    *response.status_mut() = status;
    response
}

/// Resolves at Ctrl-C, and at SIGTERM where there is such a thing.
pub fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for signals")?;
        let mut terminate = signal(SignalKind::terminate()).context("cannot wait for signals")?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, host: Option<&str>) -> http::request::Parts {
        let mut request = Request::builder().uri(uri);
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_address_is_made_whole() {
        let uri = |target, host| absolute(&parts(target, host)).map(|uri| uri.to_string());
        assert_eq!(
            uri("/a?b=c", Some("localhost:3000")).unwrap(),
            "http://localhost:3000/a?b=c"
        );
        assert_eq!(uri("http://x/a", None).unwrap(), "http://x/a");
        assert_eq!(uri("http://x/a", Some("x")).unwrap(), "http://x/a");
        assert!(uri("http://x/a", Some("y")).is_err());
        assert!(uri("/a", None).is_err());
        assert!(uri("/a", Some("a b")).is_err());
    }
}
