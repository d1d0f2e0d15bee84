//! Bodies become JSON.

use roster_webhook::payload::read;
use serde_json::{Value, json};

const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=UTF-8");

fn form(body: &str) -> Value {
    read(body.as_bytes(), FORM).unwrap()
}

fn code(body: &[u8], media_type: &str) -> &'static str {
    read(body, Some(media_type)).unwrap_err().code.as_str()
}

#[test]
fn json_is_read_under_its_names_and_without_one() {
    for media_type in [
        None,
        Some(""),
        Some("application/json"),
        Some("Application/JSON; charset=\"utf-8\""),
        Some("application/cloudevents+json"),
        Some("text/plain"),
    ] {
        assert_eq!(
            read(b"\xEF\xBB\xBF{\"a\": 1}", media_type).unwrap(),
            json!({"a": 1})
        );
    }
    assert_eq!(code(b"{", "application/json"), "invalid_json");
    assert_eq!(code(b"", "application/json"), "invalid_json");
    assert_eq!(code(b"\xFF", "application/json"), "invalid_json");
    assert_eq!(
        code("[".repeat(100_000).as_bytes(), "application/json"),
        "invalid_json"
    );
    assert_eq!(code(b"{}", "application/xml"), "unsupported_media_type");
    assert_eq!(
        code(b"{}", "multipart/form-data; boundary=x"),
        "unsupported_media_type"
    );
    assert_eq!(
        code(b"{}", "application/json; charset=windows-1251"),
        "unsupported_media_type"
    );
}

#[test]
fn a_form_is_an_object_of_texts() {
    assert_eq!(
        form("Name=%D0%98%D0%B2%D0%B0%D0%BD+%D0%9F.&Email=a%40b.cd&empty=&bare&x=1=2&&"),
        json!({"Name": "Иван П.", "Email": "a@b.cd", "empty": "", "bare": "", "x": "1=2"})
    );
    assert_eq!(form(""), json!({}));
}

#[test]
fn repeated_names_and_brackets_make_arrays_and_objects() {
    assert_eq!(
        form("a=1&b=x&a=2&a=3"),
        json!({"a": ["1", "2", "3"], "b": "x"})
    );
    assert_eq!(form("a[]=1"), json!({"a": ["1"]}));
    assert_eq!(form("a=1&a[]=2"), json!({"a": ["1", "2"]}));
    assert_eq!(
        form("a[b]=1&a%5Bc%5D[d]=2"),
        json!({"a": {"b": "1", "c": {"d": "2"}}})
    );
    assert_eq!(
        form("p[items][0][name]=x&p[items][1][name]=y&p[sum]=3"),
        json!({"p": {"items": [{"name": "x"}, {"name": "y"}], "sum": "3"}})
    );
    assert_eq!(form("a[0]=x&a[2]=y"), json!({"a": {"0": "x", "2": "y"}}));
    assert_eq!(
        form("a[][b]=1&a[][b]=2"),
        json!({"a": [{"b": "1"}, {"b": "2"}]})
    );
    assert_eq!(
        form("a[b=1&[c]=2&d]=3"),
        json!({"a[b": "1", "[c]": "2", "d]": "3"})
    );
}

#[test]
fn forms_that_say_two_things_or_too_much_are_refused() {
    let form = FORM.unwrap();
    assert_eq!(code(b"a=1&a[b]=2", form), "invalid_form");
    assert_eq!(code(b"a[b]=1&a=2", form), "invalid_form");
    assert_eq!(code(b"a=%CF%F0", form), "invalid_form");
    assert_eq!(code(b"\xCF=1", form), "invalid_form");
    let deep = format!("a{}=1", "[b]".repeat(9));
    assert_eq!(code(deep.as_bytes(), form), "invalid_form");
    assert_eq!(code("a=1&".repeat(1001).as_bytes(), form), "invalid_form");
}
