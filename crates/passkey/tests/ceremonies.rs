//! Keys are made and used as browsers do it, and everything else is refused.

#[path = "../../../tests/e2e/support/authenticator.rs"]
mod authenticator;

use authenticator::{Authenticator, PRESENT, text};
use proptest::prelude::*;
use roster_passkey::{
    Assertion, Enrolment, KnownKey, Owner, Passkey, Question, Refusal, RelyingSite, StoredKey,
};
use serde_json::{Value, json};

const ORIGIN: &str = "https://crm.example.org";
const HANDLE: [u8; 16] = *b"someone's handle";

fn site() -> RelyingSite {
    RelyingSite::of(ORIGIN, None).unwrap()
}

fn owner() -> Owner<'static> {
    Owner {
        handle: HANDLE,
        email: "mary@example.org",
        name: "Mary Adeyemi",
    }
}

fn question() -> Question {
    Question::enrolment(&site(), &owner(), Vec::new()).unwrap()
}

fn made(asked: &Question, said: &Value) -> Result<Passkey, Refusal> {
    let said = Enrolment::read(&said.to_string())?;
    assert_eq!(said.challenge(), asked.challenge);
    said.check(&site(), &asked.state)
}

/// A key that was just made, with what is stored of it.
fn enrolled() -> (Authenticator, StoredKey) {
    let mut authenticator = Authenticator::new(ORIGIN);
    let asked = question();
    let made = made(&asked, &authenticator.create(&asked.options)).unwrap();
    assert_eq!(made.credential, authenticator.credential);
    let stored = StoredKey {
        handle: HANDLE,
        key: made.key,
        state: made.state,
    };
    (authenticator, stored)
}

/// The state after signing in, by an authenticator that was changed in some way.
fn signed_in(
    authenticator: &mut Authenticator,
    stored: &StoredKey,
    change: impl FnOnce(&mut Authenticator, &mut Value),
) -> Result<[u8; 7], Refusal> {
    let mut asked = Question::assertion(&site()).unwrap();
    change(authenticator, &mut asked.options);
    let said = Assertion::read(&authenticator.get(&asked.options).to_string())?;
    said.check(&site(), &asked.state, stored)
}

#[track_caller]
fn is_refused<T: std::fmt::Debug>(answer: Result<T, Refusal>) {
    assert!(matches!(answer, Err(Refusal::Answer(_))), "{answer:?}");
}

#[test]
fn what_a_browser_is_asked_is_what_the_standard_has() {
    let known = KnownKey {
        credential: vec![7; 16],
        transports: 0,
    };
    let asked = Question::enrolment(&site(), &owner(), vec![known]).unwrap();
    let options = &asked.options;
    assert_eq!(options["rp"]["id"], "crm.example.org");
    let user = json!({
        "id": text(&HANDLE), "name": "mary@example.org", "displayName": "Mary Adeyemi"
    });
    assert_eq!(options["user"], user);
    let algorithms = options["pubKeyCredParams"].as_array().unwrap();
    let algorithms: Vec<_> = algorithms.iter().map(|one| one["alg"].clone()).collect();
    assert_eq!(algorithms, [-8, -7, -257]);
    assert_eq!(options["excludeCredentials"][0]["id"], text(&[7; 16]));
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["timeout"], 300_000);
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["userVerification"], "required");

    let asked = Question::assertion(&site()).unwrap();
    assert_eq!(asked.options["rpId"], "crm.example.org");
    assert_eq!(asked.options["userVerification"], "required");
    // Nothing says who has a key.
    let allowed = asked.options["allowCredentials"].as_array();
    assert!(allowed.is_none_or(Vec::is_empty), "{:?}", asked.options);
    let another = Question::assertion(&site()).unwrap();
    assert_ne!(asked.challenge, another.challenge);
}

#[test]
fn a_key_opens_and_its_counter_grows() {
    let (mut authenticator, mut stored) = enrolled();
    for _ in 0..3 {
        let after = signed_in(&mut authenticator, &stored, |_, _| ()).unwrap();
        assert_ne!(after, stored.state);
        stored.state = after;
    }
    // The copy of a key is noticed by the one that is used later.
    let count = authenticator.counter;
    for behind in [count, count - 1, 1] {
        let back = |one: &mut Authenticator, _: &mut Value| one.counter = behind - 1;
        is_refused(signed_in(&mut authenticator.clone(), &stored, back));
    }
    let gone = |one: &mut Authenticator, _: &mut Value| one.counter = 0;
    is_refused(signed_in(&mut authenticator, &stored, gone));
}

#[test]
fn a_key_that_does_not_count_is_fine() {
    let mut authenticator = Authenticator::new(ORIGIN);
    authenticator.counter = 0;
    let asked = question();
    let made = made(&asked, &authenticator.create(&asked.options)).unwrap();
    let stored = StoredKey {
        handle: HANDLE,
        key: made.key,
        state: made.state,
    };
    for _ in 0..2 {
        signed_in(&mut authenticator, &stored, |_, _| ()).unwrap();
    }
}

