//! Whom a request is about: whom the JWT says, or with the token of a resource whose device it
//! is. What the body of an event says of a person is anybody's word, and counts for nothing.

use super::device::Device;
use super::error::Refusal;
use super::holders;
use super::http::AppContext;
use crate::api::{Api, Problem};
use crate::reference::{Reference, look};
use serde_json::{Map, Value, json};

/// A person by whom they are matched, in one database.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub database: String,
    pub reference: Reference,
}

impl Person {
    /// All whom a request may be about, the likeliest first: with the token of a resource that
    /// serves several databases the device may be in any of them.
    fn all(app: &AppContext, device: Option<&Device>) -> Result<Vec<Self>, Refusal> {
        let reference = match &app.person {
            Some(claim) => of_claim(claim)?,
            None => {
                let device = device.ok_or_else(|| {
                    let text = "it must be named, and provider too: this token says no more than which resource.";
                    Refusal::member("subscription_id", text)
                })?;
                of_device(device, app.resource)?
            }
        };
        let person = |database: &i64| Person {
            database: database.to_string(),
            reference: reference.clone(),
        };
        Ok(app.databases.iter().map(person).collect())
    }

    /// Who is meant, and their profile if they have one.
    pub async fn find(
        api: &impl Api,
        app: &AppContext,
        device: Option<&Device>,
    ) -> Result<(Self, Option<Value>), Refusal> {
        let all = Self::all(app, device)?;
        for person in &all {
            match look(api, &person.database, &person.reference).await {
                Ok(profile) => return Ok((person.clone(), Some(profile))),
                Err(problem) if is_nobody(&problem) => {}
                Err(problem) => return Err(problem.into()),
            }
        }
        first(all).map(|person| (person, None))
    }

    /// Who is meant by a write, which looks for itself where there is one place to look.
    pub async fn of_write(
        api: &impl Api,
        app: &AppContext,
        device: Option<&Device>,
    ) -> Result<Self, Refusal> {
        let all = Self::all(app, device)?;
        let is_plain = |person: &Person| person.reference.legacy().is_none();
        if all.len() == 1 && all.iter().all(is_plain) {
            return first(all);
        }
        let (person, profile) = Self::find(api, app, device).await?;
        match profile {
            // By its own id, where the claim has the one from before.
            Some(profile) if !is_plain(&person) => Ok(Person {
                reference: Reference::of_id(profile["id"].as_str().unwrap_or_default()),
                ..person
            }),
            _ => Ok(person),
        }
    }
}

impl Person {
    /// All whom a no is about: with the token of a resource everybody who has the device, in any
    /// of its databases, each by their id; where nobody has it, the one that a write makes.
    pub async fn everyone(
        api: &impl Api,
        app: &AppContext,
        device: &Device,
    ) -> Result<Vec<Self>, Refusal> {
        let mut all = Vec::new();
        if app.person.is_none() {
            for database in app.databases.iter().map(i64::to_string) {
                for id in holders::ids(api, &database, device, app.resource).await? {
                    all.push(Person {
                        database: database.clone(),
                        reference: Reference::of_id(&id),
                    });
                }
            }
        }
        match all.is_empty() {
            false => Ok(all),
            true if app.person.is_none() => Ok(vec![first(Self::all(app, Some(device))?)?]),
            true => Ok(vec![Self::of_write(api, app, Some(device)).await?]),
        }
    }
}

fn first(all: Vec<Person>) -> Result<Person, Refusal> {
    let none = || Refusal::new(403, "The token is for no database.");
    all.into_iter().next().ok_or_else(none)
}

/// Whether a look-up says that there is nobody.
fn is_nobody(problem: &Problem) -> bool {
    problem.is_no_profile()
}

/// Nobody is known by what the token or the device says.
pub(super) fn nobody() -> Refusal {
    Refusal::new(404, "There is no such profile.")
}

fn of_claim(claim: &Map<String, Value>) -> Result<Reference, Refusal> {
    let wrong = |text: String| Refusal::new(401, format!("The claim matching: {text}"));
    let read = Reference::read(claim).map_err(|failure| wrong(failure.text))?;
    let reference = read.existing();
    match reference.has_value() {
        true => Ok(reference),
        false => Err(wrong("it has no value to match by.".to_owned())),
    }
}

fn of_device(device: &Device, resource: i64) -> Result<Reference, Refusal> {
    let members = json!({
        "matching": "push_sub",
        "resource_id": resource,
        "provider": device.provider,
        "subscription_id": device.token,
    });
    match members {
        Value::Object(members) => Ok(Reference::read(&members)?),
        _ => Err(Refusal::later()),
    }
}
