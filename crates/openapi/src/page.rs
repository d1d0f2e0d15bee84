//! The document as a page for people: plain HTML that needs no script and loads
//! nothing.

use roster_http::kinds;
use serde_json::{Map, Value};

const STYLE: &str = include_str!("page.css");

/// The page that shows a document.
pub fn page(document: &Value) -> String {
    let mut html = Html::default();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.element("title", &text(&document["info"]["title"]));
    html.raw("<style>\n");
    html.raw(STYLE);
    html.raw("</style>\n</head>\n<body>\n<header>\n");
    let heading = format!(
        "{} {}",
        text(&document["info"]["title"]),
        text(&document["info"]["version"])
    );
    html.element("h1", &heading);
    html.element("p", &text(&document["info"]["description"]));
    html.raw("<p>The same as JSON: <a href=\"/v1/openapi.json\">/v1/openapi.json</a></p>\n");
    html.raw("</header>\n");
    contents(&mut html, document);
    html.raw("<main>\n");
    for (path, verb, operation) in operations(document) {
        show_operation(&mut html, document, path, verb, operation);
    }
    show_schemas(&mut html, document);
    show_problems(&mut html);
    html.raw("</main>\n</body>\n</html>\n");
    html.0
}

/// HTML being written: what isn't markup of this file is escaped.
#[derive(Default)]
struct Html(String);

impl Html {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\'' => self.raw("&#39;"),
                other => self.0.push(other),
            }
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        self.with_id(name, "", text);
    }

    fn with_id(&mut self, name: &str, id: &str, text: &str) {
        self.raw("<");
        self.raw(name);
        if !id.is_empty() {
            self.raw(" id=\"");
            self.text(id);
            self.raw("\"");
        }
        self.raw(">");
        self.text(text);
        self.raw("</");
        self.raw(name);
        self.raw(">\n");
    }

    fn link(&mut self, id: &str, text: &str) {
        self.raw("<a href=\"#");
        self.text(id);
        self.raw("\">");
        self.text(text);
        self.raw("</a>");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    members(&document["paths"]).flat_map(|(path, item)| {
        members(item).map(move |(verb, operation)| (path, verb, operation))
    })
}

fn contents(html: &mut Html, document: &Value) {
    html.raw("<nav>\n");
    for tag in document["tags"].as_array().into_iter().flatten() {
        html.element("h2", &text(&tag["description"]));
        html.raw("<ul>\n");
        for (path, verb, operation) in operations(document) {
            if operation["tags"][0] == tag["name"] {
                html.raw("<li>");
                let line = format!("{} {path}", verb.to_uppercase());
                html.link(&text(&operation["operationId"]), &line);
                html.raw("</li>\n");
            }
        }
        html.raw("</ul>\n");
    }
    html.raw("</nav>\n");
}

fn show_operation(html: &mut Html, document: &Value, path: &str, verb: &str, operation: &Value) {
    html.raw("<section>\n");
    let id = text(&operation["operationId"]);
    html.with_id("h2", &id, &format!("{} {path}", verb.to_uppercase()));
    for part in ["summary", "description"] {
        if operation[part].is_string() {
            html.element("p", &text(&operation[part]));
        }
    }
    let scope = text(&operation["security"][0]["token"][0]);
    let needs = if scope.is_empty() {
        "For anybody.".to_owned()
    } else {
        format!("Needs the scope {scope}.")
    };
    html.element("p", &needs);
    if let Some(parameters) = operation["parameters"].as_array() {
        html.raw("<table>\n<tr><th>parameter</th><th>in</th><th>what it is</th></tr>\n");
        for parameter in parameters {
            html.raw("<tr>");
            html.element("td", &text(&parameter["name"]));
            html.element("td", &text(&parameter["in"]));
            html.element("td", &text(&parameter["description"]));
            html.raw("</tr>\n");
        }
        html.raw("</table>\n");
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        html.raw("<p>Body: ");
        show_type(html, body);
        html.raw("</p>\n");
        show_example(html, document, body);
    }
    html.raw("<table>\n<tr><th>status</th><th>answer</th></tr>\n");
    for (status, response) in members(&operation["responses"]) {
        html.raw("<tr>");
        html.element("td", status);
        html.raw("<td>");
        let found = resolved(document, response);
        html.text(&text(&found["description"]));
        for (_, content) in members(&found["content"]) {
            html.raw(" ");
            show_type(html, &content["schema"]);
        }
        html.raw("</td></tr>\n");
    }
    html.raw("</table>\n</section>\n");
}

