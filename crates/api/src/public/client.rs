//! Who is on the other side of a public page, as far as that can be known.

use http::HeaderMap;
use http::header;
use roster_http::{Call, Problem, variable};
use serde_json::{Map, Value, json};
use std::net::{IpAddr, SocketAddr};

/// The longest user agent that is kept, in characters.
const AGENT_CHARS: usize = 500;

/// Somebody's browser, or a mail program.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The address it comes from, without a port.
    pub ip: Option<String>,
    /// What it calls itself.
    pub user_agent: Option<String>,
}

impl Client {
    /// The client of a request. Its address is what the host says, or, where the
    /// variable `client_ip_header` names a header that a proxy in front sets, the
    /// last address in that.
    pub async fn of(call: &Call) -> Result<Self, Problem> {
        let named = variable("client_ip_header").await?;
        let named = named.trim();
        let ip = if named.is_empty() {
            // The host adds its own after what a client may have sent.
            let last = call.headers.get_all("spin-client-addr").iter().next_back();
            let address = last.and_then(|value| value.to_str().ok());
            address.and_then(address_of)
        } else {
            let last = call.headers.get_all(named).iter().next_back();
            let list = last.and_then(|value| value.to_str().ok());
            list.and_then(|list| address_of(list.rsplit(',').next()?))
        };
        let agent = text(&call.headers, header::USER_AGENT.as_str());
        Ok(Client {
            ip: ip.map(|ip| ip.to_string()),
            user_agent: agent.map(|agent| agent.chars().take(AGENT_CHARS).collect()),
        })
    }

    /// What history keeps of an act of theirs.
    pub fn consent(&self, act: &str, url: &str, wording: Option<&str>) -> Map<String, Value> {
        let consent = json!({
            "act": act,
            "ip": self.ip,
            "user_agent": self.user_agent,
            "url": url,
            "wording": wording,
        });
        Map::from_iter([("consent".to_owned(), consent)])
    }
}

fn address_of(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = text.parse::<SocketAddr>().map(|address| address.ip());
    with_port.or_else(|_| text.parse()).ok()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_a_port() {
        let read = |text| address_of(text).map(|ip| ip.to_string());
        assert_eq!(read("192.0.2.7:50123").as_deref(), Some("192.0.2.7"));
        assert_eq!(read("[2001:db8::1]:80").as_deref(), Some("2001:db8::1"));
        assert_eq!(read(" 192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(read("unknown"), None);
    }
}
