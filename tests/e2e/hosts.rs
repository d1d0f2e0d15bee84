//! What a host does by itself with requests that no component hears of: the same
//! on the runner as on Spin.

use crate::support::{ADMIN, Server};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Sends bytes as they are and reads until the server ends the connection or
/// says no more: the status and what follows the head. None without an answer.
fn raw(server: &Server, request: &[u8]) -> Option<(u16, String)> {
    let mut connection = TcpStream::connect(server.address).unwrap();
    connection.write_all(request).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut got = Vec::new();
    // A server that closes with bytes unread resets the connection.
    let _ = connection.read_to_end(&mut got);
    let text = String::from_utf8_lossy(&got).into_owned();
    let status = text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Some((status, body.to_owned()))
}

fn get(server: &Server, target: &str, headers: &str) -> Option<(u16, String)> {
    let request = format!("GET {target} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    raw(server, request.as_bytes())
}

#[test]
fn a_request_that_does_not_say_whom_it_is_for_ends_its_connection() {
    let server = Server::start();
    let here = server.address;
    for (target, headers) in [
        ("/health".to_owned(), ""),
        ("/health".to_owned(), "host: a b\r\n"),
        ("/health".to_owned(), "host:\r\n"),
        (format!("http://{here}/health"), "host: example.com\r\n"),
    ] {
        assert_eq!(get(&server, &target, headers), None, "{target} {headers:?}");
    }
    let whole = format!("http://{here}/health");
    let host = format!("host: {here}\r\n");
    for target in ["/health", &whole] {
        let (status, _) = get(&server, target, &host).unwrap();
        assert_eq!(status, 200, "{target}");
    }
}

#[test]
fn a_header_that_is_no_text_reaches_no_component() {
    let server = Server::start();
    let mut request = format!("GET /health HTTP/1.1\r\nhost: {}\r\n", server.address).into_bytes();
    request.extend_from_slice(b"user-agent: M\xfcller\r\nconnection: close\r\n\r\n");
    assert_eq!(raw(&server, &request), Some((500, String::new())));
}

#[test]
fn paths_outside_the_application_are_the_hosts() {
    let server = Server::start();
    let host = format!("host: {}\r\n", server.address);
    assert_eq!(
        get(&server, "/.well-known/spin/health", &host),
        Some((200, "OK".to_owned()))
    );
}

#[test]
fn http_2_is_spoken_without_asking() {
    let server = Server::start();
    let mut connection = TcpStream::connect(server.address).unwrap();
    // The preface and an empty SETTINGS frame; the answer begins with the server's.
    connection
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut head = [0; 9];
    connection.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "a SETTINGS frame: {head:?}");
}

#[test]
fn what_runs_at_the_end_is_cut_off_and_loses_nothing() {
    let server = Server::start();
    let api = server.admin();
    let db = crate::support::Database::new(&server, "Customers", &[]);
    let path = format!("{}/profiles/batch", db.path);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {ADMIN}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"data\":",
        server.address
    );
    let mut connection = TcpStream::connect(server.address).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    // Its component has it and waits for the rest.
    api.get("/health").ok(200);
    let started = std::time::Instant::now();
    let state = server.terminate();
    assert!(started.elapsed() < Duration::from_secs(4), "it waited");
    let mut rest = Vec::new();
    let _ = connection.read_to_end(&mut rest);
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    let server = Server::on(&state);
    assert_eq!(db.through(server.admin()).total(), 0);
}
