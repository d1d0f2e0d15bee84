//! What delivery is set up with: the application's variables.

use roster_model::Code;
use roster_model::schedule::AllowedHosts;
use roster_model::{Email, Invalid};
use roster_outbox::{Endpoint, Format};
use roster_seal::{Keyring, VARIABLE};
use url::Url;

/// The application's variables as they are given; those that are empty are not
/// set.
#[derive(Clone, Copy, Default)]
pub struct Variables<'a> {
    /// Where mail is sent.
    pub mail_url: &'a str,
    /// What is shown there.
    pub mail_secret: &'a str,
    /// In which format; `json` if empty.
    pub mail_format: &'a str,
    /// The sender's address, where a resource has none.
    pub mail_from: &'a str,
    /// The sender's name beside it.
    pub mail_from_name: &'a str,
    /// Where people reach the application.
    pub public_url: &'a str,
    /// Which hosts watchers may have: patterns like those of `import_hosts`.
    pub notify_hosts: &'a str,
    /// What opens the secrets that messages to watchers are signed with.
    pub secrets_key: &'a str,
}

impl std::fmt::Debug for Variables<'_> {
    /// Without the secret, and the URL, which a gateway may have put one in.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Variables")
            .field("mail_format", &self.mail_format)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// What delivery is set up with.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where messages to people go. Without it they wait.
    pub mail: Option<Endpoint>,
    /// The sender's address, where a resource has none; may be empty.
    pub from: String,
    /// The sender's name beside it.
    pub from_name: String,
    /// Where people reach the application, without a slash at the end.
    pub public_url: String,
    /// Which hosts watchers may have.
    pub hosts: AllowedHosts,
    /// What opens their secrets.
    pub keys: Keyring,
}

impl Settings {
    /// Reads the variables. What is wrong with one of them is told, each
    /// complaint at the variable's name, and counts as not set: the rest works.
    ///
    /// Codes: `invalid_format`, `invalid_url`, `required`, `invalid_secret`,
    /// `invalid_email`.
    #[must_use]
    pub fn read(variables: &Variables<'_>) -> (Self, Vec<Invalid>) {
        let mut wrong = Vec::new();
        let mail = endpoint(variables).unwrap_or_else(|complaints| {
            wrong.extend(complaints);
            None
        });
        let from = match variables.mail_from.trim() {
            "" => String::new(),
            given => match Email::parse(given) {
                Ok(email) => email.given().to_owned(),
                Err(invalid) => {
                    wrong.push(invalid.at("mail_from"));
                    String::new()
                }
            },
        };
        let public_url = variables.public_url.trim().trim_end_matches('/');
        let web = |url: &Url| matches!(url.scheme(), "http" | "https");
        if !Url::parse(public_url).is_ok_and(|url| web(&url)) {
            let detail = "This must be the application's address, such as https://news.example.org: without it no link works.";
            wrong.push(Invalid::new(Code::InvalidUrl, detail).at("public_url"));
        }
        let keys = Keyring::parse(variables.secrets_key).unwrap_or_else(|error| {
            let invalid = Invalid::new(Code::InvalidSecret, error.to_string());
            wrong.push(invalid.at(VARIABLE));
            Keyring::default()
        });
        let settings = Settings {
            mail,
            from,
            from_name: variables.mail_from_name.trim().to_owned(),
            public_url: public_url.to_owned(),
            hosts: AllowedHosts::of_variable("notify_hosts", variables.notify_hosts),
            keys,
        };
        (settings, wrong)
    }
}

/// Where mail goes, if anything says so.
fn endpoint(variables: &Variables<'_>) -> Result<Option<Endpoint>, Vec<Invalid>> {
    let (url, secret) = (variables.mail_url.trim(), variables.mail_secret.trim());
    if url.is_empty() && secret.is_empty() {
        return Ok(None);
    }
    let format = match variables.mail_format.trim() {
        "" => Format::Json,
        name => name
            .parse()
            .map_err(|invalid: Invalid| vec![invalid.at("mail_format")])?,
    };
    Endpoint::parse(format, url, Some(secret))
        .map(Some)
        .map_err(|complaints| {
            let named = complaints.into_iter().map(|mut invalid| {
                invalid.pointer = invalid.pointer.replacen('/', "/mail_", 1);
                invalid
            });
            named.collect()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: Variables<'_>) -> (Settings, Vec<(String, &'static str)>) {
        let (settings, wrong) = Settings::read(&variables);
        let codes = wrong.into_iter().map(|i| (i.pointer, i.code.as_str()));
        (settings, codes.collect())
    }

    const PLAIN: Variables<'_> = Variables {
        mail_url: "",
        mail_secret: "",
        mail_format: "json",
        mail_from: "",
        mail_from_name: "",
        public_url: "http://127.0.0.1:3000/",
        notify_hosts: "",
        secrets_key: "",
    };

    #[test]
    fn nothing_set_sends_nothing() {
        let (settings, wrong) = read(PLAIN);
        assert_eq!(wrong, []);
        assert!(settings.mail.is_none());
        assert_eq!(settings.public_url, "http://127.0.0.1:3000");
    }

    #[test]
    fn a_provider_with_its_own_url_needs_a_secret_only() {
        let (settings, wrong) = read(Variables {
            mail_format: "postmark",
            mail_secret: "server-token",
            mail_from: "News@Example.org",
            ..PLAIN
        });
        assert_eq!(wrong, []);
        assert_eq!(settings.mail.unwrap().format(), Format::Postmark);
        assert_eq!(settings.from, "News@Example.org");
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_works() {
        let (settings, wrong) = read(Variables {
            mail_url: "gateway",
            mail_from: "nobody",
            public_url: "news.example.org",
            secrets_key: "short",
            ..PLAIN
        });
        assert!(settings.mail.is_none());
        assert!(settings.keys.is_empty());
        assert_eq!(
            wrong,
            [
                ("/mail_url".to_owned(), "invalid_url"),
                ("/mail_from".to_owned(), "invalid_email"),
                ("/public_url".to_owned(), "invalid_url"),
                ("/secrets_key".to_owned(), "invalid_secret"),
            ]
        );
        let (_, wrong) = read(Variables {
            mail_url: "https://gateway.example.org/",
            mail_format: "pigeon",
            ..PLAIN
        });
        assert_eq!(wrong, [("/mail_format".to_owned(), "invalid_format")]);
    }
}
