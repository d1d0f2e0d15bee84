//! Passkeys: made, used, called something, and gone; and all that makes none and opens nothing.

mod accounts;
mod attacks;

use crate::support::{ADMIN, Answer, Authenticator, Server, State, text};
use crate::users::{OWN, PASSWORD, Visitor};
use serde_json::{Value, json};

/// Where people reach the servers of these tests, as far as they know.
const ORIGIN: &str = "http://localhost:3000";

fn server() -> Server {
    let variables = [("admin_token", ADMIN), ("public_url", ORIGIN)];
    Server::with(&State::new(), &variables)
}

/// `POST /v1/passkeys/begin`
fn begin(visitor: &Visitor) -> Value {
    let body = json!({"password": PASSWORD});
    let asked = visitor.ask("POST", "/v1/passkeys/begin", Some(&body));
    asked.ok(200)["options"].clone()
}

/// `POST /v1/passkeys`
fn add(visitor: &Visitor, name: &str, credential: &Value) -> Answer {
    let body = json!({"name": name, "credential": credential});
    visitor.ask("POST", "/v1/passkeys", Some(&body))
}

/// A passkey of somebody: the authenticator that has it, and its id.
fn enrolled(visitor: &Visitor) -> (Authenticator, String) {
    let mut authenticator = Authenticator::new(ORIGIN);
    let credential = authenticator.create(&begin(visitor));
    let made = add(visitor, "My phone", &credential).ok(201);
    (authenticator, text(&made["id"]))
}

/// `POST /v1/session/passkey/begin`
fn ask(server: &Server) -> Value {
    let asked = server
        .anonymous()
        .send("POST", "/v1/session/passkey/begin", &[OWN], "");
    asked.ok(200)["options"].clone()
}

/// `POST /v1/session/passkey`
fn sign_in(server: &Server, credential: &Value) -> Answer {
    let body = json!({"credential": credential});
    server
        .anonymous()
        .json("POST", "/v1/session/passkey", &[OWN], &body)
}

/// Signs in as somebody does who has the authenticator.
fn open(server: &Server, authenticator: &mut Authenticator) -> Answer {
    let asked = ask(server);
    sign_in(server, &authenticator.get(&asked))
}
