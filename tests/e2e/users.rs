//! People who sign in to the console: invited, signed in, limited by their role, gone.

mod accounts;
mod console;
mod roles;
mod sessions;
mod sign_in;

use crate::support::{Answer, Client, Server, text};
use serde_json::{Value, json};

/// What everybody here chooses.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What browsers send with what a page of ours does.
pub(crate) const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

/// Somebody in a browser: a connection, and the cookie that a session gave them.
pub(crate) struct Visitor {
    client: Client,
    pub(crate) cookie: String,
    pub(crate) id: String,
}

impl Visitor {
    /// Invites somebody as the admin token, and comes by the link.
    pub(crate) fn invited(server: &Server, user: &Value) -> Self {
        let made = server.admin().post("/v1/users", user).ok(201);
        Self::accepting(server, &token_of(&made["invitation"]))
    }

    /// Somebody with a role, for all databases.
    pub(crate) fn of_role(server: &Server, role: &str) -> Self {
        let email = format!("{role}@example.org");
        Self::invited(server, &json!({"email": email, "role": role}))
    }

    /// Comes by an invitation.
    pub(crate) fn accepting(server: &Server, token: &str) -> Self {
        let body = json!({"token": token, "name": "Ann Lee", "password": PASSWORD});
        let answer = server
            .anonymous()
            .json("POST", "/v1/invitation/accept", &[OWN], &body);
        Self::of(server, &answer)
    }

    /// Signs in with the usual password.
    pub(crate) fn signing_in(server: &Server, email: &str) -> Self {
        Self::of(server, &sign_in(server, email, PASSWORD))
    }

    #[track_caller]
    fn of(server: &Server, answer: &Answer) -> Self {
        let session = answer.ok(201);
        let set = answer
            .header("set-cookie")
            .expect("a session sets its cookie");
        Visitor {
            client: server.anonymous(),
            cookie: set.split(';').next().unwrap().to_owned(),
            id: text(&session["user"]["id"]),
        }
    }

    /// A request as a page of ours sends it.
    pub(crate) fn ask(&self, method: &str, target: &str, body: Option<&Value>) -> Answer {
        self.ask_with(method, target, &[OWN], body)
    }

    /// A request with the cookie and these headers.
    pub(crate) fn ask_with(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut all = vec![("cookie", self.cookie.as_str())];
        all.extend(headers);
        match body {
            Some(body) => self.client.json(method, target, &all, body),
            None => self.client.send(method, target, &all, ""),
        }
    }

    /// A request with any text.
    pub(crate) fn ask_raw(&self, method: &str, target: &str, body: &str) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), OWN];
        self.client.send(method, target, &headers, body)
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, None)
    }

    /// Asks who one is, of a session that has ended.
    #[track_caller]
    pub(crate) fn is_out(&self) {
        self.get("/v1/session").problem(401, "unauthorized");
        self.get("/v1/databases").problem(401, "unauthorized");
    }
}

/// `POST /v1/session`
pub(crate) fn sign_in(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    server
        .anonymous()
        .json("POST", "/v1/session", &[OWN], &body)
}

/// What stands behind `#` in the link of an invitation.
#[track_caller]
pub(crate) fn token_of(invitation: &Value) -> String {
    let link = text(&invitation["link"]);
    let (page, token) = link.split_once('#').expect("the secret is in the fragment");
    assert!(page.ends_with("/console/invitation"), "{link}");
    token.to_owned()
}
