//! Quick import: `POST|GET /api/integrations/any/profile_import`, flat parameters in the
//! query or the body, answered by an HTTP status and a line of text.

use crate::api::{Api, ApiRequest, ask};
use crate::body::{self, Body};
use crate::call::{HttpCall, bearer, excerpt, said};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::item;
use crate::members::{id, is_blank, optional_id, optional_text};
use crate::profiles::{notes, start};
use serde_json::{Map, Value, json};

/// Where it is.
pub const QUICK_IMPORT: &str = "/api/integrations/any/profile_import";

/// What is passed over without a word: v1.1 has it beside the data, and it means nothing here.
const PASSED_OVER: [&str; 5] = [
    "format",
    "skip_triggers",
    "detect_geo",
    "skip_invalid_subscriptions",
    "update_only",
];
/// Where things stand that come flat: nobody sent any `data`.
const PLACES: [&str; 2] = ["data.subscriptions[0].", "data."];
/// How many names of no field the text of an answer has.
const NAMES: usize = 5;

/// A quick import as it was sent: nothing of its body is held before it shows who sends it.
#[derive(Debug)]
pub struct QuickCall<'a> {
    body: Body<'a>,
    query: Vec<(String, String)>,
    token: Option<String>,
    /// The page that it was sent from.
    referer: Option<String>,
}

/// What the sender gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickAnswer {
    /// The HTTP status: 200, 400, 403, 404, 409, 429, or 503 where it may be sent again.
    pub status: u16,
    /// The media type: text without any markup.
    pub content_type: &'static str,
    /// `OK`, or a sentence.
    pub body: String,
}

impl QuickAnswer {
    /// What the sender gets where the call goes no further.
    #[must_use]
    pub fn refusal(failure: Failure) -> Self {
        Self::of(Err(failure))
    }

    fn of(outcome: Result<String, Failure>) -> Self {
        let (status, body) = match outcome {
            Ok(text) => (200, text),
            Err(failure) => {
                let status = match failure.error {
                    // A token that isn't there is no good one: the documents know no 401.
                    401 => 403,
                    500 => 503,
                    error => error,
                };
                let text = failure.text;
                let flat = PLACES.iter().find_map(|place| text.strip_prefix(place));
                (status, flat.map(str::to_owned).unwrap_or(text))
            }
        };
        QuickAnswer {
            status,
            content_type: "text/plain; charset=utf-8",
            body,
        }
    }
}

impl<'a> QuickCall<'a> {
    /// Whether a path is that of the quick import, with any number of slashes too many.
    #[must_use]
    pub fn is_at(path: &str) -> bool {
        let own = QUICK_IMPORT.split('/').filter(|part| !part.is_empty());
        let given = path.split('/').filter(|part| !part.is_empty());
        given.eq(own)
    }

    /// Looks at a call; `referer` is the header `Referer`, empty where there is none.
    ///
    /// # Errors
    /// What the sender gets where the body is nothing that could be read.
    pub fn open(http: HttpCall<'a>, referer: &str) -> Result<Self, QuickAnswer> {
        if !matches!(http.verb, "GET" | "POST") {
            return Err(QuickAnswer::refusal(Failure::wrong(
                "Send it by POST or GET.",
            )));
        }
        let body = Body::open(http.body, http.content_type).map_err(QuickAnswer::refusal)?;
        let query = body::read_pairs(http.query).map_err(QuickAnswer::refusal)?;
        let of_query = || {
            let mut found = query.iter().filter(|(name, _)| name == "token");
            found.find_map(|(_, text)| said(text))
        };
        let token = body.text("token").or_else(|| bearer(http.authorization));
        Ok(QuickCall {
            token: token.or_else(of_query),
            body,
            query,
            referer: Some(referer.trim().to_owned()).filter(|url| is_web_url(url)),
        })
    }

    /// The token, wherever it stands.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }
}

/// Whether a header is worth keeping: a page of the web, not too long for a value.
fn is_web_url(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && text.len() <= 2_000 && !text.chars().any(char::is_control)
}

/// Answers a quick import.
pub async fn quick_import(api: &impl Api, call: QuickCall<'_>) -> QuickAnswer {
    QuickAnswer::of(imported(api, call).await)
}

async fn imported(api: &impl Api, call: QuickCall<'_>) -> Result<String, Failure> {
    let is_xml = call.body.is_xml();
    let (mut members, _) = call.body.read(false)?;
    for (name, value) in body::collected(call.query) {
        members.entry(name).or_insert(value);
    }
    members.remove("token");
    let database = id(&members, "db_id")?;
    let resource = optional_id(&members, "resource_id")?;
    let mode = optional_text(&members, "matching")?;
    let fields = Fields::current(api, &database).await?;
    let mut body = start(&members)?;
    for name in [
        "db_id",
        "resource_id",
        "matching",
        "trigger_id",
        "workflow_id",
    ] {
        if fields.kind(name).is_none() {
            members.remove(name);
        }
    }
    let contacts = Contacts::take(&mut members, &fields);
    let (mut data, foreign) = own(members, &fields, is_xml);
    body.insert("mode".to_owned(), "import".into());
    let by = contacts.matching(mode.as_deref(), &fields, &mut data, &mut body)?;
    if data.is_empty() && contacts.is_empty() {
        let text = "Send at least one field of the database beside token and db_id.";
        return Err(Failure::wrong(text));
    }
    if let Some(resource) = resource {
        let (subscription, consent) = contacts.subscription(resource, by, &data, &call.referer)?;
        data.insert("subscriptions".to_owned(), json!([subscription]));
        body.insert("consent".to_owned(), consent);
    }
    if let Some(url) = call.referer.filter(|_| fields.kind("_regurl").is_some()) {
        data.entry("_regurl").or_insert(url.into());
    }
    body.insert("data".to_owned(), Value::Object(data));
    let path = format!("/v1/databases/{database}/profiles");
    let written = ask(api, ApiRequest::post(path, Value::Object(body))).await?;
    let mut all = notes(&written);
    all.extend(foreign);
    Ok(match all.is_empty() {
        true => "OK".to_owned(),
        false => format!("OK, but not all of it: {}", all.join(" ")),
    })
}

