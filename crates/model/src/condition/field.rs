//! Tests of fields: which there are, which type has which, how they are read.

use super::Node;
use super::date::{Calendar, DateTest, Order};
use super::operand::{birthday, date_tests, list, numbers, order, pair, piece};
use super::text::{Place, TextTest};
use crate::Code;
use crate::error::Invalid;
use crate::field::{Case, Context, Field, FieldType};
use crate::id::FieldId;
use crate::matching::MatchKey;
use crate::readers::flag;
use serde_json::{Map, Value};

/// A test of one field's value: `{"field": "_city", "eq": "Paris"}`. Of several
/// tests in one condition all must hold.
///
/// | test | types | holds if the value |
/// | --- | --- | --- |
/// | `eq`, `ne` | all but lists and objects | is, is not, this one |
/// | `in` | integer, float, string, enum, ip, email | is one of a list |
/// | `lt`, `le`, `gt`, `ge`, `between` | integer, float, string, date | stands so to another; `between` has two, both included |
/// | `contains`, `starts_with`, `ends_with` | string, ip, email; tags, phones | has this text there; of a list, one of its values |
/// | `ignore_case` | string, email, tags | (makes the tests of texts beside it so) |
/// | `has_any`, `has_all` | tags, phones | has one, or all, of a list |
/// | `last`, `next`, `older_than`, `later_than` | date | lies so to now: `"30d"`, see [`crate::day::Span`] |
/// | `month`, `day` | date | is of these months and days of the month |
/// | `birthday` | date | comes round `{"within_days": 7}` from today |
/// | `exists` | all | is there (`true`) or not (`false`) |
/// | `empty` | all | is not there, or has nothing in it (`true`) or else (`false`) |
///
/// Texts are compared by Unicode code point. E-mail addresses are equal if they
/// are the same mailbox, and their texts are always compared without regard to
/// case. Dates: see [`super::DateTest`].
#[derive(Clone, Debug, PartialEq)]
pub struct FieldTest {
    /// The field.
    pub field: FieldRef,
    /// What is asked of its value.
    pub test: Test,
}

/// A field as far as a test needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRef {
    /// Its id.
    pub id: FieldId,
    /// Its name.
    pub name: String,
    /// What its values are.
    pub field_type: FieldType,
    /// Whether its values are told apart by case where profiles are found.
    pub case: Case,
    /// Whether profiles are found by its values.
    pub matchable: bool,
    /// Whether a value belongs to one profile.
    pub unique: bool,
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is there.
    Exists,
    /// It is not there, or an empty text, list or object.
    Empty,
    /// It is one of these canonical values.
    OneOf(Vec<Value>),
    /// A number or text that stands so to this one.
    Compare(Order, Value),
    /// It, or one value of it, has a text.
    Text(TextTest),
    /// One of these is among its values.
    HasAny(Vec<String>),
    /// All of these are among its values.
    HasAll(Vec<String>),
    /// It is such a date.
    Date(DateTest),
}

impl FieldTest {
    /// Match keys of which every profile that passes holds at least one; none
    /// where the test can't be answered by keys.
    pub fn keys(&self) -> Option<Vec<MatchKey>> {
        let field = &self.field;
        if !field.matchable && !field.unique {
            return None;
        }
        let keys = |value: &Value| {
            let mut same = Field::new(field.id, &field.name, field.field_type);
            same.case = field.case;
            let keys: Vec<_> = MatchKey::of_field(&same, value).collect();
            // An empty text has no key, and still there are profiles with it.
            (!keys.is_empty()).then_some(keys)
        };
        match &self.test {
            Test::OneOf(values) => {
                let keys: Option<Vec<_>> = values.iter().map(keys).collect();
                Some(keys?.into_iter().flatten().collect())
            }
            Test::HasAny(values) => keys(&Value::from(values.clone())),
            Test::HasAll(values) => keys(&Value::from(values.get(..1)?.to_vec())),
            Test::Exists | Test::Empty | Test::Compare(..) | Test::Text(_) | Test::Date(_) => None,
        }
    }
}

