//! One profile's subscription on its way from an old token to a new one. Each step is of the
//! revision that was looked at: a no or a complaint that comes in between is seen, and goes along.

use super::choice::{TRIES, place};
use super::device::Device;
use super::error::Refusal;
use super::shown::revision;
use crate::api::{Api, ApiRequest, Problem, attempt};
use serde_json::{Map, Value, json};

/// What a subscription keeps when its token changes.
const KEPT: [&str; 5] = [
    "priority",
    "cats",
    "left_cats",
    "custom_fields",
    "suspended_until",
];
/// What is said where the new token stays what its owner made of it before.
const STAYS: &str = "The new token was left before, and stays so until its owner subscribes.";

/// A subscription that gets another token.
pub(super) struct Replacement<'a> {
    old: &'a Device,
    new: &'a Device,
    resource: i64,
    database: String,
    id: String,
    profile: Value,
    /// Whether the new one was made here, and not by its owner.
    is_made: bool,
    /// Whether the new one is somebody else's.
    is_left: bool,
    note: Option<String>,
}

impl<'a> Replacement<'a> {
    /// Looks at a profile; nothing where it has no subscription by the old device.
    pub async fn look(
        api: &impl Api,
        resource: i64,
        (old, new): (&'a Device, &'a Device),
        (database, id): (&str, &str),
    ) -> Result<Option<Self>, Refusal> {
        let mut one = Replacement {
            old,
            new,
            resource,
            database: database.to_owned(),
            id: id.to_owned(),
            profile: Value::Null,
            is_made: false,
            is_left: false,
            note: None,
        };
        one.refresh(api).await?;
        let has_old = old.own(&one.profile, resource).is_some();
        Ok(has_old.then_some(one))
    }

    /// Whether it is of a profile.
    pub fn is_of(&self, database: &str, id: &str) -> bool {
        self.database == database && self.id == id
    }

    /// Makes no new one: somebody else has it.
    pub fn leave_the_new(&mut self) {
        self.is_left = true;
    }

