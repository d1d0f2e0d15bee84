//! `GET /v1/codes`: what every code means, under the anchor that a problem's `type` names.

use super::docs::{html, style_source};
use roster_http::{Call, Kind, Problem, Reply, kinds, route};
use roster_model::Code;

const STYLE: &str = include_str!("codes.css");

/// What each problem and each code of `errors[]` means, and what to do about it.
#[route(
    get, "/v1/codes", Anybody, id = "getCodes",
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub(crate) async fn codes(_: Call) -> Result<Reply, Problem> {
    let policy = format!("style-src {}", style_source(STYLE));
    Ok(html(page(), &policy))
}

fn page() -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Codes · Roster API</title>\n<style>",
    );
    html.push_str(STYLE);
    html.push_str(
        "</style>\n</head>\n<body>\n<header>\n<h1>Codes</h1>\n\
         <p>Every error answer is a problem document (RFC 9457). Its <code>code</code> is one of \
         the <a href=\"#problems\">problems</a>, or, where a whole item was refused, one of the \
         <a href=\"#errors\">codes of values</a>; these stand in <code>errors</code> too, and \
         beside items, rows, jobs and runs that failed. Codes stay as they are; titles and details \
         may change. The operations are described at <a href=\"/v1/docs\">/v1/docs</a>.</p>\n\
         </header>\n<main>\n<h2 id=\"problems\">Problems</h2>\n",
    );
    for kind in kinds::ALL {
        problem(&mut html, kind);
    }
    html.push_str("<h2 id=\"errors\">Codes of values, items, rows, jobs and runs</h2>\n<dl>\n");
    for code in Code::ALL {
        let name = code.as_str();
        // A name that is a problem's too has its anchor there.
        let term = match kinds::ALL.iter().any(|kind| kind.code == name) {
            true => format!("<dt><a href=\"#{name}\"><code>{name}</code></a></dt>\n<dd>"),
            false => format!("<dt id=\"{name}\"><code>{name}</code></dt>\n<dd>"),
        };
        html.push_str(&term);
        prose(&mut html, code.sentence());
        html.push_str("</dd>\n");
    }
    html.push_str("</dl>\n</main>\n</body>\n</html>\n");
    html
}

fn problem(html: &mut String, kind: &Kind) {
    let (name, status) = (kind.code, kind.status);
    let begin =
        format!("<section id=\"{name}\">\n<h3><code>{name}</code> <span>{status}</span></h3>\n<p>");
    html.push_str(&begin);
    prose(html, kind.title);
    html.push_str(".</p>\n<p>");
    prose(html, kind.remedy());
    html.push_str("</p>\n");
    if let Some(code) = Code::ALL.iter().find(|code| code.as_str() == name) {
        html.push_str("<p>Of one value, item or job: ");
        prose(html, code.sentence());
        html.push_str("</p>\n");
    }
    html.push_str("</section>\n");
}

/// Text with names in backquotes.
fn prose(html: &mut String, text: &str) {
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            html.push_str(if index % 2 == 1 { "<code>" } else { "</code>" });
        }
        for c in part.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                other => html.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_problem_and_every_code_has_one_anchor() {
        let page = page();
        let anchors: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split_once('"'))
            .map(|(id, _)| id)
            .collect();
        let distinct: BTreeSet<&str> = anchors.iter().copied().collect();
        assert_eq!(distinct.len(), anchors.len());
        for kind in kinds::ALL {
            assert!(distinct.contains(kind.code), "{}", kind.code);
            let link = kind.link();
            assert_eq!(link.strip_prefix("/v1/codes#"), Some(kind.code));
        }
        for code in Code::ALL {
            assert!(distinct.contains(code.as_str()), "{code}");
            assert_eq!(Kind::refusal(*code).link(), format!("/v1/codes#{code}"));
        }
        for link in page.split("href=\"#").skip(1) {
            let (to, _) = link.split_once('"').unwrap();
            assert!(distinct.contains(to), "{to}");
        }
    }

    #[test]
    fn the_page_is_plain_and_its_marks_are_closed() {
        let page = page();
        for odd in [
            "<script", "`", "src=", "style=", "@import", "http:", "https:",
        ] {
            assert!(!page.contains(odd), "{odd}");
        }
        for name in ["code", "section", "p", "dl", "dt", "dd"] {
            let open = page.matches(&format!("<{name}>")).count()
                + page.matches(&format!("<{name} ")).count();
            assert_eq!(open, page.matches(&format!("</{name}>")).count(), "{name}");
        }
        assert!(page.contains("<code>&lt;token&gt;") || page.contains("&lt;token&gt;</code>"));
    }
}
