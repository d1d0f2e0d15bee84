//! What is proposed for the columns of a file, and why.

use crate::kit::headers;
use crate::support::Store;
use roster_model::import::{
    Columns, Confidence, ImportSettings, Plan, Proposals, Row, propose, propose_without_ids,
    proposed_ids,
};
use serde_json::{Value, json};

fn proposals(names: &[&str], rows: &[&[&str]]) -> Proposals {
    let cells: Vec<_> = rows
        .iter()
        .map(|row| |index: usize| row.get(index).copied())
        .collect();
    let rows: Vec<Row> = cells.iter().map(|cell| Row::Cells(cell)).collect();
    propose(&headers(names), &rows, &Store::new().schema())
}

/// The field that is proposed for each column.
fn fields(proposals: &Proposals) -> Vec<&str> {
    let columns = proposals.columns.iter();
    columns
        .map(|p| p.to["field"].as_str().or(p.to.as_str()).unwrap_or("other"))
        .collect()
}

#[test]
fn headers_of_many_programs_are_known() {
    for (names, expected) in [
        (
            vec![
                "Email Address",
                "First Name",
                "Last Name",
                "Phone Number",
                "Birthday",
                "OPTIN_IP",
            ],
            vec!["email", "_fname", "_lname", "phones", "_bdate", "_regip"],
        ),
        (
            vec![
                "Электронная почта",
                "Имя",
                "Фамилия",
                "Мобильный телефон",
                "Дата рождения",
                "Пол",
                "Город",
                "Страна",
                "Индекс",
                "Область",
            ],
            vec![
                "email",
                "_fname",
                "_lname",
                "phones",
                "_bdate",
                "_sex",
                "_city",
                "_country",
                "_postal_code",
                "_region",
            ],
        ),
        (
            vec![
                "E-mail 1 - Value",
                "Given Name",
                "Family Name",
                "Mailing City",
                "Zip/Postal Code",
                "Lead Source",
                "Country/Region",
            ],
            vec![
                "email",
                "_fname",
                "_lname",
                "_city",
                "_postal_code",
                "_vendor",
                "_country",
            ],
        ),
        (
            vec![
                "email", "_fname", "_regdate", "code", "labels", "SCORE", "Gender",
            ],
            vec![
                "email", "_fname", "_regdate", "code", "labels", "score", "_sex",
            ],
        ),
        (vec!["E-mail", "Notes"], vec!["email", "ignore"]),
    ] {
        assert_eq!(fields(&proposals(&names, &[])), expected, "{names:?}");
    }
}

#[test]
fn values_tell_where_headers_do_not() {
    let found = proposals(
        &["a", "b", "c", "d", "e", "f"],
        &[
            &[
                "ann@b.example",
                "+44 20 7946 0018",
                "192.0.2.1",
                "m",
                "DE",
                "17",
            ],
            &[
                "bob@b.example",
                "+442079460017",
                "2001:db8::1",
                "Женский",
                "Россия",
                "18",
            ],
        ],
    );
    assert_eq!(
        fields(&found),
        ["email", "phones", "_ip", "_sex", "_country", "ignore"]
    );
    let reasons: Vec<&str> = found.columns.iter().map(|p| &*p.reason).collect();
    assert_eq!(reasons[0], "all 2 values look like e-mail addresses.");
    assert_eq!(
        json!(found.columns[0].reasons),
        json!([{"code": "values_look", "count": 2, "total": 2, "look": "email"}])
    );
    assert_eq!(
        reasons[5],
        "No field is called like this, and the values look like whole numbers."
    );
    assert_eq!(found.columns[0].confidence, Confidence::Medium);
    assert_eq!(found.columns[4].confidence, Confidence::Low);
}

#[test]
fn values_that_speak_against_a_header_are_told() {
    let found = proposals(&["Email"], &[&["nobody"], &["a@b.example"], &["somebody"]]);
    assert_eq!(fields(&found), ["email"]);
    assert_eq!(found.columns[0].confidence, Confidence::Low);
    assert!(
        found.columns[0]
            .reason
            .contains("only 1 of 3 values look like e-mail addresses"),
        "{}",
        found.columns[0].reason
    );
    let found = proposals(&["Phone"], &[&["202-224-3441"], &["202-224-3244"]]);
    assert_eq!(found.columns[0].confidence, Confidence::High);
    assert!(found.columns[0].reason.contains("region"));
}

