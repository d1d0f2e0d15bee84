//! Connecting, against servers of a few lines; the rest against a real one.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::{Connection, host::connect};
use crate::{
    bindings::postgres::{Error, HostConnection, HostConnectionBuilder},
    host::{ComponentConfig, State},
    outbound::AllowedHosts,
    tls::{self, Root},
};

mod real;

/// A component that may reach this machine, and no other.
fn component() -> ComponentConfig {
    let allowed = ["postgres://127.0.0.1:*", "postgres://localhost:*"];
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

/// A server that speaks TLS or doesn't, and then knows nobody. Gives its port.
async fn server(tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                let mut asked = [0; 8];
                stream.read_exact(&mut asked).await.unwrap();
                assert_eq!(asked, [0, 0, 0, 8, 4, 210, 22, 47], "it asks for TLS first");
                match tls {
                    None => {
                        // A client that wants TLS hangs up.
                        stream.write_all(b"N").await.unwrap();
                        refuse(stream).await;
                    }
                    Some(tls) => {
                        stream.write_all(b"S").await.unwrap();
                        if let Ok(stream) = tls.accept(stream).await {
                            refuse(stream).await;
                        }
                    }
                }
            });
        }
    });
    port
}

async fn refuse(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let Ok(length) = stream.read_u32().await else {
        return;
    };
    let mut start = vec![0; length as usize - 4];
    stream.read_exact(&mut start).await.unwrap();
    let said = b"SFATAL\0VFATAL\0C28P01\0Mnobody is known\0\0";
    stream.write_u8(b'E').await.unwrap();
    stream.write_u32(4 + said.len() as u32).await.unwrap();
    stream.write_all(said).await.unwrap();
}

#[tokio::test]
async fn a_closed_port_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = format!("postgres://u:secret@127.0.0.1:{port}/d");
    let text = failure(connect(&component(), &address, None).await);
    assert!(text.contains("error connecting to server"), "{text}");
    assert!(text.contains("Connection refused"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_longer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = format!("host=127.0.0.1 port={port} user=u");
    let (component, patience) = (component(), Duration::from_millis(300));
    // As often as there are places: none of them is lost.
    for _ in 0..3 {
        let config = address.parse().unwrap();
        let pools = &component.postgres;
        let connected = pools.connect_within(patience, &address, config, None).await;
        let text = connected.err().unwrap().to_string();
        assert_eq!(text, "connecting took longer than 300ms");
    }
    drop(listener);
    let text = failure(connect(&component, &address, None).await);
    assert!(text.contains("Connection refused"), "{text}");
}

#[tokio::test]
async fn a_certificate_is_by_somebody_known_and_for_that_name() {
    let (acceptor, root) = tls::tests::server();
    let port = server(Some(acceptor)).await;
    let component = component();
    let ask = async |host: &str, root: Option<&Root>| {
        let address = format!("postgres://u@{host}:{port}/d?sslmode=require");
        failure(connect(&component, &address, root.cloned()).await)
    };
    let text = ask("localhost", None).await;
    assert!(text.contains("error performing TLS handshake"), "{text}");
    assert!(text.contains("UnknownIssuer"), "{text}");
    let text = ask("127.0.0.1", Some(&root)).await;
    assert!(text.contains("not valid for name"), "{text}");
    // Now it is the server that says no.
    let text = ask("localhost", Some(&root)).await;
    assert!(text.contains("FATAL: nobody is known"), "{text}");
}

#[tokio::test]
async fn without_tls_there_is_no_connection_unless_that_is_fine() {
    let port = server(None).await;
    let component = component();
    let ask = async |mode: &str| {
        let address = format!("host=localhost port={port} user=u {mode}");
        failure(connect(&component, &address, None).await)
    };
    let text = ask("sslmode=require").await;
    assert!(text.contains("server does not support TLS"), "{text}");
    for mode in ["", "sslmode=prefer"] {
        let text = ask(mode).await;
        assert!(text.contains("FATAL: nobody is known"), "{mode}: {text}");
    }
}

#[tokio::test]
async fn what_is_not_allowed_is_named_without_its_password() {
    let mut state = State::new(Arc::new(component()));
    let address = "postgres://u:secret@db.example:5433/d".to_owned();
    let opened = HostConnection::open(&mut state, address.clone())
        .await
        .unwrap();
    let refusal = "address postgres://db.example:5433 is not permitted";
    assert!(
        matches!(&opened, Err(Error::ConnectionFailed(text)) if text == refusal),
        "{opened:?}"
    );
    // Nor by a builder.
    let builder = HostConnectionBuilder::new(&mut state, address)
        .await
        .unwrap();
    let built = HostConnectionBuilder::build(&mut state, builder)
        .await
        .unwrap();
    assert!(
        matches!(&built, Err(Error::ConnectionFailed(text)) if text == refusal),
        "{built:?}"
    );
}

#[tokio::test]
async fn a_root_is_a_certificate() {
    let mut state = State::new(Arc::new(component()));
    let builder = HostConnectionBuilder::new(&mut state, String::new())
        .await
        .unwrap();
    let set = HostConnectionBuilder::set_ca_root(&mut state, builder, "none".to_owned()).await;
    let set = set.unwrap();
    let text = "invalid root certificate: ";
    assert!(
        matches!(&set, Err(Error::Other(why)) if why.starts_with(text)),
        "{set:?}"
    );
}

#[tokio::test]
async fn an_instance_has_1024_builders_at_most() {
    let mut state = State::new(Arc::new(component()));
    let first = HostConnectionBuilder::new(&mut state, String::new())
        .await
        .unwrap();
    for _ in 1..1024 {
        HostConnectionBuilder::new(&mut state, String::new())
            .await
            .unwrap();
    }
    assert!(
        HostConnectionBuilder::new(&mut state, String::new())
            .await
            .is_err()
    );
    HostConnectionBuilder::drop(&mut state, first)
        .await
        .unwrap();
    assert!(
        HostConnectionBuilder::new(&mut state, String::new())
            .await
            .is_ok()
    );
}
