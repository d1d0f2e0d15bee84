//! An authenticator in software: makes keys of ES256 and signs with them, right or wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Its owner touched it.
pub const PRESENT: u8 = 0x01;
/// Its owner was recognised, or typed a code.
pub const VERIFIED: u8 = 0x04;
/// What it says has a new key in it.
const MADE: u8 = 0x40;

/// A key with the authenticator that has it. What it says follows its fields, so that a test
/// makes it say something else.
#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    pub credential: Vec<u8>,
    /// Whose it is, as it learnt when the key was made.
    pub handle: Vec<u8>,
    /// How often it signed; 0 where it doesn't count.
    pub counter: u32,
    /// What the browser says it is asked from.
    pub origin: String,
    /// For which site it signs; none for the one that asks.
    pub site: Option<String>,
    pub flags: u8,
    /// In place of the challenge that it was given.
    pub challenge: Option<String>,
}

impl Authenticator {
    /// One that nobody has, in a browser that shows pages of this origin.
    pub fn new(origin: &str) -> Self {
        let seed = digest(&random());
        let credential = digest(&seed);
        Authenticator {
            key: SigningKey::from_slice(&seed).unwrap(),
            credential: credential.to_vec(),
            handle: Vec::new(),
            counter: 1,
            origin: origin.to_owned(),
            site: None,
            flags: PRESENT | VERIFIED,
            challenge: None,
        }
    }

    /// `navigator.credentials.create`: its answer as `toJSON` writes it.
    pub fn create(&mut self, options: &Value) -> Value {
        self.handle = bytes(&options["user"]["id"]);
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut data = self.data(&options["rp"]["id"], MADE);
        data.extend([0; 16]);
        let length = u16::try_from(self.credential.len()).unwrap();
        data.extend(length.to_be_bytes());
        data.extend(&self.credential);
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        let length = u16::try_from(data.len()).unwrap();
        if length < 256 {
            *object.last_mut().unwrap() = 0x58;
            object.extend(&length.to_be_bytes()[1..]);
        } else {
            object.extend(length.to_be_bytes());
        }
        object.extend(&data);
        let client = self.client("webauthn.create", &options["challenge"]);
        let response = json!({
            "clientDataJSON": text(client.as_bytes()),
            "attestationObject": text(&object),
            "transports": ["internal"],
        });
        self.answer(response)
    }

    /// `navigator.credentials.get`: its answer as `toJSON` writes it.
    pub fn get(&mut self, options: &Value) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(&options["rpId"], 0);
        let client = self.client("webauthn.get", &options["challenge"]);
        let mut signed = data.clone();
        signed.extend(digest(client.as_bytes()));
        let signature: Signature = self.key.sign(&signed);
        let response = json!({
            "clientDataJSON": text(client.as_bytes()),
            "authenticatorData": text(&data),
            "signature": text(signature.to_der().as_bytes()),
            "userHandle": text(&self.handle),
        });
        self.answer(response)
    }

    fn data(&self, asked: &Value, more: u8) -> Vec<u8> {
        let site = self.site.as_deref().or(asked.as_str()).unwrap();
        let mut data = digest(site.as_bytes()).to_vec();
        data.push(self.flags | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, challenge: &Value) -> String {
        let challenge = self.challenge.as_deref().or(challenge.as_str()).unwrap();
        let origin = &self.origin;
        format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
        )
    }

    fn answer(&self, response: Value) -> Value {
        let id = text(&self.credential);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": response,
            "clientExtensionResults": {},
        })
    }
}

/// Bytes as they stand in the JSON of browsers.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes that no other key here is made of.
fn random() -> Vec<u8> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{} {} {next}", std::process::id(), now.as_nanos()).into_bytes()
}
