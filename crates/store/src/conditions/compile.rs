//! A condition as an SQL expression.
//!
//! Every part of it is true or false, never NULL, so that `NOT` turns it around
//! as in the model. All that a client sent, names of fields too, is bound.

use std::collections::HashMap;
use std::sync::Arc;

use roster_model::condition::{
    Condition, DateTest, EventTest, FieldTest, IdTest, Moment, Node, Order, RelationTest,
    SubscriptionTest, Test, TextTest,
};
use roster_model::matching::MatchKey;
use roster_model::offsets::Offsets;
use roster_model::relation::Side;
use roster_model::{DatabaseId, Field, FieldType, Range};
use serde_json::Value;

use super::days::is_one_of;
use super::place;
use crate::Cell;

/// A condition compiled: an expression over a row of `profiles` under the name
/// `p`, with 1 or 0 for its value.
#[derive(Clone, Debug)]
pub struct CompiledCondition {
    /// The expression.
    pub sql: String,
    /// What its parameters stand for, in order of their numbers.
    pub parameters: Vec<Cell>,
    /// The places among them of lists of profiles (JSON, empty here): who passes the
    /// parts that SQL can't decide ([`roster_model::condition::Node::open`]).
    pub open: Vec<usize>,
}

/// What becomes of the parts that SQL can't decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// Each is a list of those who pass it.
    Decided,
    /// The expression holds for everybody for whom it may hold.
    Possible,
}

/// Compiles a condition for a database, as it is at a moment. The numbers of
/// its parameters begin after `taken`.
#[must_use]
pub fn compile(
    condition: &Condition,
    database: DatabaseId,
    moment: &Moment,
    taken: usize,
) -> CompiledCondition {
    compile_as(condition, database, moment, taken, Parts::Decided)
}

pub(super) fn compile_as(
    condition: &Condition,
    database: DatabaseId,
    moment: &Moment,
    taken: usize,
    parts: Parts,
) -> CompiledCondition {
    let mut compiler = Compiler {
        database,
        moment,
        taken,
        parameters: Vec::new(),
        known: HashMap::new(),
        offsets: None,
        parts,
        turned: false,
        open: Vec::new(),
        row: "p",
        data: "p.data",
    };
    let sql = compiler.node(condition.root());
    CompiledCondition {
        sql,
        parameters: compiler.parameters,
        open: compiler.open,
    }
}

struct Compiler<'a> {
    database: DatabaseId,
    moment: &'a Moment,
    taken: usize,
    parameters: Vec<Cell>,
    /// Texts that are bound already.
    known: HashMap<String, usize>,
    /// The zone's offsets, once they were needed.
    offsets: Option<Arc<Offsets>>,
    parts: Parts,
    /// Whether an odd number of `not` stands around.
    turned: bool,
    open: Vec<usize>,
    /// The row of `profiles` that is asked about, and the values that tests of fields
    /// are about.
    row: &'static str,
    data: &'static str,
}

