//! What a request says of the act itself: that those who left agreed again, and
//! what proves consent. History keeps it.

use super::subscribe::{no_reason, reason};
use crate::Code;
use crate::contact::present;
use crate::error::{Invalid, valid};
use crate::ip;
use crate::readers::{clean_lines, flag, text_of};
use crate::resource::MAX_URL_CHARS;
use crate::text::clean;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The members that say it.
pub(crate) const ACT_MEMBERS: [&str; 3] = ["resubscribe", "reason", "consent"];

/// The longest wording of a consent, in characters.
const MAX_WORDING_CHARS: usize = 5000;
/// The longest user agent or name of an act that is kept, in characters.
const MAX_AGENT_CHARS: usize = 500;

/// What was said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Act {
    pub resubscribe: bool,
    pub about: Option<Arc<Value>>,
}

impl Act {
    /// Reads `resubscribe`, `reason` and `consent: {act, ip, user_agent, url,
    /// wording}`; `null` counts as absent.
    pub fn parse(members: &Map<String, Value>) -> Result<Self, Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut about = Map::new();
        let mut resubscribe = false;
        if let Some(given) = present(members, "resubscribe") {
            match flag(given) {
                Ok(yes) => resubscribe = yes,
                Err(invalid) => wrong.push(invalid.at("resubscribe")),
            }
        }
        match present(members, "reason").map(reason) {
            Some(Ok(Some(reason))) => {
                about.insert("reason".to_owned(), reason.into());
            }
            Some(Err(invalid)) => wrong.push(invalid.at("reason")),
            Some(Ok(None)) | None if resubscribe => wrong.push(no_reason()),
            Some(Ok(None)) | None => {}
        }
        if resubscribe {
            about.insert("resubscribe".to_owned(), true.into());
        }
        if let Some(given) = present(members, "consent") {
            match consent(given) {
                Ok(consent) => {
                    about.insert("consent".to_owned(), Value::Object(consent));
                }
                Err(all) => wrong.extend(all.into_iter().map(|one| one.at("consent"))),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let about = (!about.is_empty()).then(|| Arc::new(Value::Object(about)));
        Ok(Act { resubscribe, about })
    }
}

fn consent(given: &Value) -> Result<Map<String, Value>, Vec<Invalid>> {
    let Some(members) = given.as_object() else {
        let detail = "This must be an object with act, ip, user_agent, url, wording.";
        return Err(vec![Invalid::new(Code::WrongType, detail)]);
    };
    let mut kept = Map::new();
    let mut wrong = Vec::new();
    for (name, given) in members.iter().filter(|(_, given)| !given.is_null()) {
        let text = || text_of(given);
        let read = match name.as_str() {
            "ip" => text().and_then(ip::parse_ip),
            "url" => text().and_then(|text| clean(text.trim(), MAX_URL_CHARS)),
            "wording" => text().and_then(|text| clean_lines(text, MAX_WORDING_CHARS)),
            "act" | "user_agent" => text().and_then(|text| clean(text.trim(), MAX_AGENT_CHARS)),
            _ => {
                let detail = "A consent has act, ip, user_agent, url and wording only.";
                Err(Invalid::new(Code::UnknownMember, detail))
            }
        };
        match read {
            Ok(text) => {
                kept.insert(name.clone(), text.into());
            }
            Err(invalid) => wrong.push(invalid.at(name)),
        }
    }
    valid(kept, wrong)
}