#[test]
fn nothing_else_makes_a_key() {
    for change in [
        (|one| one.origin = "https://evil.example".to_owned()) as fn(&mut Authenticator),
        |one| one.origin = "http://crm.example.org".to_owned(),
        |one| one.origin = "https://crm.example.org:8443".to_owned(),
        |one| one.origin = "https://crm.example.org.evil.example".to_owned(),
        |one| one.origin = "https://sub.crm.example.org".to_owned(),
        |one| one.site = Some("evil.example".to_owned()),
        |one| one.site = Some("example.org".to_owned()),
        |one| one.flags = PRESENT,
        |one| one.flags = 0,
        // Backed up, and not able to be.
        |one| one.flags |= 0x10,
        |one| one.credential = vec![1; 15],
        |one| one.credential = vec![1; 1024],
    ] {
        let mut authenticator = Authenticator::new(ORIGIN);
        change(&mut authenticator);
        let asked = question();
        is_refused(made(&asked, &authenticator.create(&asked.options)));
    }
    // The answer to another question.
    let mut authenticator = Authenticator::new(ORIGIN);
    let (asked, other) = (question(), question());
    let said = authenticator.create(&asked.options);
    let said = Enrolment::read(&said.to_string()).unwrap();
    is_refused(said.check(&site(), &other.state));
    // What signs in makes no key.
    let get = authenticator.get(&Question::assertion(&site()).unwrap().options);
    is_refused(Enrolment::read(&get.to_string()));
}

#[test]
fn nothing_else_opens() {
    let (authenticator, stored) = enrolled();
    for change in [
        (|one| one.origin = "https://evil.example".to_owned()) as fn(&mut Authenticator),
        |one| one.origin = "http://crm.example.org".to_owned(),
        |one| one.site = Some("evil.example".to_owned()),
        |one| one.flags = PRESENT,
        |one| one.flags = 0,
        |one| one.handle = b"another's handle".to_vec(),
        |one| one.handle = Vec::new(),
        |one| one.handle = vec![7; 64],
        |one| one.challenge = Some(text(&[7; 16])),
        |one| one.challenge = Some(String::new()),
    ] {
        let change = |one: &mut Authenticator, _: &mut Value| change(one);
        is_refused(signed_in(&mut authenticator.clone(), &stored, change));
    }
    // Another key, and another's.
    let (mut other, others) = enrolled();
    other.credential.clone_from(&authenticator.credential);
    is_refused(signed_in(&mut other, &stored, |_, _| ()));
    is_refused(signed_in(&mut authenticator.clone(), &others, |_, _| ()));
    // Another site of ours.
    let elsewhere = RelyingSite::of("https://other.example.org", None).unwrap();
    let asked = Question::assertion(&elsewhere).unwrap();
    let said = authenticator.clone().get(&asked.options).to_string();
    let said = Assertion::read(&said).unwrap();
    is_refused(said.check(&elsewhere, &asked.state, &stored));
}

#[test]
fn what_was_stored_and_is_broken_is_our_fault() {
    let (mut authenticator, stored) = enrolled();
    for (key, state) in [
        (Vec::new(), stored.state),
        (vec![9; 40], stored.state),
        (stored.key.clone(), [9; 7]),
    ] {
        let broken = StoredKey {
            key,
            state,
            ..stored.clone()
        };
        let answer = signed_in(&mut authenticator, &broken, |_, _| ());
        assert!(matches!(answer, Err(Refusal::Stored(_))), "{answer:?}");
    }
    let asked = question();
    let said = authenticator.create(&asked.options).to_string();
    let said = Enrolment::read(&said).unwrap();
    let answer = said.check(&site(), b"odd");
    assert!(matches!(answer, Err(Refusal::Stored(_))), "{answer:?}");
}

/// A member of an answer, with its bytes cut, longer, or one of them another.
fn broken(mut said: Value, member: &str, place: usize, byte: u8, how: u8) -> Value {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let value = &mut said["response"][member];
    let mut bytes = engine.decode(value.as_str().unwrap()).unwrap();
    let place = place % bytes.len();
    match how % 4 {
        0 => bytes[place] = byte,
        1 => bytes.truncate(place),
        2 => bytes.insert(place, byte),
        _ => bytes.extend(std::iter::repeat_n(byte, place)),
    }
    *value = text(&bytes).into();
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever is sent, it is refused or taken, and nothing stops.
    #[test]
    fn garbage_is_refused(
        place: usize, byte: u8, how: u8, member in 0..5_usize, junk in ".{0,60}"
    ) {
        let (mut authenticator, stored) = {
            thread_local!(static KNOWN: (Authenticator, StoredKey) = enrolled());
            KNOWN.with(Clone::clone)
        };
        let asked = question();
        let create = authenticator.create(&asked.options);
        let create = broken(create, ["clientDataJSON", "attestationObject"][member % 2], place, byte, how);
        if let Ok(said) = Enrolment::read(&create.to_string()) {
            let _ = said.check(&site(), &asked.state);
        }
        let asked = Question::assertion(&site()).unwrap();
        let member = ["clientDataJSON", "authenticatorData", "signature", "userHandle"][member % 4];
        let right = authenticator.get(&asked.options);
        let wrong = broken(right.clone(), member, place, byte, how);
        if wrong != right && let Ok(said) = Assertion::read(&wrong.to_string()) {
            prop_assert!(said.check(&site(), &asked.state, &stored).is_err());
        }
        let _ = Enrolment::read(&junk);
        let _ = Assertion::read(&junk);
        let mut odd = right;
        odd["response"][member] = junk.into();
        let _ = Assertion::read(&odd.to_string());
    }
}
