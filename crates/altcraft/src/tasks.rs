//! `profiles/get_all`, `suppresses/export` and `tasks/status`: exports, and tasks that are over
//! as they begin.
//! A task's id says what it is, so nothing is kept for it.

use crate::answer::{Outcome, Payload, data};
use crate::api::{Api, ApiRequest, ask, attempt};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::members::{id, number, object, optional_text, text};
use crate::query::condition;
use crate::segments;
use crate::suppresses;
use serde_json::{Value, json};

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Counts a database again.
    Database,
    /// Counts a resource again.
    Resource,
    /// Refreshes a segment.
    Segment,
    /// Exports profiles as CSV.
    Csv,
    /// Exports profiles as JSON, an object a line.
    Json,
    /// Exports what stands on a suppression list: all of it, or of one kind.
    Suppressed(Option<suppresses::Kind>),
}

impl Kind {
    const ALL: [Kind; 9] = [
        Kind::Database,
        Kind::Resource,
        Kind::Segment,
        Kind::Csv,
        Kind::Json,
        Kind::Suppressed(None),
        Kind::Suppressed(Some(suppresses::Kind::Email)),
        Kind::Suppressed(Some(suppresses::Kind::Domain)),
        Kind::Suppressed(Some(suppresses::Kind::Phone)),
    ];

    const fn code(self) -> u64 {
        match self {
            Kind::Database => 1,
            Kind::Resource => 2,
            Kind::Segment => 3,
            Kind::Csv => 0x101,
            Kind::Json => 0x102,
            Kind::Suppressed(None) => 0x200,
            Kind::Suppressed(Some(suppresses::Kind::Email)) => 0x201,
            Kind::Suppressed(Some(suppresses::Kind::Domain)) => 0x202,
            Kind::Suppressed(Some(suppresses::Kind::Phone)) => 0x203,
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Kind::Json => "json",
            _ => "csv",
        }
    }
}

/// A task, by what its id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    pub kind: Kind,
    /// The database of an export.
    pub database: u64,
    pub id: u64,
}

impl Task {
    fn uuid(self) -> String {
        let (database, kind, id) = (self.database, self.kind.code(), self.id);
        format!("{database:08x}-0000-4000-8{kind:03x}-{id:012x}")
    }

    /// Reads an id, with or without what stands before it.
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix("task_").unwrap_or(text);
        let parts: Vec<&str> = text.split('-').collect();
        let hex = |text: &str| u64::from_str_radix(text, 16).ok();
        match parts.as_slice() {
            [database, "0000", "4000", kind, id] => {
                let code = hex(kind.strip_prefix('8')?)?;
                let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code)?;
                let (database, id) = (hex(database)?, hex(id)?);
                let task = Task { kind, database, id };
                (task.uuid() == text).then_some(task)
            }
            _ => None,
        }
    }

    pub fn answer(self) -> Payload {
        data(json!({"task_id": format!("task_{}", self.uuid())}))
    }
}

/// A task that is over as it begins: what it would do is always done.
pub(crate) fn done(kind: Kind, id: &str) -> Payload {
    let id = id.parse().unwrap_or_default();
    Task {
        kind,
        database: 0,
        id,
    }
    .answer()
}

/// Where `/v1` has the file that a path of a download names:
/// `/api/download/data/<uuid>/<name>`, or without `data`; with `suppress` in its place for what
/// stands on a suppression list, hashed where the name ends in `.md5.zip`. It may have a query.
#[must_use]
pub fn download(path: &str) -> Option<String> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let begins = parts.next() == Some("api") && parts.next() == Some("download");
    let first = parts.next().filter(|_| begins)?;
    let uuid = match first {
        "data" | "suppress" => parts.next()?,
        uuid => uuid,
    };
    let task = Task::parse(uuid)?;
    let (database, id) = (task.database, task.id);
    match task.kind {
        Kind::Csv | Kind::Json => Some(format!("/v1/databases/{database}/exports/{id}/file")),
        Kind::Suppressed(kind) => {
            let hashed = parts.next().is_some_and(|name| name.ends_with(".md5.zip"));
            let hashed = if hashed { "&hashed=md5" } else { "" };
            let kind = kind.map(|kind| format!("&type={}", kind.as_str()));
            let kind = kind.unwrap_or_default();
            Some(format!(
                "/v1/suppressions/{id}/export?format=zip{hashed}{kind}"
            ))
        }
        Kind::Database | Kind::Resource | Kind::Segment => None,
    }
}

/// `suppresses/export`: the file is made when it is fetched, so there is nothing to wait for.
pub(crate) async fn export_suppressed(api: &impl Api, call: AltCall) -> Outcome {
    let list = id(&call.members, "id")?;
    let kind = match optional_text(&call.members, "type")?.as_deref() {
        None | Some("all") => None,
        Some("emails") => Some(suppresses::Kind::Email),
        Some("domains") => Some(suppresses::Kind::Domain),
        Some("phones") => Some(suppresses::Kind::Phone),
        Some(_) => {
            let text = "it is emails, phones, domains or all.";
            return Err(Failure::member("type", text));
        }
    };
    // Whether there is such a list, and the caller may know what stands on it.
    let entries = ApiRequest::get(format!("/v1/suppressions/{list}/entries"));
    ask(api, entries.with("limit", "1")).await?;
    Ok(done(Kind::Suppressed(kind), &list))
}

