//! `POST /v1/hooks/{id}/test`

use super::found;
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::read::{Members, any};
use roster_receive::{WebhookRequest, dry_run, read};
use serde_json::{Map, Value};

/// Tells what a delivery with this payload would do, whatever its signature.
/// Nothing is written. A payload that is a text is a body as it is sent, any other
/// is JSON. Needs `profiles:read` too, since it tells what profiles are like.
#[route(
    post, "/v1/hooks/{id}/test", HooksRead, id = "testHook",
    body = crate::hooks::openapi::HookTest,
    answer = roster_receive::DryRunResult,
)]
pub(crate) async fn test(call: Call) -> Result<Reply, Problem> {
    call.caller.require(Scope::ProfilesRead)?;
    let body: Value = call.json()?;
    let received = received(&body)?;
    let (hook, settings) = found(call.pool, &call).await?;
    let known = call.definitions(hook.database).await?;
    let read = read(&settings, &received, None, call.now, &known.schema());
    Ok(Reply::ok(&dry_run(&call, &hook, read).await?))
}

/// The delivery that the body describes.
fn received(body: &Value) -> Result<WebhookRequest, Vec<Invalid>> {
    let mut members = Members::of(body)?;
    let payload = members.required("payload", any);
    let content_type = members.optional("content_type", text);
    let headers = members.optional("headers", object);
    let mut all = Vec::new();
    for (name, value) in headers.into_iter().flatten() {
        match text(value) {
            // Said apart, and what is sent in fact.
            Ok(_) if name.eq_ignore_ascii_case("content-type") && content_type.is_some() => {}
            Ok(value) => all.push((name.as_str(), value)),
            Err(invalid) => members.refuse_all(vec![invalid.at(name).at("headers")]),
        }
    }
    members.finish()?;
    all.extend(content_type.map(|value| ("content-type", value)));
    Ok(match payload {
        Some(Value::String(text)) => WebhookRequest::new(all, text.as_bytes()),
        payload => {
            all.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            let text = payload.map(Value::to_string).unwrap_or_default();
            WebhookRequest::new(all, text)
        }
    })
}

fn text(value: &Value) -> Result<&str, Invalid> {
    let text = value.as_str();
    text.ok_or_else(|| Invalid::new(Code::WrongType, "This must be a string."))
}

fn object(value: &Value) -> Result<&Map<String, Value>, Invalid> {
    let object = value.as_object();
    object.ok_or_else(|| Invalid::new(Code::WrongType, "This must be an object of strings."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_a_body_and_anything_else_is_json() {
        let form = json!({
            "payload": "a=1", "content_type": "application/x-www-form-urlencoded",
            "headers": {"X-Topic": "t", "Content-Type": "text/plain"},
        });
        let form = received(&form).unwrap();
        assert_eq!(
            (&form.body[..], form.header("x-topic")),
            (&b"a=1"[..], Some("t"))
        );
        assert_eq!(
            form.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
        let plain = received(&json!({"payload": {"a": 1}, "content_type": "text/csv"})).unwrap();
        assert_eq!(
            (&plain.body[..], plain.header("content-type")),
            (&b"{\"a\":1}"[..], None)
        );
        for (odd, pointer) in [
            (json!({}), "/payload"),
            (
                json!({"payload": 1, "headers": {"a/b": 2}}),
                "/headers/a~1b",
            ),
            (json!({"payload": 1, "more": 2}), "/more"),
        ] {
            assert_eq!(received(&odd).unwrap_err()[0].pointer, pointer);
        }
    }
}
