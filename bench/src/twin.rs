//! The native floor: HTTP and SQLite in one process, with a thread that writes and commits
//! what waits together. The same rows as Roster's, its history, keys and search text; no
//! checks at all.
//!
//! - `GET /?id={number}` and `GET /?email={address}` read a person.
//! - `POST /` with `{"data": {…}}` adds a person, or changes the one who has the e-mail.
//! - `POST /batch` with `{"data": [{…}, …]}` does so with each.

mod database;
mod process;

use std::{convert::Infallible, path::PathBuf, sync::Arc, sync::mpsc};

use anyhow::{Context as _, Result, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Response,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

pub use process::Twin;

use database::{Reader, Writer};

/// Set for the process that is to be the twin: the path of its database file.
const FILE: &str = "ROSTER_BENCH_TWIN";
/// What its file is opened with: `normal` or `full`.
const DURABILITY: &str = "ROSTER_BENCH_TWIN_DURABILITY";

/// Most requests of one transaction.
const GROUP: usize = 64;

/// The items of a request, and who waits for what is written.
struct Write {
    items: Vec<Value>,
    written: oneshot::Sender<Result<String>>,
}

/// Whether this process is to be the twin.
pub fn is_wanted() -> bool {
    std::env::var_os(FILE).is_some()
}

/// Serves until it is killed. Prints its address first.
///
/// # Errors
/// When the file can't be opened or the port can't be had.
pub fn serve() -> Result<()> {
    let file = PathBuf::from(std::env::var_os(FILE).context("no file is named")?);
    let durability = std::env::var(DURABILITY)?;
    let writer = Writer::open(&file, &durability)?;
    let (queue, waiting) = mpsc::channel();
    std::thread::spawn(move || write(writer, &waiting));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(listen(file, queue))
}

async fn listen(file: PathBuf, queue: mpsc::Sender<Write>) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let reader = Arc::new(Reader::open(&file)?);
        let queue = queue.clone();
        let service = service_fn(move |request| {
            let (reader, queue) = (reader.clone(), queue.clone());
            async move { Ok::<_, Infallible>(answer(&reader, &queue, request).await) }
        });
        tokio::spawn(async move {
            // A client that goes away is no fault.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    reader: &Reader,
    queue: &mpsc::Sender<Write>,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let done = match *request.method() {
        Method::GET => read(reader, request.uri().query().unwrap_or_default()),
        _ => send(queue, request).await,
    };
    let (status, text) = match done {
        Ok(text) => (200, text),
        Err(error) => (500, format!("{error:#}")),
    };
    let mut response = Response::new(Full::from(text));
    if let Ok(status) = status.try_into() {
        *response.status_mut() = status;
    }
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn read(reader: &Reader, query: &str) -> Result<String> {
    match query.split_once('=') {
        Some(("id", id)) => reader.by_id(id.parse()?),
        Some(("email", email)) => reader.by_email(email),
        _ => bail!("an id or an e-mail is needed"),
    }
}

/// Has the items of a request written and waits until they are committed.
async fn send(queue: &mpsc::Sender<Write>, request: Request<Incoming>) -> Result<String> {
    let body = request.into_body().collect().await?.to_bytes();
    let mut body: Value = serde_json::from_slice(&body)?;
    let items = match body.get_mut("data").map(Value::take) {
        Some(Value::Array(items)) => items,
        Some(item) => vec![item],
        None => bail!("no data"),
    };
    let (written, end) = oneshot::channel();
    queue.send(Write { items, written })?;
    end.await?
}

/// The thread that writes: a transaction for all that waits.
fn write(mut writer: Writer, waiting: &mpsc::Receiver<Write>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        group.extend(waiting.try_iter().take(GROUP - 1));
        let done = writer.transaction(group.iter().map(|write| write.items.as_slice()));
        match done {
            Ok(answers) => {
                for (write, answer) in group.into_iter().zip(answers) {
                    // The client may be gone.
                    let _ = write.written.send(Ok(answer));
                }
            }
            Err(error) => {
                let text = format!("{error:#}");
                for write in group {
                    let _ = write.written.send(Err(anyhow::anyhow!(text.clone())));
                }
            }
        }
        if let Err(error) = writer.fold() {
            eprintln!("the native floor can't fold its search text: {error:#}");
        }
    }
}
