//! People for the operations of users and sessions: each comes by an invitation of its own.

use super::places::Place;
use super::world::World;
use crate::support::{Authenticator, text};
use serde_json::{Value, json};

/// The token that stands in the examples of invitations.
pub const INVITATION: &str = "Zf0m3Qy1tWvUe1hQx2yL8aJrN6pBsC3dGoHi5kTuEwY";

/// The password of the examples.
const PASSWORD: &str = "correct horse battery";

/// Who signs in, in the examples.
const MARY: &str = "mary@example.org";

impl World {
    /// Somebody who is invited: their id, and the token.
    pub fn invited(&self, email: &str, role: &str) -> (String, String) {
        let made = self
            .api
            .post("/v1/users", &json!({"email": email, "role": role}));
        let made = made.ok(201);
        let link = text(&made["invitation"]["link"]);
        let (_, token) = link.split_once('#').unwrap();
        (text(&made["id"]), token.to_owned())
    }

    /// An invitation that is open.
    pub fn invitation(&self) -> String {
        self.invited(&self.address(), "agent").1
    }

    /// A user who has not come.
    pub fn user(&self) -> String {
        self.invited(&self.address(), "agent").0
    }

    /// Somebody who came: their id, and their cookie.
    pub fn visitor(&self, email: &str, role: &str) -> (String, String) {
        let (id, token) = self.invited(email, role);
        let body = json!({"token": token, "name": "Mary", "password": PASSWORD});
        let answer = self.anybody.post("/v1/invitation/accept", &body);
        answer.ok(201);
        let set = answer.header("set-cookie").unwrap();
        (id, set.split(';').next().unwrap().to_owned())
    }

    /// Mary with the password of the examples, or nobody of that e-mail.
    fn mary(&self, is_there: bool) {
        let users = self.api.get("/v1/users?limit=1000").ok(200);
        for user in users["items"].as_array().unwrap() {
            if user["email"] == MARY {
                self.api
                    .delete(&format!("/v1/users/{}", text(&user["id"])))
                    .ok(200);
            }
        }
        if is_there {
            self.visitor(MARY, "agent");
        }
    }

    /// The only one who may manage everything.
    pub fn last_admin(&self) -> String {
        self.visitor(&self.address(), "admin").0
    }
}

impl World {
    /// The name under which browsers have passkeys for the server.
    fn local(&self) -> String {
        format!("localhost:{}", self.server.address.port())
    }

    fn asked(&self, headers: &[(&str, String)], target: &str) -> Value {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let body = json!({"password": PASSWORD});
        let asked = self.anybody.json("POST", target, &headers, &body);
        asked.ok(200)["options"].clone()
    }

    /// An authenticator that was asked for a key by somebody: its answer.
    fn enrolment(&self, place: &Place) -> (Authenticator, Value) {
        let mut authenticator = Authenticator::new(&format!("http://{}", self.local()));
        let said = authenticator.create(&self.asked(&place.headers, "/v1/passkeys/begin"));
        (authenticator, said)
    }

    /// An authenticator with a key of somebody's, and the key's id.
    fn passkey(&self, place: &Place) -> (Authenticator, String) {
        let (authenticator, said) = self.enrolment(place);
        let headers: Vec<(&str, &str)> = place
            .headers
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let body = json!({"name": "Phone", "credential": said});
        let made = self.anybody.json("POST", "/v1/passkeys", &headers, &body);
        (authenticator, text(&made.ok(201)["id"]))
    }
}

/// Of users and sessions.
pub fn place(world: &World, operation: &str) -> Place {
    let own = || {
        let (_, cookie) = world.visitor(&world.address(), "agent");
        let place = Place::default().header("cookie", cookie);
        place.header("sec-fetch-site", "same-origin")
    };
    let local = |place: Place| place.header("host", world.local());
    match operation {
        "listPasskeys" => own(),
        "beginPasskey" => local(own()),
        "addPasskey" => {
            let place = local(own());
            let (_, said) = world.enrolment(&place);
            place.member("credential", said)
        }
        "renamePasskey" | "removePasskey" => {
            let place = local(own());
            let (_, id) = world.passkey(&place);
            place.with("id", id)
        }
        "beginPasskeySignIn" => local(Place::default()),
        "signInByPasskey" => {
            let (mut authenticator, _) = world.passkey(&local(own()));
            let place = local(Place::default());
            let asked = world.asked(&place.headers, "/v1/session/passkey/begin");
            place.member("credential", authenticator.get(&asked))
        }
        "getSession" | "updateSession" | "signOut" | "setPassword" | "listSessions" => own(),
        "endSession" => {
            let place = own();
            let headers: Vec<(&str, &str)> = place
                .headers
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            let listed = world
                .anybody
                .send("GET", "/v1/sessions", &headers, "")
                .ok(200);
            let id = text(&listed["items"][0]["id"]);
            place.with("id", id)
        }
        "signIn" => {
            world.mary(true);
            Place::default()
        }
        "createUser" => {
            world.mary(false);
            Place::default()
        }
        "getUser" | "updateUser" | "deleteUser" | "inviteUser" | "endUserSessions"
        | "removeUserPasskeys" => Place::default().with("id", world.user()),
        _ => Place::default().with("db", "1"),
    }
}

/// A body with the token of an invitation that is open, where the example has one.
pub fn with_invitation(body: String, world: &World) -> String {
    match body.contains(INVITATION) {
        true => body.replace(INVITATION, &world.invitation()),
        false => body,
    }
}

/// The body of somebody who doesn't know the password, or has another key.
pub fn guessing(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    for name in ["password", "current"] {
        if body.get(name).is_some() {
            body[name] = json!("wrong horse battery");
        }
    }
    if let Some(signature) = body.pointer_mut("/credential/response/signature") {
        *signature = json!("AAAA");
    }
    body.to_string()
}
