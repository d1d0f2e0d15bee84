//! Reading a condition from JSON, collecting everything that is wrong.

use super::date::DateTest;
use super::event::EventTest;
use super::id::IdTest;
use super::operand::date_tests;
use super::reach::{DeliverableTest, SuppressedTest};
use super::subscription::{Statuses, SubscriptionTest};
use super::{
    Condition, DynamicSegment, MAX_ALL_VALUES, MAX_DEPTH, MAX_SEGMENT_DEPTH, MAX_TESTS, Node,
    field, relation,
};
use crate::Code;
use crate::error::{Invalid, excerpt, valid};
use crate::id::SegmentId;
use crate::readers::{flag, text_of};
use crate::segment::SegmentKind;
use crate::write::{MAX_ERRORS, Schema};
use serde_json::{Map, Value};

/// What a condition can be about.
const KINDS: [&str; 15] = [
    "all",
    "any",
    "not",
    "field",
    "subscription",
    "deliverable",
    "suppressed",
    "control_group",
    "segment",
    "relation",
    "event",
    "status",
    "id",
    "created_at",
    "updated_at",
];

/// The tests of the times of a profile.
const TIME_TESTS: [&str; 8] = [
    "eq",
    "lt",
    "le",
    "gt",
    "ge",
    "between",
    "last",
    "older_than",
];

impl Condition {
    /// Reads a condition (see [the language](super)) and checks it against the
    /// database's fields, the resources and the segments. Values are read as
    /// those of profiles are, and `null` is none.
    ///
    /// # Errors
    /// Everything that is wrong, at most [`MAX_ERRORS`], each with its JSON
    /// pointer. Codes of the tree: `wrong_type`, `unknown_condition`,
    /// `several_conditions`, `empty`, `too_deep`, `too_many`; of tests:
    /// `unknown_field`, `operator_missing`, `unknown_operator`,
    /// `operator_not_for_type`, `empty`, `too_many`, `too_long`,
    /// `invalid_range`, `invalid_duration`, `out_of_range`, `unknown_member`,
    /// `unknown_segment`; and those of values, resources and contacts.
    pub fn parse(json: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut parser = Parser {
            schema: *schema,
            tests: 0,
            across: false,
            inside: Vec::new(),
            defines: false,
        };
        Self::read(parser.node(json, 0))
    }

    /// Reads what a segment's condition is to be, as [`Condition::parse`] does; `id` is the
    /// segment's, if there is one already.
    ///
    /// # Errors
    /// Code `segment_cycle` too: the segment would be part of its own condition, or of that
    /// of one that it names.
    pub fn of_segment(
        json: &Value,
        id: Option<SegmentId>,
        schema: &Schema,
    ) -> Result<Self, Vec<Invalid>> {
        let mut parser = Parser {
            schema: *schema,
            tests: 0,
            across: false,
            inside: id.into_iter().collect(),
            defines: true,
        };
        Self::read(parser.node(json, 0))
    }

    /// Being a member of the segment with the id that a client sent.
    ///
    /// # Errors
    /// Codes `invalid_id`, `unknown_segment`, `segment_unfit`.
    pub fn of_members(given: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut parser = Parser {
            schema: *schema,
            tests: 0,
            across: false,
            inside: Vec::new(),
            defines: false,
        };
        Self::read(parser.segment(given))
    }

    fn read(root: Result<Node, Vec<Invalid>>) -> Result<Self, Vec<Invalid>> {
        let root = root.map_err(|mut wrong| {
            wrong.truncate(MAX_ERRORS);
            wrong
        })?;
        if root.values() > MAX_ALL_VALUES {
            let detail = format!("The lists of a condition have at most {MAX_ALL_VALUES} values.");
            return Err(vec![Invalid::new(Code::TooMany, detail)]);
        }
        Ok(Condition { root })
    }
}

struct Parser<'a> {
    schema: Schema<'a>,
    tests: usize,
    /// Whether it reads what the profile across a relation must meet.
    across: bool,
    /// The segments whose conditions are being read, the outermost first.
    inside: Vec<SegmentId>,
    /// Whether a segment is being made or changed, so that updatable ones are looked into.
    defines: bool,
}