#[test]
fn one_field_is_proposed_for_one_column_and_lists_for_several() {
    let found = proposals(
        &["E-mail", "Email 1", "Mobile", "Home Phone"],
        &[&["", "a@b.example", "+442079460018", ""]],
    );
    assert_eq!(fields(&found), ["ignore", "email", "phones", "phones"]);
    assert!(
        found.columns[0]
            .reason
            .contains("better given by \"Email 1\"")
    );
    let codes = json!(found.columns[0].reasons);
    let codes: Vec<&Value> = (0..3).map(|place| &codes[place]["code"]).collect();
    assert_eq!(codes, ["named_like_field", "no_values", "better_given"]);
}

#[test]
fn date_formats_are_guessed_and_doubt_is_said() {
    let found = proposals(
        &["ДР", "Created"],
        &[&["31.12.1990", "1/2/2020"], &["01.02.2001", "2/3/2021"]],
    );
    assert_eq!(found.columns[0].date_format, Some("%d.%m.%Y"));
    assert_eq!(found.columns[0].confidence, Confidence::High);
    assert_eq!(found.columns[1].date_format, Some("%d/%m/%Y"));
    assert_eq!(found.columns[1].confidence, Confidence::Low);
    assert!(found.columns[1].reason.contains("%m/%d/%Y"));
    assert_eq!(
        found.settings["date_formats"],
        json!(["%d.%m.%Y", "%d/%m/%Y"])
    );
    let iso = proposals(&["Birthday"], &[&["1990-12-31"]]);
    assert_eq!(iso.columns[0].date_format, None);
    assert_eq!(iso.columns[0].confidence, Confidence::High);
}

#[test]
fn names_in_one_column_are_no_first_names() {
    let whole = proposals(&["Name"], &[&["Ann Bell"], &["Bob Cole"]]);
    assert_eq!(fields(&whole), ["ignore"]);
    let first = proposals(&["Имя"], &[&["Анна"], &["Пётр"]]);
    assert_eq!(fields(&first), ["_fname"]);
    let both = proposals(&["Имя", "Фамилия"], &[&["Анна Мария", "Белл"]]);
    assert_eq!(fields(&both), ["_fname", "_lname"]);
    assert_eq!(fields(&proposals(&["ФИО"], &[])), ["ignore"]);
}

#[test]
fn consent_is_never_more_than_a_guess() {
    // Two resources have e-mail, so nobody can tell which is meant.
    let found = proposals(&["Email", "Newsletter"], &[&["a@b.example", "yes"]]);
    assert_eq!(fields(&found), ["email", "ignore"]);
    let mut store = Store::new();
    store.resources.truncate(1);
    let row = ["a@b.example", "yes"];
    let cell = |index: usize| row.get(index).copied();
    let names = headers(&["Email", "Newsletter"]);
    let found = propose(&names, &[Row::Cells(&cell)], &store.schema());
    assert_eq!(
        found.columns[1].to,
        json!({"subscription": {"resource_id": "1", "channel": "email"}, "part": "opt_in"})
    );
    assert_eq!(found.columns[1].confidence, Confidence::Low);
    ImportSettings::parse(&found.settings, &store.schema()).unwrap();
}

#[test]
fn what_is_proposed_can_be_sent_back() {
    let names = [
        "ID клиента",
        "E-mail",
        "Тел.",
        "Score",
        "Rate",
        "Labels",
        "ДР",
    ];
    let rows: [&[&str]; 2] = [
        &[
            "1",
            "ann@b.example",
            "+442079460018; +442079460017",
            "1 200",
            "1,5",
            "a;b",
            "31.12.1990",
        ],
        &["2", "bob@b.example", "", "300", "2,25", "c", "1.1.2001"],
    ];
    let found = proposals(&names, &rows);
    assert_eq!(
        fields(&found),
        [
            "ignore", "email", "phones", "score", "rate", "labels", "_bdate"
        ]
    );
    let settings = &found.settings;
    // By name, so that they fit the same columns in another place.
    assert_eq!(settings["mapping"][1]["column"], "E-mail");
    assert_eq!(settings["matching"], "email");
    assert_eq!(settings["decimal"], ",");
    assert_eq!(settings["separator"], ";");
    let store = Store::new();
    let parsed = ImportSettings::parse(settings, &store.schema()).unwrap();
    let plan = Plan::new(&parsed, Columns::Text(&headers(&names)), &store.schema()).unwrap();
    let cell = |index: usize| rows[0].get(index).copied();
    let item = plan.item(Row::Cells(&cell)).unwrap();
    assert_eq!(
        item,
        json!({"email": "ann@b.example", "phones": ["+442079460018", "+442079460017"],
            "score": 1200, "rate": 1.5, "labels": ["a", "b"], "_bdate": "1990-12-31"})
    );
    // Without an e-mail the next best is matched by.
    let by = |names: &[&str]| proposals(names, &[]).settings;
    assert_eq!(by(&["Phone"])["matching"], "phone");
    let custom = by(&["Phone", "Code"]);
    assert_eq!(
        (&custom["matching"], &custom["field_name"]),
        (&json!("custom"), &json!("code"))
    );
    assert_eq!(by(&["Notes"])["matching"], Value::Null);
}