impl Compiler<'_> {
    fn bind(&mut self, cell: Cell) -> String {
        let next = self.taken + self.parameters.len() + 1;
        let number = match &cell {
            Cell::Text(text) => *self.known.entry(text.clone()).or_insert(next),
            _ => next,
        };
        if number == next {
            self.parameters.push(cell);
        }
        format!("?{number}")
    }

    fn node(&mut self, node: &Node) -> String {
        match node {
            Node::All(parts) => self.join(parts, " AND ", "1"),
            Node::Any(parts) => self.join(parts, " OR ", "0"),
            Node::Not(part) => {
                self.turned = !self.turned;
                let part = self.node(part);
                self.turned = !self.turned;
                format!("NOT {part}")
            }
            Node::Deliverable(_) | Node::Suppressed(_) => self.open(node),
            Node::Field(test) => self.field(test),
            Node::Subscription(test) => self.subscription(test),
            Node::Relation(test) => self.relation(test),
            Node::Event(test) => self.event(test),
            Node::Control(asked) => {
                let (id, row) = (self.bind(Cell::Integer(self.database.get())), self.row);
                let not = if *asked { "" } else { "NOT " };
                format!(
                    "{not}EXISTS (SELECT 1 FROM control_in_force AS c WHERE c.database_id = {id} AND c.profile = {row}.pk AND c.left_at IS NULL)"
                )
            }
            Node::Segment(id) => {
                let (id, row) = (self.bind(Cell::Integer(id.get())), self.row);
                format!(
                    "EXISTS (SELECT 1 FROM segment_members AS m WHERE m.segment_id = {id} AND m.profile = {row}.pk)"
                )
            }
            Node::Dynamic(segment) => {
                let root = self.node(&segment.root);
                match segment.range {
                    Range::ALL => root,
                    range => {
                        let [from, to] = [range.from(), range.to()].map(|n| self.bind(n.into()));
                        let place = place(&format!("{}.pk", self.row));
                        format!(
                            "CASE WHEN {place} >= {from} AND {place} < {to} THEN {root} ELSE 0 END"
                        )
                    }
                }
            }
            Node::Status(statuses) => {
                let (bits, row) = (self.bind(Cell::Integer(statuses.bits())), self.row);
                format!("(({bits} >> {row}.status) & 1)")
            }
            Node::Id(IdTest::OneOf(keys)) => {
                let (keys, row) = (
                    self.bind(Cell::Text(Value::from(keys.clone()).to_string())),
                    self.row,
                );
                format!("{row}.pk IN (SELECT value FROM json_each({keys}))")
            }
            Node::Id(IdTest::Between(first, last)) => {
                let [first, last] = [first, last].map(|key| self.bind(Cell::Integer(*key)));
                let row = self.row;
                format!("({row}.pk >= {first} AND {row}.pk <= {last})")
            }
            Node::Created(test) => self.time("created_at", test),
            Node::Updated(test) => self.time("updated_at", test),
        }
    }

    /// A part that is decided beside the statement.
    fn open(&mut self, node: &Node) -> String {
        match (self.parts, node) {
            (Parts::Decided, _) => {
                self.open.push(self.parameters.len());
                self.parameters.push(Cell::from("[]"));
                let number = self.taken + self.parameters.len();
                format!("p.pk IN (SELECT value FROM json_each(?{number}))")
            }
            // Surely nobody, so that not turns it into everybody.
            (Parts::Possible, _) if self.turned => "0".to_owned(),
            (Parts::Possible, Node::Deliverable(_)) => "(p.status = 0 AND EXISTS (
                    SELECT 1 FROM subscriptions AS s
                    WHERE s.profile = p.pk AND s.deleted = 0 AND s.status IN (0, 5)
                ))"
            .to_owned(),
            (Parts::Possible, _) => "1".to_owned(),
        }
    }

    fn join(&mut self, parts: &[Node], operator: &str, none: &str) -> String {
        if parts.is_empty() {
            return none.to_owned();
        }
        let parts: Vec<String> = parts.iter().map(|part| self.node(part)).collect();
        format!("({})", parts.join(operator))
    }

    /// A time that is kept in milliseconds.
    fn time(&mut self, column: &str, test: &DateTest) -> String {
        let Some(window) = test.window(self.moment) else {
            return "0".to_owned();
        };
        let [from, until] = window.instants.map(|ms| self.bind(Cell::Integer(ms)));
        let row = self.row;
        format!("({row}.{column} >= {from} AND {row}.{column} < {until})")
    }

    fn subscription(&mut self, test: &SubscriptionTest) -> String {
        let mut sql = format!(
            "EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.profile = {}.pk AND s.deleted = 0",
            self.row
        );
        if let Some(resource) = test.resource {
            let id = self.bind(Cell::Integer(resource.get()));
            sql.push_str(&format!(" AND s.resource_id = {id}"));
        }
        if let Some(channel) = test.channel {
            let code = self.bind(Cell::Integer(channel.code()));
            sql.push_str(&format!(" AND s.channel = {code}"));
        }
        if let Some(statuses) = test.statuses {
            let bits = self.bind(Cell::Integer(statuses.bits()));
            sql.push_str(&format!(" AND ({bits} >> s.status) & 1"));
        }
        if let Some(contact) = &test.contact {
            let key = self.bind(Cell::Text(contact.key().into_owned()));
            sql.push_str(&format!(" AND s.contact = {key}"));
        }
        if let Some(category) = &test.category {
            let name = self.bind(Cell::from(category.as_str()));
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM json_each(s.body, '$.t') AS c WHERE c.value = {name})"
            ));
        }
        sql + ")"
    }

    /// The relations of the profile that are all that is asked.
    fn relation(&mut self, test: &RelationTest) -> String {
        // Without statistics SQLite takes the primary key, which begins with side A.
        let (own, other, index) = match test.side {
            Side::A => ("a", "b", ""),
            Side::B => ("b", "a", "INDEXED BY relations_by_b"),
        };
        let id = self.bind(Cell::Integer(test.relation_type.get()));
        let mut found = format!(
            "FROM relations AS r {index} WHERE r.type_id = {id} AND r.{own} = {}.pk",
            self.row
        );
        let (row, data) = (self.row, std::mem::replace(&mut self.data, "r.weights"));
        for part in &test.weights {
            found.push_str(&format!(" AND {}", self.node(part)));
        }
        if let Some(with) = &test.with {
            let here = std::mem::replace(&mut self.database, test.other);
            (self.row, self.data) = ("q", "q.data");
            let with = self.node(with);
            found.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM profiles AS q WHERE q.pk = r.{other} AND {with})"
            ));
            self.database = here;
        }
        (self.row, self.data) = (row, data);
        if test.is_any() {
            return format!("EXISTS (SELECT 1 {found})");
        }
        self.counted(&test.counts, &found)
    }

    /// As many rows of a FROM as are asked for.
    fn counted(&mut self, counts: &[(Order, i64)], found: &str) -> String {
        let counts = counts.iter().map(|(order, bound)| {
            let bound = self.bind(Cell::Integer(*bound));
            format!("counted.n {} {bound}", operator(*order))
        });
        let counts = counts.collect::<Vec<_>>().join(" AND ");
        format!("(SELECT {counts} FROM (SELECT count(*) AS n {found}) AS counted)")
    }

    /// What happened to the profile and is all that is asked.
    fn event(&mut self, test: &EventTest) -> String {
        let row = self.row;
        let (database, moment) = (self.database, self.moment);
        let asked = events(test, &test.types, database, moment, &mut |cell| {
            self.bind(cell)
        });
        let mut found = format!("FROM {EVENTS} WHERE {asked} AND k.profile = {row}.pk");
        if let Some(id) = test.resource {
            let id = self.bind(Cell::Text(id.to_string()));
            found.push_str(&format!(
                " AND coalesce(k.about ->> 'resource_id' = {id}, 0)"
            ));
        }
        if let Some(id) = &test.message {
            let id = self.bind(Cell::from(id.as_str()));
            found.push_str(&format!(
                " AND coalesce(k.about ->> 'message_id' = {id}, 0)"
            ));
        }
        if let Some(url) = &test.url {
            let url = self.text("k.about ->> 'url'", url);
            found.push_str(&format!(" AND {url}"));
        }
        if test.is_any() {
            return format!("EXISTS (SELECT 1 {found})");
        }
        self.counted(&test.counts, &found)
    }

    fn field(&mut self, test: &FieldTest) -> String {
        let field = &test.field;
        let path = self.bind(Cell::Text(format!("$.\"{}\"", field.name)));
        let value = format!("{} ->> {path}", self.data);
        let items = format!("json_each({}, {path})", self.data);
        let is_list = matches!(field.field_type, FieldType::Tags | FieldType::Phones);
        match &test.test {
            Test::Exists => format!("{value} IS NOT NULL"),
            Test::Empty => {
                let empty = match field.field_type {
                    FieldType::Tags | FieldType::Phones | FieldType::Objects => "[]",
                    FieldType::Object => "{}",
                    _ => "",
                };
                format!("coalesce({value}, '{empty}') = '{empty}'")
            }
            Test::OneOf(values) if field.field_type == FieldType::Email => {
                self.mailbox(test, values)
            }
            Test::OneOf(values) => match values.as_slice() {
                [one] => {
                    let one = self.operand(one);
                    format!("coalesce({value} = {one}, 0)")
                }
                several => {
                    let several = self.bind(Cell::Text(Value::from(several.to_vec()).to_string()));
                    format!("coalesce({value} IN (SELECT value FROM json_each({several})), 0)")
                }
            },
            Test::Compare(order, bound) => {
                let bound = self.operand(bound);
                format!("coalesce({value} {} {bound}, 0)", operator(*order))
            }
            Test::Text(text) if is_list => {
                let item = self.text("item.value", text);
                format!("EXISTS (SELECT 1 FROM {items} AS item WHERE {item})")
            }
            Test::Text(text) => self.text(&value, text),
            Test::HasAny(asked) => {
                let asked = self.texts(asked);
                format!(
                    "EXISTS (SELECT 1 FROM {items} AS item WHERE item.value IN (SELECT value FROM json_each({asked})))"
                )
            }
            Test::HasAll(asked) => {
                let count = asked.len();
                let asked = self.texts(asked);
                format!(
                    "(SELECT count(DISTINCT item.value) FROM {items} AS item WHERE item.value IN (SELECT value FROM json_each({asked}))) = {count}"
                )
            }
            Test::Date(date) => self.date(&value, date),
        }
    }

    /// A value as it is compared with one that comes out of JSON. A number with
    /// a fraction goes the same way as the stored one, so that both are rounded
    /// alike.
    fn operand(&mut self, value: &Value) -> String {
        match value {
            Value::String(text) => self.bind(Cell::from(text.as_str())),
            other => {
                let json = self.bind(Cell::Text(other.to_string()));
                format!("({json} ->> '$')")
            }
        }
    }

    fn texts(&mut self, texts: &[String]) -> String {
        self.bind(Cell::Text(Value::from(texts.to_vec()).to_string()))
    }

    fn text(&mut self, value: &str, test: &TextTest) -> String {
        let patterns = test.patterns();
        if let [pattern] = patterns.as_slice() {
            let pattern = self.bind(Cell::from(pattern.as_str()));
            return format!("coalesce({value} GLOB {pattern}, 0)");
        }
        let patterns = self.texts(&patterns);
        format!(
            "EXISTS (SELECT 1 FROM json_each({patterns}) AS pattern WHERE {value} GLOB pattern.value)"
        )
    }

    /// The same mailbox may be spelled differently; its match key is not.
    fn mailbox(&mut self, test: &FieldTest, values: &[Value]) -> String {
        let field = Field::new(test.field.id, &test.field.name, test.field.field_type);
        let keys = values
            .iter()
            .flat_map(|value| MatchKey::of_field(&field, value));
        let keys: Vec<String> = keys.map(|key| key.value).collect();
        let keys = self.texts(&keys);
        let database = self.bind(Cell::Integer(self.database.get()));
        let kind = self.bind(Cell::Integer(field.id.get()));
        let row = self.row;
        format!(
            "{row}.pk IN (SELECT k.profile FROM json_each({keys}) AS asked CROSS JOIN match_keys AS k ON k.database_id = {database} AND k.kind = {kind} AND k.value = asked.value)"
        )
    }

    /// A date, whether it is a plain one (of ten characters) or an instant.
    fn date(&mut self, value: &str, test: &DateTest) -> String {
        match (test, test.window(self.moment)) {
            (_, Some(window)) => {
                let texts = window.instant_texts();
                let [first, after] = window.days.map(|text| self.bind(Cell::Text(text)));
                let [from, until] = texts.map(|text| self.bind(Cell::Text(text)));
                format!(
                    "coalesce(CASE length({value}) WHEN 10 THEN {value} >= {first} AND {value} < {after} ELSE {value} >= {from} AND {value} < {until} END, 0)"
                )
            }
            (DateTest::Calendar(calendar), None) => {
                let days = calendar.days(self.moment);
                let zone = &self.moment.zone;
                let offsets = self
                    .offsets
                    .get_or_insert_with(|| Arc::new(Offsets::of(zone)));
                let offsets = Arc::clone(offsets);
                is_one_of(value, &days, &offsets, |cell| self.bind(cell))
            }
            (_, None) => "0".to_owned(),
        }
    }
}