/// The parameters that are fields of the database, and a sentence about the others.
fn own(
    mut members: Map<String, Value>,
    fields: &Fields,
    is_xml: bool,
) -> (Map<String, Value>, Option<String>) {
    members.retain(|name, _| fields.kind(name).is_some() || !PASSED_OVER.contains(&name.as_str()));
    let (mut data, _) = item::data(members, fields, is_xml);
    let mut foreign = Vec::new();
    data.retain(|name, _| {
        // Subscriptions come by `resource_id` alone here.
        let is_field = name == "_status" || fields.kind(name).is_some();
        if !is_field && foreign.len() < NAMES {
            foreign.push(excerpt(name));
        }
        is_field
    });
    let names = (!foreign.is_empty()).then(|| foreign.join(", "));
    let told = names.map(|names| format!("The database has no field {names}."));
    (data, told)
}

/// How a profile is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MatchKind {
    Email,
    Phone,
    Field,
}

/// The contacts of the request.
#[derive(Debug, Default)]
struct Contacts {
    email: Option<Value>,
    phone: Option<Value>,
}

impl Contacts {
    fn take(members: &mut Map<String, Value>, fields: &Fields) -> Self {
        let mut take = |name: &str| members.remove(name).filter(|value| !is_blank(value));
        let email = take("email").filter(|email| item::localhost(email).is_none());
        let phone = match fields.kind("phone") {
            // A field of the database's own that has this name.
            Some(_) => None,
            None => take("phone").map(|phone| fields.phone(phone)),
        };
        Contacts { email, phone }
    }

    const fn is_empty(&self) -> bool {
        self.email.is_none() && self.phone.is_none()
    }

    /// Puts who is meant beside the data, and the contacts that don't say so into it: a phone
    /// is added to those that are there.
    fn matching(
        &self,
        mode: Option<&str>,
        fields: &Fields,
        data: &mut Map<String, Value>,
        body: &mut Map<String, Value>,
    ) -> Result<MatchKind, Failure> {
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        let by = match mode.unwrap_or("email") {
            mode @ ("email" | "email_profile") => {
                put("matching", mode.into());
                let email = self.email.clone();
                put("email", email.ok_or_else(|| Failure::missing("email"))?);
                MatchKind::Email
            }
            "phone" => {
                put("matching", "phone".into());
                match self.phone.clone() {
                    Some(phone) => put("phone", phone),
                    None if data.contains_key("phones") => None,
                    None => return Err(Failure::missing("phone")),
                };
                MatchKind::Phone
            }
            name if fields.kind(name).is_none() => {
                let text = "it is email, email_profile, phone or the name of a field.";
                return Err(Failure::member("matching", text));
            }
            name => {
                put("matching", "custom".into());
                put("field_name", name.into());
                if !data.contains_key(name) {
                    return Err(Failure::missing(name));
                }
                MatchKind::Field
            }
        };
        if let Some(email) = self.email.clone().filter(|_| by != MatchKind::Email) {
            data.insert("email".to_owned(), email);
        }
        if let Some(phone) = self.phone.clone().filter(|_| by != MatchKind::Phone) {
            data.entry("phones")
                .or_insert_with(|| json!({"action": "add", "value": [phone]}));
        }
        Ok(by)
    }

    /// The subscription of the contact by which the profile is matched, else of the one that
    /// is there, and what history keeps of the act. No status is said: a new one is as the
    /// resource has it, also where it asks for a confirmation, and who left stays so.
    fn subscription(
        &self,
        resource: String,
        by: MatchKind,
        data: &Map<String, Value>,
        referer: &Option<String>,
    ) -> Result<(Value, Value), Failure> {
        let email = self.email.as_ref().map(|email| ("email", "email", email));
        let first = match data.get("phones") {
            Some(Value::Array(phones)) => phones.first(),
            _ => None,
        };
        let phone = self.phone.as_ref().or(first);
        let phone = phone.map(|phone| ("sms", "phone", phone));
        let contact = match by {
            MatchKind::Phone => phone.or(email),
            MatchKind::Email | MatchKind::Field => email.or(phone),
        };
        let (channel, member, contact) = contact.ok_or_else(|| {
            let text = "there is no email or phone to be subscribed.";
            Failure::member("resource_id", text)
        })?;
        let mut consent = json!({"act": "quick_import"});
        if let Some(ip) = data.get("_regip").filter(|ip| ip.is_string()) {
            consent["ip"] = ip.clone();
        }
        let page = data.get("_regurl").and_then(Value::as_str);
        if let Some(page) = page.or(referer.as_deref()).filter(|url| is_web_url(url)) {
            consent["url"] = page.into();
        }
        let subscription = json!({"resource_id": resource, "channel": channel, member: contact});
        Ok((subscription, consent))
    }
}
