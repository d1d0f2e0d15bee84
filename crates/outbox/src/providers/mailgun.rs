//! Mailgun:
//! <https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages>.

use super::Body;
use crate::mail::Mail;
use crate::text::{MESSAGE_ID, mailbox};
use url::form_urlencoded::Serializer;

pub(crate) fn mail(mail: &Mail) -> Body {
    let mut form = Serializer::new(String::new());
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            form.append_pair(name, value);
        }
    };
    put("from", &mailbox(&mail.from_name, &mail.from));
    put("to", &mail.to);
    put("subject", &mail.subject);
    put("text", &mail.text);
    put("html", &mail.html);
    put("h:Reply-To", &mail.reply_to);
    for (name, value) in &mail.headers {
        put(&format!("h:{name}"), value);
    }
    put("o:tag", mail.tag.as_deref().unwrap_or_default());
    for (name, value) in &mail.metadata {
        put(&format!("v:{name}"), value);
    }
    put(&format!("v:{MESSAGE_ID}"), &mail.id);
    Body::Form(form.finish())
}
