//! Connecting, against servers of a few lines; the rest against a real one.

use std::time::Duration;

use mysql_async::Opts;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::{Connection, address, host::connect};
use crate::{bindings::mysql::Error, host::ComponentConfig, outbound::AllowedHosts, tls};

mod real;

/// A component that may reach this machine, and no other.
fn component() -> ComponentConfig {
    let allowed = ["mysql://127.0.0.1:*", "mysql://localhost:*"];
    ComponentConfig {
        outbound: AllowedHosts::parse(allowed).unwrap(),
        ..Default::default()
    }
}

/// Why there is no connection.
fn failure(connected: Result<Connection, Error>) -> String {
    match connected {
        Err(Error::ConnectionFailed(text)) => text,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it is connected"),
    }
}

/// The first words of a server that speaks TLS, and of one that doesn't.
fn greeting(speaks_tls: bool) -> Vec<u8> {
    // Protocol 4.1, secure authentication by a plugin.
    let abilities: u32 = 0x0008_8200 | if speaks_tls { 0x0800 } else { 0 };
    let mut said = b"\x0a8.0.0\0\x01\0\0\0saltsalt\0".to_vec();
    said.extend(&abilities.to_le_bytes()[..2]);
    said.extend(b"\x21\x02\0");
    said.extend(&abilities.to_le_bytes()[2..]);
    said.extend(b"\x15\0\0\0\0\0\0\0\0\0\0saltsaltsalt\0mysql_native_password\0");
    let mut packet = vec![said.len() as u8, 0, 0, 0];
    packet.extend(said);
    packet
}

/// A server that greets and then, if it speaks TLS, ends after that. Gives its port.
async fn server(tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(&greeting(tls.is_some())).await.unwrap();
            if let Some(tls) = &tls {
                // The wish for TLS: a head and 32 bytes.
                let mut wish = [0; 36];
                stream.read_exact(&mut wish).await.unwrap();
                drop(tls.accept(stream).await);
            }
        }
    });
    port
}

#[tokio::test]
async fn a_closed_port_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = format!("mysql://u:secret@127.0.0.1:{port}/d");
    let text = failure(connect(&component(), &address).await);
    assert!(text.contains("Connection refused"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_longer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = format!("mysql://u@127.0.0.1:{port}/d");
    let component = component();
    for _ in 0..3 {
        let options = Opts::from_url(&address).unwrap();
        let patience = Duration::from_millis(300);
        let connected = component
            .mysql
            .connect_within(patience, &address, options)
            .await;
        let text = connected.err().unwrap().to_string();
        assert_eq!(text, "connecting took longer than 300ms");
    }
    drop(listener);
    let text = failure(connect(&component, &address).await);
    assert!(text.contains("Connection refused"), "{text}");
}

#[tokio::test]
async fn a_certificate_is_by_somebody_known_and_for_that_name() {
    let (acceptor, root) = tls::tests::server();
    let port = server(Some(acceptor)).await;
    let component = component();
    let ask = async |host: &str, roots: &[_]| {
        let address = format!("mysql://u@{host}:{port}/d?ssl-mode=required");
        let options = address::options(&address, roots).unwrap();
        // A pool of its own: another has the roots that it was made with.
        let pools = ComponentConfig::default().mysql;
        let connected = pools.connect(&address, options).await;
        format!("{:#}", connected.err().unwrap())
    };
    let (_, other) = tls::tests::server();
    // Of the same name as the one that signed, with another key.
    let text = ask("localhost", &[other.certificate()]).await;
    assert!(text.contains("BadSignature"), "{text}");
    let text = ask("127.0.0.1", &[root.certificate()]).await;
    assert!(text.contains("not valid for name"), "{text}");
    // Now it is the server that hangs up.
    let text = ask("localhost", &[root.certificate()]).await;
    assert!(!text.contains("certificate"), "{text}");
    // And without roots of one's own, the system's.
    let address = format!("mysql://u@localhost:{port}/d?ssl-mode=required");
    let text = failure(connect(&component, &address).await);
    assert!(text.contains("UnknownIssuer"), "{text}");
}

#[tokio::test]
async fn without_tls_there_is_no_connection_where_it_is_wanted() {
    let port = server(None).await;
    let address = format!("mysql://u@localhost:{port}/d?ssl-mode=required");
    let text = failure(connect(&component(), &address).await);
    assert!(text.contains("does not have this capability"), "{text}");
}

#[tokio::test]
async fn what_is_not_allowed_is_named_without_its_password() {
    let opened = connect(&component(), "mysql://u:secret@db.example/d").await;
    let text = failure(opened);
    assert_eq!(text, "address mysql://db.example:3306 is not permitted");
}