/// What happened, by profile.
pub(super) const EVENTS: &str = "history AS k INDEXED BY history_events";

/// WHERE an event among [`EVENTS`] is of some types, and of the times that are asked for.
pub(super) fn events(
    test: &EventTest,
    types: &[String],
    database: DatabaseId,
    moment: &Moment,
    bind: &mut dyn FnMut(Cell) -> String,
) -> String {
    let database = bind(Cell::Integer(database.get()));
    let types = types.iter().map(|one| bind(Cell::from(one.as_str())));
    let types = types.collect::<Vec<_>>().join(", ");
    let mut sql = format!(
        "k.kind = 'profile.event' AND k.database_id = {database}
         AND k.about ->> 'event' IN ({types})"
    );
    for window in test.windows(moment) {
        let [from, until] = window.instant_texts().map(|text| bind(Cell::Text(text)));
        sql.push_str(&format!(
            " AND k.about ->> 'at' >= {from} AND k.about ->> 'at' < {until}"
        ));
    }
    sql
}

/// How two values are compared.
fn operator(order: Order) -> &'static str {
    match order {
        Order::Less => "<",
        Order::LessOrEqual => "<=",
        Order::Equal => "=",
        Order::GreaterOrEqual => ">=",
        Order::Greater => ">",
    }
}
