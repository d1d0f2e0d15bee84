//! The client against servers of a few lines on this machine.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::HttpsConnectorBuilder;
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    time::{Sleep, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use wasmtime_wasi_http::{Error as HttpError, RequestOptions, WasiBody};

use super::{Client, IdleLimits};

/// What a server does with a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    /// Answers all requests.
    Answers,
    /// Answers so many requests after a pause.
    Slow(Duration),
    /// Answers one request and then closes without having said so.
    Once,
    /// Answers one request, and hangs up when the next is there.
    Deserts,
    /// Takes requests and says nothing.
    Silent,
}

/// A server, and what it saw.
struct Server {
    address: SocketAddr,
    seen: Arc<ServerLog>,
}

#[derive(Default)]
struct ServerLog {
    connections: AtomicUsize,
    /// Those that were closed by the client.
    closed: AtomicUsize,
    requests: AtomicUsize,
}

impl Server {
    async fn start(manner: Manner, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(ServerLog::default());
        let log = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, tls) = (log.clone(), tls.clone());
                seen.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, manner, &seen).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, manner, &seen).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// Waits until the client has closed so many connections.
    async fn closed(&self, count: usize) {
        let all = async {
            while self.seen.closed.load(Ordering::SeqCst) < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(5), all).await.expect("closed");
    }

    fn post(
        &self,
        body: impl Body<Data = Bytes, Error = HttpError> + Send + 'static,
    ) -> Request<WasiBody> {
        Request::post(format!("http://{}/", self.address))
            .header("content-length", "4")
            .body(body.boxed_unsync())
            .unwrap()
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, manner: Manner, seen: &ServerLog) {
    let mut served = 0;
    loop {
        let mut got = Vec::new();
        // Whatever the head is, the body is four bytes.
        while !got.ends_with(b"\r\n\r\nbody") {
            if stream.read_buf(&mut got).await.unwrap_or(0) == 0 {
                seen.closed.fetch_add(1, Ordering::SeqCst);
                return;
            }
        }
        seen.requests.fetch_add(1, Ordering::SeqCst);
        match manner {
            Manner::Silent => return std::future::pending().await,
            Manner::Deserts if served == 1 => return,
            Manner::Slow(pause) => sleep(pause).await,
            _ => {}
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        stream.write_all(answer).await.unwrap();
        served += 1;
        if manner == Manner::Once {
            return;
        }
    }
}

fn client(kept: IdleLimits) -> Client {
    Client::new(HttpsConnectorBuilder::new().with_webpki_roots(), kept)
}

fn whole() -> impl Body<Data = Bytes, Error = HttpError> + Send + 'static {
    Full::new(Bytes::from_static(b"body")).map_err(HttpError::from)
}

/// A body that is there a moment after the head.
struct DelayedBody(Option<Bytes>, Pin<Box<Sleep>>);

fn late() -> DelayedBody {
    let moment = Box::pin(sleep(Duration::from_millis(1)));
    DelayedBody(Some(Bytes::from_static(b"body")), moment)
}