#[test]
fn members_of_records_are_columns() {
    let record = json!({"mail": "a@b.example", "born": "1990-12-31", "tags": ["x", "y"], "n": 5});
    let names = headers(&["mail", "born", "tags", "n"]);
    let store = Store::new();
    let row = Row::Record(record.as_object().unwrap());
    let found = propose(&names, &[row], &store.schema());
    assert_eq!(fields(&found), ["email", "_bdate", "ignore", "ignore"]);
    assert_eq!(found.settings["mapping"][0]["column"], "mail");
    let parsed = ImportSettings::parse(&found.settings, &store.schema()).unwrap();
    assert!(Plan::new(&parsed, Columns::Records, &store.schema()).is_ok());
}

#[test]
fn columns_that_names_do_not_tell_apart_are_named_by_number() {
    let found = proposals(&["E-mail", "e-mail", "column 3", "City"], &[]);
    let columns = |index: usize| &found.settings["mapping"][index]["column"];
    assert_eq!(
        [columns(0), columns(1), columns(2), columns(3)],
        [&json!(1), &json!(2), &json!(3), &json!("City")]
    );
}

#[test]
fn columns_of_an_export_are_known_and_those_without_a_status_are_not_taken() {
    let names = [
        "id",
        "email",
        "_status",
        "_open_date",
        "subscriptions/1/email",
        "subscriptions/1/email/status",
        "subscriptions/1/email/left_by",
        "subscriptions/1/email/left_at",
        "subscriptions/1/email/withheld",
        "subscriptions/1/push/web/subscribed",
        "subscriptions/1/push/web/subscribed/status",
        "subscriptions/1/sms",
        "subscriptions/9/email",
        "subscriptions/9/email/status",
        "subscriptions/2/email/status",
        "subscriptions",
    ];
    let found = proposals(&names, &[]);
    let to: Vec<&Value> = found.columns.iter().map(|one| &one.to).collect();
    let mail = json!({"resource_id": "1", "channel": "email"});
    let push = json!({"resource_id": "1", "channel": "push", "provider": "web"});
    let of = |part: &str| json!({"subscription": mail, "part": part});
    let ignore = json!("ignore");
    assert_eq!(
        to[3..],
        [
            &ignore,
            &json!({"subscription": mail}),
            &of("status"),
            &of("left_by"),
            &of("left_at"),
            &of("withheld"),
            &json!({"subscription": push, "label": "web/subscribed"}),
            &json!({"subscription": push, "label": "web/subscribed", "part": "status"}),
            // No word on how they stand, no such resource here, no contacts.
            &ignore,
            &ignore,
            &ignore,
            &ignore,
            &json!({"field": "subscriptions"}),
        ]
    );
    assert!(
        found.columns[11].reason.contains("nothing said is no yes"),
        "{}",
        found.columns[11].reason
    );
}

#[test]
fn ids_of_profiles_elsewhere_are_not_matched_by() {
    let store = Store::new();
    let names = headers(&["id", "email"]);
    let id = store.id(7).to_string();
    let cells = [id.as_str(), "a@x.org"];
    let cell = |index: usize| cells.get(index).copied();
    let rows = [Row::Cells(&cell)];
    let found = propose(&names, &rows, &store.schema());
    assert_eq!(found.settings["matching"], "profile_id");
    assert_eq!(proposed_ids(&found, &rows), [store.id(7)]);
    let found = propose_without_ids(&names, &rows, &store.schema());
    assert_eq!(fields(&found), ["ignore", "email"]);
    assert_eq!(found.settings["matching"], "email");
    assert_eq!(proposed_ids(&found, &rows), []);
}
