//! No answer waits for an acknowledgement: head and body come at once.

use crate::support::{ADMIN, Database, Server, data, text};
use roster_people::People;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How much later than its head the end of an answer may come. A delayed
/// acknowledgement takes 40 ms.
const GAP: Duration = Duration::from_millis(30);

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 16;

/// One answer on a connection that is kept alive: how long after its first byte
/// its last one came, and how it was framed.
fn ask(connection: &mut TcpStream, request: &str) -> (Duration, String) {
    connection.write_all(request.as_bytes()).unwrap();
    let mut got = Vec::new();
    let mut piece = [0; 64 * 1024];
    let mut first = None;
    loop {
        let read = connection.read(&mut piece).unwrap();
        let now = Instant::now();
        assert!(read > 0, "{request}: the connection ended");
        let first = *first.get_or_insert(now);
        got.extend_from_slice(&piece[..read]);
        let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{request}: {head}");
        let body = &got[end + 4..];
        let length = head.lines().find_map(|line| {
            let length = line.strip_prefix("content-length:")?;
            length.trim().parse::<usize>().ok()
        });
        let whole = match length {
            Some(length) => body.len() == length,
            None => body.ends_with(b"0\r\n\r\n"),
        };
        if whole {
            return (now - first, head);
        }
    }
}

fn get(address: SocketAddr, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {ADMIN}\r\n\r\n")
}

#[test]
fn head_and_body_of_an_answer_come_at_once() {
    let server = Server::start();
    let db = Database::of_people(&server, "Customers");
    db.batch(&json!({ "data": data(People::new(5).range(0..200)) }));
    let id = text(&db.all()[0]["id"]);
    let told = db.api.post(
        &format!("{}/exports?wait=true", db.path),
        &json!({ "limit": 20 }),
    );
    let job = told.header("location").unwrap().to_owned();
    let paths = [
        db.of(&id),
        format!("{}/profiles?limit=5", db.path),
        format!("/v1/search?database={}&q=an", db.id),
        format!("{}/export?limit=5", db.path),
        format!("{}/export", db.of(&id)),
        format!("{job}/events"),
        format!("{job}/file"),
        "/health".to_owned(),
    ];
    // A machine that is busy with something else is late once; what waits for a timer is
    // late in every round.
    let mut rounds = (0..3).map(|_| gaps(&server, &paths));
    let late = |gaps: &Vec<(Duration, String)>| -> Vec<_> {
        assert!(gaps.len() > 2_000, "{}", gaps.len());
        gaps.iter().filter(|(gap, _)| *gap > GAP).cloned().collect()
    };
    let mut seen = Vec::new();
    let fair = rounds.any(|gaps| {
        seen = late(&gaps);
        seen.is_empty()
    });
    assert!(fair, "late in each of three rounds, in the last: {seen:?}");
}

/// How long each of some 2,000 answers was on its way between head and body.
fn gaps(server: &Server, paths: &[String]) -> Vec<(Duration, String)> {
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..CONNECTIONS)
            .map(|nth| {
                let address = server.address;
                scope.spawn(move || {
                    let mut connection = TcpStream::connect(address).unwrap();
                    connection.set_nodelay(true).unwrap();
                    let asked = (0..ROUNDS * paths.len()).map(|at| {
                        let path = &paths[(at + nth) % paths.len()];
                        let (gap, head) = ask(&mut connection, &get(address, path));
                        assert!(head.contains("content-length:"), "{path}: {head}");
                        (gap, path.clone())
                    });
                    asked.collect::<Vec<_>>()
                })
            })
            .collect();
        let answers = askers.into_iter().flat_map(|asker| asker.join().unwrap());
        answers.collect()
    })
}