/// Whether fields of a type have a test; none if there is no such test.
fn has(kind: FieldType, name: &str) -> Option<bool> {
    use FieldType::{Date, Email, Enum, Float, Integer, Ip, Object, Objects, Phones, String, Tags};
    Some(match name {
        "exists" | "empty" => true,
        "eq" | "ne" => !matches!(kind, Tags | Phones | Object | Objects),
        "in" => matches!(kind, Integer | Float | String | Enum | Ip | Email),
        "lt" | "le" | "gt" | "ge" | "between" => matches!(kind, Integer | Float | String | Date),
        "contains" | "starts_with" | "ends_with" => {
            matches!(kind, String | Ip | Email | Tags | Phones)
        }
        "ignore_case" => matches!(kind, String | Email | Tags),
        "has_any" | "has_all" => matches!(kind, Tags | Phones),
        "last" | "next" | "older_than" | "later_than" | "month" | "day" | "birthday" => {
            kind == Date
        }
        _ => return None,
    })
}

/// All tests, as messages list them.
const TESTS: [&str; 22] = [
    "eq",
    "ne",
    "in",
    "lt",
    "le",
    "gt",
    "ge",
    "between",
    "contains",
    "starts_with",
    "ends_with",
    "ignore_case",
    "has_any",
    "has_all",
    "last",
    "next",
    "older_than",
    "later_than",
    "month",
    "day",
    "birthday",
    "exists",
];

/// The tests that mind `ignore_case`.
const TEXT_TESTS: [&str; 6] = ["eq", "ne", "in", "contains", "starts_with", "ends_with"];

/// Reads the tests of `field` from the members beside `field`: all of what it
/// gives must hold. Codes: `operator_missing`, `unknown_operator`,
/// `operator_not_for_type`, and those of the operands.
pub(super) fn parse(
    members: &Map<String, Value>,
    field: &Field,
    context: &Context,
) -> Result<Vec<Node>, Vec<Invalid>> {
    let mut reader = Reader {
        field,
        context,
        ignore_case: field.field_type == FieldType::Email,
        months: None,
        days: None,
        nodes: Vec::new(),
    };
    let mut wrong = Vec::new();
    if let Err(invalid) = reader.read_ignore_case(members) {
        wrong.push(invalid.at("ignore_case"));
    }
    let mut count = 0;
    for (name, value) in members.iter().filter(|(name, _)| *name != "field") {
        count += usize::from(name != "ignore_case");
        let read = match has(field.field_type, name) {
            Some(true) => reader.read(name, value),
            Some(false) => Err(vec![not_for_type(field, name)]),
            None => {
                let detail = format!(
                    "There is no such test: there are {}, empty.",
                    TESTS.join(", ")
                );
                Err(vec![Invalid::new(Code::UnknownOperator, detail)])
            }
        };
        if let Err(all) = read {
            wrong.extend(all.into_iter().map(|one| one.at(name)));
        }
    }
    if count == 0 && wrong.is_empty() {
        let detail = format!(
            "Say what is asked of {}, such as \"exists\": true.",
            field.name
        );
        wrong.push(Invalid::new(Code::OperatorMissing, detail));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    reader.finish_calendar();
    Ok(reader.nodes)
}

fn not_for_type(field: &Field, name: &str) -> Invalid {
    let kind = field.field_type;
    let tests = TESTS.iter().chain(&["empty"]);
    let fitting: Vec<&str> = tests
        .copied()
        .filter(|name| has(kind, name) == Some(true))
        .collect();
    Invalid::new(
        Code::OperatorNotForType,
        format!(
            "{name} is no test of {}, a field of type {kind}; it has {}.",
            field.name,
            fitting.join(", ")
        ),
    )
}

struct Reader<'a> {
    field: &'a Field,
    context: &'a Context<'a>,
    ignore_case: bool,
    months: Option<u32>,
    days: Option<u32>,
    nodes: Vec<Node>,
}