impl Parser<'_> {
    /// Reads a condition that stands inside so many others.
    fn node(&mut self, json: &Value, depth: usize) -> Result<Node, Vec<Invalid>> {
        let Value::Object(members) = json else {
            return Err(vec![Invalid::wrong_type(
                json,
                "a condition, which is an object",
            )]);
        };
        if let Some(name) = members.get("field") {
            return self.field(name, members);
        }
        let mut kinds = members.iter();
        let Some((kind, value)) = kinds.next() else {
            return Ok(Node::All(Vec::new()));
        };
        let unknown = members
            .keys()
            .filter(|name| !KINDS.contains(&name.as_str()));
        let unknown: Vec<Invalid> = unknown.map(|name| unknown_condition(name)).collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        if members.len() > 1 {
            let detail = "A condition is about one thing: join several in an all or any list.";
            return Err(vec![Invalid::new(Code::SeveralConditions, detail)]);
        }
        let group = matches!(kind.as_str(), "all" | "any" | "not");
        if group && depth >= MAX_DEPTH {
            let detail = format!("all, any and not may be nested {MAX_DEPTH} levels deep at most.");
            return Err(vec![Invalid::new(Code::TooDeep, detail).at(kind)]);
        }
        if !group {
            self.count(1)?;
        }
        if self.across && ["deliverable", "suppressed", "relation"].contains(&kind.as_str()) {
            let detail = "This can't be asked of the profile across a relation.";
            return Err(vec![Invalid::new(Code::NotSupported, detail).at(kind)]);
        }
        let read = match kind.as_str() {
            "all" => self.list(value, depth).map(Node::All),
            "any" => match self.list(value, depth) {
                Ok(parts) if parts.is_empty() => {
                    let detail = "An empty any would hold for nobody; {} holds for everybody.";
                    Err(vec![Invalid::new(Code::Empty, detail)])
                }
                read => read.map(Node::Any),
            },
            "not" => self
                .node(value, depth + 1)
                .map(|part| Node::Not(Box::new(part))),
            "subscription" => SubscriptionTest::parse(value, &self.schema).map(Node::Subscription),
            "deliverable" => DeliverableTest::parse(value, &self.schema).map(Node::Deliverable),
            "suppressed" => SuppressedTest::parse(value).map(Node::Suppressed),
            "control_group" => flag(value)
                .map(Node::Control)
                .map_err(|invalid| vec![invalid]),
            "segment" => self.segment(value),
            "relation" => self.relation(value, depth),
            "event" => {
                EventTest::parse(value, &self.schema).map(|test| Node::Event(Box::new(test)))
            }
            "status" => Statuses::parse(value).map(Node::Status),
            "id" => IdTest::parse(value).map(Node::Id),
            "created_at" => self.time(value, Node::Created),
            _ => self.time(value, Node::Updated),
        };
        read.map_err(|all| all.into_iter().map(|one| one.at(kind)).collect())
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<Vec<Node>, Vec<Invalid>> {
        let Value::Array(items) = value else {
            return Err(vec![Invalid::wrong_type(value, "an array of conditions")]);
        };
        let mut parts = Vec::new();
        let mut wrong = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match self.node(item, depth + 1) {
                Ok(part) => parts.push(part),
                Err(all) => wrong.extend(all.into_iter().map(|one| one.at_index(index))),
            }
            if self.tests > MAX_TESTS || parts.len() > MAX_TESTS {
                break;
            }
        }
        if parts.len() > MAX_TESTS {
            wrong.push(too_many_tests());
        }
        valid(parts, wrong)
    }

    /// Membership of a segment; the condition of a dynamic one in its place.
    fn segment(&mut self, given: &Value) -> Result<Node, Vec<Invalid>> {
        let found = self.schema.segment(given)?;
        let id = found.id;
        // First of all: the one that is being given a condition may have none so far.
        if let Some(first) = self.inside.iter().position(|one| *one == id) {
            let way = self.inside.iter().skip(first).chain([&id]);
            let way: Vec<String> = way.map(ToString::to_string).collect();
            let detail = format!("A segment would be part of itself: {}.", way.join(" → "));
            return Err(vec![Invalid::new(Code::SegmentCycle, detail)]);
        }
        let Some(rule) = &found.rule else {
            return Ok(Node::Segment(id));
        };
        let is_dynamic = found.kind == SegmentKind::Dynamic;
        if !is_dynamic && !self.defines {
            return Ok(Node::Segment(id));
        }
        if self.inside.len() > MAX_SEGMENT_DEPTH {
            let detail = format!(
                "Segments stand in the conditions of others {MAX_SEGMENT_DEPTH} levels deep at most."
            );
            return Err(vec![Invalid::new(Code::TooDeep, detail)]);
        }
        let before = self.tests;
        self.inside.push(id);
        let root = self.node(&rule.condition, 0);
        self.inside.pop();
        match root {
            Ok(root) if is_dynamic => Ok(Node::Dynamic(Box::new(DynamicSegment {
                id,
                range: rule.range,
                root,
            }))),
            Err(wrong) => {
                let mut wrong = wrong.into_iter();
                let Some(first) = wrong.find(|one| is_dynamic || one.code == Code::SegmentCycle)
                else {
                    // Who is in an updatable one is known, whatever became of its condition.
                    self.tests = before;
                    return Ok(Node::Segment(id));
                };
                let (code, detail) = match first.code {
                    Code::SegmentCycle | Code::TooDeep | Code::TooMany => {
                        (first.code, first.detail)
                    }
                    _ => {
                        let why = first.detail;
                        let detail = format!("Segment {id} no longer fits its database: {why}");
                        (Code::SegmentUnfit, detail)
                    }
                };
                Err(vec![Invalid::new(code, detail)])
            }
            Ok(_) => {
                self.tests = before;
                Ok(Node::Segment(id))
            }
        }
    }

    /// A test of relations. What the profile across must meet is a condition of its
    /// database.
    fn relation(&mut self, value: &Value, depth: usize) -> Result<Node, Vec<Invalid>> {
        let parts = relation::parse(value, &self.schema)?;
        self.count(parts.tests)?;
        let mut test = parts.test;
        if let Some(with) = parts.with {
            let Some(schema) = self.schema.across(test.other) else {
                let detail = "The database across is not known here.";
                return Err(vec![Invalid::new(Code::NotSupported, detail).at("with")]);
            };
            let here = std::mem::replace(&mut self.schema, schema);
            self.across = true;
            let read = self.node(with, depth + 1);
            self.across = false;
            self.schema = here;
            let read = read.map_err(|all| {
                let all = all.into_iter().map(|one| one.at("with"));
                all.collect::<Vec<_>>()
            });
            test.with = Some(read?);
        }
        Ok(Node::Relation(Box::new(test)))
    }

    /// Counts tests; code `too_many`.
    fn count(&mut self, tests: usize) -> Result<(), Invalid> {
        self.tests += tests;
        if self.tests > MAX_TESTS {
            return Err(too_many_tests());
        }
        Ok(())
    }

    fn field(&mut self, name: &Value, members: &Map<String, Value>) -> Result<Node, Vec<Invalid>> {
        let tests = members
            .keys()
            .filter(|name| !["field", "ignore_case"].contains(&name.as_str()));
        self.count(tests.count().max(1))?;
        let database = self.schema.database;
        let found = text_of(name).and_then(|name| {
            database.field(name).ok_or_else(|| {
                let hint = match name {
                    "_status" => ": ask for the global status by \"status\"",
                    "id" => ": profiles are chosen by what they are like, not by id",
                    _ => "",
                };
                let detail = format!("The database has no field {}{hint}.", excerpt(name));
                Invalid::new(Code::UnknownField, detail)
            })
        });
        let found = found.map_err(|wrong| wrong.at("field"))?;
        let mut tests = field::parse(members, found, &database.context())?;
        Ok(match tests.pop() {
            Some(only) if tests.is_empty() => only,
            last => Node::All(tests.into_iter().chain(last).collect()),
        })
    }

    fn time(&mut self, value: &Value, node: fn(DateTest) -> Node) -> Result<Node, Vec<Invalid>> {
        let Value::Object(members) = value else {
            return Err(vec![Invalid::wrong_type(value, "an object of tests")]);
        };
        let mut tests = Vec::new();
        let mut wrong = Vec::new();
        if members.is_empty() {
            let detail = format!("Say when: {}.", TIME_TESTS.join(", "));
            wrong.push(Invalid::new(Code::OperatorMissing, detail));
        }
        for (name, given) in members {
            let read = if TIME_TESTS.contains(&name.as_str()) {
                date_tests(name, given, &self.schema.database.time_zone)
            } else {
                let detail = format!(
                    "There is no such test of a time: {}.",
                    TIME_TESTS.join(", ")
                );
                Err(vec![Invalid::new(Code::UnknownOperator, detail)])
            };
            match read {
                Ok(read) => tests.extend(read.into_iter().map(node)),
                Err(all) => wrong.extend(all.into_iter().map(|one| one.at(name))),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Node::All(tests))
    }
}

fn too_many_tests() -> Invalid {
    let detail = format!("A condition has at most {MAX_TESTS} tests.");
    Invalid::new(Code::TooMany, detail)
}

fn unknown_condition(name: &str) -> Invalid {
    let detail = format!("A condition is about one of {}.", KINDS.join(", "));
    Invalid::new(Code::UnknownCondition, detail).at(name)
}