/// What a reference points to, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|link| link.strip_prefix('#'));
    target
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

fn show_example(html: &mut Html, document: &Value, schema: &Value) {
    let mut schema = schema;
    if let Some(choices) = schema["oneOf"].as_array() {
        schema = choices.last().unwrap_or(schema);
    }
    let example = &resolved(document, schema)["example"];
    if !example.is_null() {
        html.raw("<pre>");
        html.text(&format!("{example:#}"));
        html.raw("</pre>\n");
    }
}

/// A schema's type in a few words, with links to named ones.
fn show_type(html: &mut Html, schema: &Value) {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|link| link.rsplit('/').next())
    {
        html.link(&format!("schema-{name}"), name);
        return;
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        for (index, choice) in choices.iter().enumerate() {
            if index > 0 {
                html.raw(" or ");
            }
            show_type(html, choice);
        }
        return;
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        html.text(&values.join(", "));
        return;
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => {
            html.raw("array of ");
            show_type(html, &schema["items"]);
        }
        Value::String(name) => html.text(name),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().map(text).collect();
            html.text(&names.join(" or "));
            if names.iter().any(|name| name == "array") {
                html.raw(" of ");
                show_type(html, &schema["items"]);
            }
        }
        _ => html.raw("anything"),
    }
}

fn show_schemas(html: &mut Html, document: &Value) {
    for (name, schema) in members(&document["components"]["schemas"]) {
        html.raw("<section>\n");
        html.with_id("h2", &format!("schema-{name}"), name);
        html.element("p", &text(&schema["description"]));
        let mut objects = vec![schema];
        if let Some(all) = schema["allOf"].as_array() {
            objects = all.iter().collect();
        }
        if !schema["enum"].is_null() {
            html.raw("<p>");
            show_type(html, schema);
            html.raw("</p>\n");
        }
        for object in objects {
            if object["$ref"].is_string() {
                html.raw("<p>All of ");
                show_type(html, object);
                html.raw(", and:</p>\n");
            }
            show_properties(html, object);
        }
        html.raw("</section>\n");
    }
}

fn show_properties(html: &mut Html, object: &Value) {
    if object["properties"].is_null() {
        return;
    }
    let required = object["required"].as_array();
    html.raw("<table>\n<tr><th>member</th><th>type</th><th>what it is</th></tr>\n");
    for (name, property) in members(&object["properties"]) {
        html.raw("<tr>");
        html.element("td", name);
        html.raw("<td>");
        show_type(html, property);
        if required.is_some_and(|names| names.iter().any(|one| one == name.as_str())) {
            html.raw(", required");
        }
        html.raw("</td>");
        html.element("td", &text(&property["description"]));
        html.raw("</tr>\n");
    }
    html.raw("</table>\n");
}

fn show_problems(html: &mut Html) {
    html.raw("<section>\n");
    html.with_id("h2", "problems", "Problems");
    html.raw("<table>\n<tr><th>code</th><th>status</th><th>what it means</th></tr>\n");
    for kind in kinds::ALL {
        html.raw("<tr id=\"");
        html.text(kind.code);
        html.raw("\">");
        html.element("td", kind.code);
        html.element("td", &kind.status.to_string());
        html.element("td", kind.title);
        html.raw("</tr>\n");
    }
    html.raw("</table>\n</section>\n");
}