impl Reader<'_> {
    fn read_ignore_case(&mut self, members: &Map<String, Value>) -> Result<(), Invalid> {
        let Some(given) = members.get("ignore_case") else {
            return Ok(());
        };
        let given = flag(given)?;
        if !TEXT_TESTS.iter().any(|name| members.contains_key(*name)) {
            let detail = format!(
                "It changes only {}; none of them is here.",
                TEXT_TESTS.join(", ")
            );
            return Err(Invalid::new(Code::OperatorMissing, detail));
        }
        if self.field.field_type == FieldType::Email && !given {
            let detail = "E-mail addresses are always compared without regard to case.";
            return Err(Invalid::new(Code::OperatorNotForType, detail));
        }
        self.ignore_case = given;
        Ok(())
    }

    fn read(&mut self, name: &str, value: &Value) -> Result<(), Vec<Invalid>> {
        let single = |wrong| vec![wrong];
        match name {
            "exists" => {
                let exists = flag(value).map_err(single)?;
                self.push(Test::Exists, exists);
            }
            "empty" => {
                let empty = flag(value).map_err(single)?;
                self.push(Test::Empty, empty);
            }
            "ignore_case" => {}
            "month" => self.months = Some(numbers(value, 12)?),
            "day" => self.days = Some(numbers(value, 31)?),
            "birthday" => {
                let birthday = birthday(value)?;
                self.push(Test::Date(DateTest::Calendar(birthday)), true);
            }
            _ if self.field.field_type == FieldType::Date => {
                let asked = if name == "ne" { "eq" } else { name };
                for test in date_tests(asked, value, self.context.zone)? {
                    self.push(Test::Date(test), name != "ne");
                }
            }
            "eq" | "ne" => {
                let one = self.one(value).map_err(single)?;
                self.push_values(vec![one], name == "eq");
            }
            "in" => {
                if !value.is_array() {
                    return Err(vec![Invalid::wrong_type(value, "an array")]);
                }
                let all = list(value, |value| self.one(value))?;
                self.push_values(all, true);
            }
            "between" => {
                let read = |value: &Value| self.field.normalise(value, self.context);
                let [low, high] = pair(value, read, |low, high| {
                    super::evaluate::compare(low, high).is_some_and(|order| order.is_le())
                })?;
                self.push(Test::Compare(Order::GreaterOrEqual, low), true);
                self.push(Test::Compare(Order::LessOrEqual, high), true);
            }
            "contains" => self.push_text(Place::Inside, value)?,
            "starts_with" => self.push_text(Place::Start, value)?,
            "ends_with" => self.push_text(Place::End, value)?,
            "has_any" => {
                let all = self.members(value)?;
                self.push(Test::HasAny(all), true);
            }
            "has_all" => {
                let all = self.members(value)?;
                self.push(Test::HasAll(all), true);
            }
            name => {
                let value = self.field.normalise(value, self.context).map_err(single)?;
                if let Some(order) = order(name) {
                    self.push(Test::Compare(order, value), true);
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, test: Test, holds: bool) {
        let field = FieldRef {
            id: self.field.id,
            name: self.field.name.clone(),
            field_type: self.field.field_type,
            case: self.field.case,
            matchable: self.field.matchable,
            unique: self.field.unique,
        };
        let node = Node::Field(FieldTest { field, test });
        self.nodes.push(if holds {
            node
        } else {
            Node::Not(Box::new(node))
        });
    }

    /// The value of `eq`, `ne` and `in`. One whose case does not matter is
    /// looked for as a pattern and must not be longer than one.
    fn one(&self, value: &Value) -> Result<Value, Invalid> {
        if self.any_case() && value.as_str().is_some_and(|text| !text.is_empty()) {
            return piece(value).map(Value::String);
        }
        self.field.normalise(value, self.context)
    }

    fn any_case(&self) -> bool {
        self.ignore_case && self.field.field_type == FieldType::String
    }

    fn push_values(&mut self, values: Vec<Value>, holds: bool) {
        let test = if self.any_case() {
            let texts = values.iter().filter_map(Value::as_str);
            Test::Text(TextTest {
                place: Place::Whole,
                texts: texts.map(str::to_owned).collect(),
                ignore_case: true,
            })
        } else {
            Test::OneOf(values)
        };
        self.push(test, holds);
    }

    fn push_text(&mut self, place: Place, value: &Value) -> Result<(), Vec<Invalid>> {
        let text = piece(value)?;
        let test = TextTest {
            place,
            texts: vec![text],
            ignore_case: self.ignore_case,
        };
        self.push(Test::Text(test), true);
        Ok(())
    }

    /// Tags or phones, each as the field's values have it.
    fn members(&self, value: &Value) -> Result<Vec<String>, Vec<Invalid>> {
        list(value, |item| {
            let alone = Value::from(vec![item.clone()]);
            let read = self.field.normalise(&alone, self.context);
            let read = read.map_err(|wrong| Invalid::new(wrong.code, wrong.detail))?;
            let text = read.get(0).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| Invalid::wrong_type(item, "a string"))
        })
    }

    fn finish_calendar(&mut self) {
        if self.months.is_none() && self.days.is_none() {
            return;
        }
        let days = Calendar::Days {
            months: u16::try_from(self.months.unwrap_or(0x1ffe)).unwrap_or_default(),
            days: self.days.unwrap_or(u32::MAX),
        };
        self.push(Test::Date(DateTest::Calendar(days)), true);
    }
}