/// Where both files of what stands on a list are, and how much that is.
async fn suppressed(api: &impl Api, task: Task, kind: Option<suppresses::Kind>) -> Outcome {
    let id = task.id;
    let path = format!("/v1/suppressions/{id}/counters");
    let counted = attempt(api, ApiRequest::get(path)).await;
    let counted = counted.map_err(|problem| match problem.status {
        404 => unknown(),
        _ => problem.into(),
    })?;
    let total = match kind {
        None => counted["total"].clone(),
        Some(kind) => {
            let counts = counted[kind.as_str()].as_object().into_iter();
            let each = counts.flat_map(|forms| forms.values());
            each.filter_map(Value::as_u64).sum::<u64>().into()
        }
    };
    let name = kind.map_or("all", suppresses::Kind::plural);
    let file = |ending: &str| {
        let uuid = task.uuid();
        format!("/api/download/suppress/{uuid}/{id}_{name}.{ending}")
    };
    let result = json!({
        "hashed_file": file("md5.zip"),
        "is_api": true,
        "regular_file": file("zip"),
        "suppress_id": id,
        "total": total,
    });
    Ok(data(
        json!({"status": "completed", "progress": 100, "result": result}),
    ))
}

fn unknown() -> Failure {
    Failure::not_found("task_id: there is no such task.")
}

/// `profiles/get_all`: begins an export.
pub(crate) async fn export(api: &impl Api, mut call: AltCall) -> Outcome {
    let source = id(&call.members, "source_id")?;
    let (database, segment) = match &*text(&call.members, "source_type")? {
        "database" => (source, None),
        "segment" => (segments::database_of(api, &source).await?, Some(source)),
        _ => {
            return Err(Failure::member("source_type", "it is database or segment."));
        }
    };
    let format = optional_text(&call.members, "file_format")?;
    let kind = match format.as_deref() {
        None | Some("csv") => Kind::Csv,
        Some("json") => Kind::Json,
        Some(_) => return Err(Failure::member("file_format", "it is csv or json.")),
    };
    let fields = Fields::current(api, &database).await?;
    let asked = object(&mut call.members, "custom_request")?.unwrap_or_default();
    let asked = condition(asked, &fields)?;
    let format = if kind == Kind::Csv { "csv" } else { "jsonl" };
    let mut body = json!({"format": format, "condition": asked, "subscriptions": "json"});
    if kind == Kind::Csv {
        // Programs read it, and an apostrophe before `+7…` makes no number of a phone's text.
        body["raw"] = true.into();
    }
    if let Some(segment) = segment {
        body["segment"] = segment.into();
    }
    let request = ApiRequest::post(format!("/v1/databases/{database}/exports"), body);
    let job = ask(api, request).await?;
    let whole = |value: &Value| number(value).as_u64().unwrap_or_default();
    let task = Task {
        kind,
        database: whole(&database.into()),
        id: whole(&job["id"]),
    };
    Ok(task.answer())
}

/// `tasks/status`.
pub(crate) async fn status(api: &impl Api, call: AltCall) -> Outcome {
    let given = text(&call.members, "task_id")?;
    let task = Task::parse(&given).ok_or_else(unknown)?;
    if let Kind::Suppressed(kind) = task.kind {
        return suppressed(api, task, kind).await;
    }
    if !matches!(task.kind, Kind::Csv | Kind::Json) {
        let result = json!({"errors": [], "source_id": task.id, "total": 0, "urls": []});
        let over = json!({"status": "completed", "progress": 100, "result": result});
        return Ok(data(over));
    }
    let (database, id) = (task.database, task.id);
    let path = format!("/v1/databases/{database}/exports/{id}");
    let job = match attempt(api, ApiRequest::get(path)).await {
        Ok(job) => job,
        Err(problem) if problem.status == 404 => return Err(unknown()),
        Err(problem) => return Err(problem.into()),
    };
    let settings = &job["settings"];
    let (kind, source) = match settings["segment"].as_str() {
        Some(segment) => ("segment", number(&segment.into())),
        None => ("database", database.into()),
    };
    let is_whole = job["file"]["path"].is_string();
    let (uuid, ending) = (task.uuid(), task.kind.ending());
    let url = format!("/api/download/data/{uuid}/{source}_{kind}_export.{ending}");
    let urls: Vec<String> = is_whole.then_some(url).into_iter().collect();
    let errors: Vec<Value> = job["problem"]["detail"]
        .as_str()
        .map(Value::from)
        .into_iter()
        .collect();
    let status = match job["state"].as_str() {
        Some("uploading" | "uploaded" | "queued") => "queued",
        Some("completed") => "completed",
        Some("failed" | "cancelled") => "failed",
        _ => "running",
    };
    let progress = match job["percent"].as_f64() {
        _ if status == "completed" => 100,
        // Never 100 before the end.
        Some(percent) => format!("{:.0}", percent.clamp(0.0, 99.0))
            .parse()
            .unwrap_or(0),
        None => 0,
    };
    let total = job["counts"]["read"].clone();
    let result =
        json!({"errors": errors, "source_id": source, "total": total, "type": kind, "urls": urls});
    Ok(data(
        json!({"status": status, "progress": progress, "result": result}),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_task_says_what_it_is() {
        for kind in Kind::ALL {
            let task = Task {
                kind,
                database: 7,
                id: 12,
            };
            assert_eq!(Task::parse(&task.uuid()), Some(task));
        }
        for wrong in [
            "",
            "task_",
            "00000007-0000-4000-8999-00000000000c",
            "7-0000-4000-8101-c",
        ] {
            assert_eq!(Task::parse(wrong), None);
        }
        let path = "/api/download/data/00000007-0000-4000-8101-00000000000c/7_database_export.csv";
        let file = Some("/v1/databases/7/exports/12/file".to_owned());
        assert_eq!(download(path), file);
        assert_eq!(download(&path.replace("data/", "")), file);
        assert_eq!(download("/api/download/data/../x"), None);
    }
}