impl Body for DelayedBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        ready!(self.1.as_mut().poll(cx));
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Sends a request and reads the answer to its end, so that its connection is free.
async fn ask(client: &Client, request: Request<WasiBody>) -> Result<StatusCode, HttpError> {
    let answer = client.send(request, None).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    assert_eq!(&body[..], b"ok");
    // The connection goes back to the others by a task of its own.
    tokio::task::yield_now().await;
    sleep(Duration::from_millis(5)).await;
    Ok(status)
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start(Manner::Answers, None).await;
    let client = client(IdleLimits::default());
    for _ in 0..10 {
        let status = ask(&client, server.post(whole())).await.unwrap();
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!((server.connections(), server.requests()), (1, 10));
}

#[tokio::test]
async fn an_unused_connection_is_closed_after_a_while() {
    let server = Server::start(Manner::Answers, None).await;
    let client = client(IdleLimits {
        time: Duration::from_millis(50),
        ..IdleLimits::default()
    });
    ask(&client, server.post(whole())).await.unwrap();
    server.closed(1).await;
    ask(&client, server.post(whole())).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn no_more_than_so_many_are_kept_for_a_host() {
    let server = Server::start(Manner::Slow(Duration::from_millis(50)), None).await;
    let client = client(IdleLimits {
        per_host: 1,
        ..IdleLimits::default()
    });
    let (one, two, three) = tokio::join!(
        ask(&client, server.post(whole())),
        ask(&client, server.post(whole())),
        ask(&client, server.post(whole())),
    );
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(server.connections(), 3);
    server.closed(2).await;
    ask(&client, server.post(whole())).await.unwrap();
    assert_eq!(server.connections(), 3, "the one that was kept");
}

#[tokio::test]
async fn a_connection_that_the_peer_closed_is_replaced() {
    let server = Server::start(Manner::Once, None).await;
    let client = client(IdleLimits::default());
    for sent in 1..=5 {
        ask(&client, server.post(whole())).await.unwrap();
        assert_eq!((server.connections(), server.requests()), (sent, sent));
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_not_sent_again() {
    let server = Server::start(Manner::Deserts, None).await;
    let client = client(IdleLimits::default());
    ask(&client, server.post(whole())).await.unwrap();
    let lost = ask(&client, server.post(whole())).await;
    assert!(
        matches!(lost, Err(HttpError::ConnectionTerminated)),
        "{lost:?}"
    );
    assert_eq!((server.connections(), server.requests()), (1, 2));
    ask(&client, server.post(whole())).await.unwrap();
    assert_eq!(server.connections(), 2, "and the next has a new one");
}

#[tokio::test]
async fn a_slow_peer_holds_up_no_other() {
    let silent = Server::start(Manner::Silent, None).await;
    let quick = Server::start(Manner::Answers, None).await;
    let client = Arc::new(client(IdleLimits::default()));
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let (client, request) = (client.clone(), silent.post(whole()));
            tokio::spawn(async move { ask(&client, request).await })
        })
        .collect();
    while silent.requests() < 100 {
        sleep(Duration::from_millis(5)).await;
    }
    let since = Instant::now();
    for _ in 0..20 {
        ask(&client, quick.post(whole())).await.unwrap();
    }
    assert!(since.elapsed() < Duration::from_secs(2));
    assert!(waiting.iter().all(|one| !one.is_finished()));
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_waited_for_as_long_as_was_asked() {
    let silent = Server::start(Manner::Silent, None).await;
    let options = RequestOptions {
        first_byte_timeout: Some(Duration::from_millis(50)),
        ..RequestOptions::default()
    };
    let client = client(IdleLimits::default());
    let answer = client.send(silent.post(whole()), Some(options)).await;
    let why = answer.expect_err("no answer");
    assert!(matches!(why, HttpError::ConnectionReadTimeout), "{why:?}");
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let seen = Arc::default();
    let server = Server { address, seen };
    let why = ask(&client(IdleLimits::default()), server.post(whole())).await;
    assert!(matches!(why, Err(HttpError::Connect(_))), "{why:?}");
}

/// How long each of several requests took on a connection that had many before: a
/// receiver acknowledges the first ones of a connection at once.
async fn times(make: impl Fn() -> WasiBody) -> Vec<Duration> {
    let server = Server::start(Manner::Answers, None).await;
    let client = client(IdleLimits::default());
    let mut times = Vec::new();
    for _ in 0..60 {
        let since = Instant::now();
        let answer = client.send(server.post(make()), None).await.unwrap();
        answer.into_body().collect().await.unwrap();
        times.push(since.elapsed());
    }
    assert_eq!(server.connections(), 1);
    let mut last = times.split_off(30);
    last.sort();
    last
}

/// Linux acknowledges after 40 ms; others have other times.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_body_that_comes_after_its_head_is_as_slow_as_on_spin() {
    let late = times(|| late().boxed_unsync()).await;
    let whole = times(|| whole().boxed_unsync()).await;
    let (late, whole) = (late[late.len() / 2], whole[whole.len() / 2]);
    assert!(late > Duration::from_millis(25), "{late:?}");
    assert!(whole < Duration::from_millis(25), "{whole:?}");
}

/// A server's side, and a client that trusts it.
fn trusting() -> (TlsAcceptor, Client) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = HttpsConnectorBuilder::new().with_tls_config(config);
    (
        TlsAcceptor::from(Arc::new(server)),
        Client::new(tls, IdleLimits::default()),
    )
}

#[tokio::test]
async fn https_keeps_connections_too_and_trusts_nobody_unknown() {
    let (acceptor, trusting) = trusting();
    let server = Server::start(Manner::Answers, Some(acceptor)).await;
    let post = |host: &str| {
        let url = format!("https://{host}:{}/", server.address.port());
        Request::post(url)
            .header("content-length", "4")
            .body(whole().boxed_unsync())
            .unwrap()
    };
    for _ in 0..5 {
        ask(&trusting, post("localhost")).await.unwrap();
    }
    assert_eq!((server.connections(), server.requests()), (1, 5));
    let other = ask(&trusting, post("127.0.0.1")).await;
    assert!(matches!(other, Err(HttpError::Tls(_))), "{other:?}");
    let unknown = ask(&client(IdleLimits::default()), post("localhost")).await;
    assert!(matches!(unknown, Err(HttpError::Tls(_))), "{unknown:?}");
    assert_eq!(server.requests(), 5);
}