    /// Makes the new one as the old one is, unless it is there: then it stands as it stands, but
    /// for a no that was said by the old one since.
    pub async fn carry(&mut self, api: &impl Api) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            let Some(body) = self.missing() else {
                return Ok(());
            };
            match self.put(api, body).await {
                Ok(()) => {}
                Err(problem) if problem.status == 412 => self.refresh(api).await?,
                Err(problem) if stays(&problem) => return self.put_as_it_may_be(api).await,
                Err(problem) => return Err(problem.into()),
            }
        }
        Err(Refusal::later())
    }

    /// Deletes the old one, once the new one is as that is. What is to be known of it.
    pub async fn finish(mut self, api: &impl Api) -> Result<Option<String>, Refusal> {
        for _ in 0..TRIES {
            self.carry(api).await?;
            if self.old.own(&self.profile, self.resource).is_none() {
                return Ok(self.note);
            }
            let mut gone = ApiRequest::delete(self.place());
            for (name, value) in [
                ("resource_id", self.resource.to_string()),
                ("channel", "push".to_owned()),
                ("provider", self.old.provider.clone()),
                ("subscription_id", self.old.token.clone()),
            ] {
                gone = gone.with(name, value);
            }
            match attempt(api, gone.if_match(&revision(&self.profile)?)).await {
                // It may be back already: a no for it came in the meantime.
                Ok(done) => self.profile = done,
                // Another request did the same.
                Err(problem) if problem.is_no_profile() => return Ok(self.note),
                Err(problem) if problem.status == 412 => self.refresh(api).await?,
                Err(problem) => return Err(problem.into()),
            }
        }
        match self.old.own(&self.profile, self.resource) {
            None => Ok(self.note),
            Some(_) => Err(Refusal::later()),
        }
    }

    /// What is to be written of the new one, if it isn't as it should be.
    fn missing(&self) -> Option<Map<String, Value>> {
        let before = self.old.own(&self.profile, self.resource)?;
        let all = carried(before, self.new, self.resource);
        let Some(own) = self.new.own(&self.profile, self.resource) else {
            return (!self.is_left).then_some(all);
        };
        let (is, will_be) = (own["status"].as_str(), all["status"].as_str());
        // Where new subscriptions must be confirmed: this one is not new.
        let is_unasked = is == Some("unconfirmed") && will_be == Some("subscribed");
        let is_nearer = matches!(is, Some("subscribed" | "unconfirmed" | "suspended"));
        let is_no = !matches!(will_be, Some("subscribed" | "unconfirmed")) && is != will_be;
        let is_later = self.is_made || is_said_later(before, own);
        let is_needed = (self.is_made && is_unasked) || (is_later && is_nearer && is_no);
        is_needed.then(|| {
            let told = ["status", "left_by", "left_at", "suspended_until"];
            let mut body = self.new.identity(self.resource);
            body.extend(all.into_iter().filter(|(name, _)| told.contains(&&**name)));
            body
        })
    }

    /// Where the new token was left before, it isn't what the old one is. With `withheld` a
    /// write without a status brings nobody nearer to getting messages.
    async fn put_as_it_may_be(&mut self, api: &impl Api) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            let Some(before) = self.old.own(&self.profile, self.resource) else {
                return Ok(());
            };
            let mut body = carried(before, self.new, self.resource);
            let said = ["status", "left_by", "left_at", "suspended_until", "cats"];
            body.retain(|name, _| !said.contains(&&**name));
            body.insert("withheld".to_owned(), "left_elsewhere".into());
            match self.put(api, body).await {
                Ok(()) => {
                    self.note = Some(STAYS.to_owned());
                    return Ok(());
                }
                Err(problem) if problem.status == 412 => self.refresh(api).await?,
                Err(problem) => return Err(problem.into()),
            }
        }
        Err(Refusal::later())
    }

    async fn put(&mut self, api: &impl Api, body: Map<String, Value>) -> Result<(), Problem> {
        let request = ApiRequest::put(self.place(), Value::Object(body));
        let revision = self.profile["revision"].clone();
        // What others wrote since it was put may be in the answer, but not in its revision: then
        // the next step is refused, and looks again.
        self.profile = attempt(api, request.if_match(&revision)).await?;
        self.is_made = true;
        Ok(())
    }

    async fn refresh(&mut self, api: &impl Api) -> Result<(), Refusal> {
        let request = ApiRequest::get(place(&self.database, &self.id));
        self.profile = match attempt(api, request).await {
            Ok(profile) => profile,
            Err(problem) if problem.is_no_profile() => Value::Null,
            Err(problem) => return Err(problem.into()),
        };
        Ok(())
    }

    fn place(&self) -> String {
        format!("{}/subscriptions", place(&self.database, &self.id))
    }
}

/// Whether what is refused is that somebody comes back who left.
fn stays(problem: &Problem) -> bool {
    let is = |one: &Value| one["code"] == "status_protected" || one["code"] == "category_left";
    let mut errors = problem.body["errors"].as_array().into_iter().flatten();
    is(&problem.body) || errors.any(is)
}

/// Whether the old one says a no of its own that is younger than what the new one says. A bounce
/// says nothing of the new one.
fn is_said_later(before: &Value, new: &Value) -> bool {
    let left = before["left_at"].as_str().or(before["updated_at"].as_str());
    before["status"] != "hardbounced" && left > new["updated_at"].as_str()
}

/// The subscription with another token: with all that was known of it, and no nearer to getting
/// messages. A bounce was the old token's own; the new one has not bounced, and waits for its
/// owner to subscribe.
fn carried(before: &Value, new: &Device, resource: i64) -> Map<String, Value> {
    let mut body = new.identity(resource);
    let mut put = |name: &str, value: &Value| {
        if !value.is_null() {
            body.insert(name.to_owned(), value.clone());
        }
    };
    let is_bounce = before["status"] == "hardbounced";
    match is_bounce {
        true => put("status", &json!("unsubscribed")),
        false => {
            put("status", &before["status"]);
            put("left_by", &before["left_by"]);
            put("left_at", &before["left_at"]);
        }
    }
    for name in KEPT {
        put(name, &before[name]);
    }
    for name in ["date", "ip", "url"] {
        put(name, &before["reg_info"][name]);
    }
    body
}
