//! Who is related to whom, in conditions:
//! `{"relation": {"type": "1", "side": "b", "weights": {"orders": {"ge": 3}}}}`.

use super::date::Order;
use super::operand::counts;
use super::{Moment, Node, field};
use crate::Code;
use crate::error::{Invalid, excerpt, valid};
use crate::field::Context;
use crate::id::{DatabaseId, RelationTypeId};
use crate::readers::text_of;
use crate::relation::{RelationType, Side, Weights, in_utc};
use crate::write::Schema;
use serde_json::{Map, Value};

/// The members of the test.
const MEMBERS: [&str; 5] = ["type", "side", "weights", "with", "count"];

/// A profile stands on one side of so many relations, each of which is all that is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationTest {
    /// Relations of this type.
    pub relation_type: RelationTypeId,
    /// The side on which the profile stands that is meant.
    pub side: Side,
    /// Tests of weights; all must hold.
    pub weights: Vec<Node>,
    /// What the profile across must meet.
    pub with: Option<Node>,
    /// The database of the profile across.
    pub other: DatabaseId,
    /// How many such relations there must be: all of these must hold.
    pub counts: Vec<(Order, i64)>,
}

impl RelationTest {
    /// Whether weights pass the tests of them.
    pub fn accepts_weights(&self, weights: &Weights, moment: &Moment) -> bool {
        self.weights
            .iter()
            .all(|node| accepts(node, weights, moment))
    }

    /// Whether so many relations are as many as are asked for.
    pub fn accepts_count(&self, count: usize) -> bool {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut counts = self.counts.iter();
        counts.all(|(order, bound)| order.accepts(count.cmp(bound)))
    }

    /// Whether somebody without any such relation can't pass.
    pub fn needs_one(&self) -> bool {
        !self.accepts_count(0)
    }

    /// Whether one is enough.
    pub fn is_any(&self) -> bool {
        self.counts == [(Order::GreaterOrEqual, 1)]
    }
}

/// A test of weights: they are read as those of fields.
fn accepts(node: &Node, weights: &Weights, moment: &Moment) -> bool {
    let holds = |part: &Node| accepts(part, weights, moment);
    match node {
        Node::All(parts) => parts.iter().all(holds),
        Node::Any(parts) => parts.iter().any(holds),
        Node::Not(part) => !holds(part),
        Node::Field(test) => test.accepts(weights.get(&test.field.name), moment),
        // Nothing else is read as a test of weights.
        Node::Subscription(_)
        | Node::Event(_)
        | Node::Deliverable(_)
        | Node::Suppressed(_)
        | Node::Control(_)
        | Node::Segment(_)
        | Node::Dynamic(_)
        | Node::Relation(_)
        | Node::Status(_)
        | Node::Id(_)
        | Node::Created(_)
        | Node::Updated(_) => false,
    }
}

/// What a test says beside `with`, which is a condition of the database across.
pub(super) struct RelationParts<'a> {
    pub test: RelationTest,
    /// How many tests of weights there are.
    pub tests: usize,
    pub with: Option<&'a Value>,
}

/// Reads `{"type", "side", "weights", "with", "count"}`, all but the first optional. The side
/// can be left out where only one of them is of the database.
///
/// Codes: `wrong_type`, `unknown_member`, `required`, `invalid_id`, `unknown_relation_type`,
/// `not_an_option`, `unknown_property`, those of tests of fields, `empty`, `out_of_range`.
pub(super) fn parse<'a>(
    value: &'a Value,
    schema: &Schema,
) -> Result<RelationParts<'a>, Vec<Invalid>> {
    let Value::Object(members) = value else {
        return Err(vec![Invalid::wrong_type(value, "an object")]);
    };
    let unknown = members
        .keys()
        .filter(|name| !MEMBERS.contains(&name.as_str()));
    let mut wrong: Vec<Invalid> = unknown
        .map(|name| {
            let detail = format!("There are only {} here.", MEMBERS.join(", "));
            Invalid::new(Code::UnknownMember, detail).at(name)
        })
        .collect();
    let relation_type = match relation_type(members, schema) {
        Ok(found) => found,
        Err(one) => {
            wrong.push(one.at("type"));
            return Err(wrong);
        }
    };
    let side = match side(members, relation_type, schema) {
        Ok(side) => Some(side),
        Err(one) => {
            wrong.push(one.at("side"));
            None
        }
    };
    let (mut weights, mut tests) = (Vec::new(), 0);
    if let Some(given) = members.get("weights") {
        match in_utc(|context| read_weights(given, relation_type, context)) {
            Ok(read) => (weights, tests) = read,
            Err(all) => wrong.extend(all.into_iter().map(|one| one.at("weights"))),
        }
    }
    let mut many = vec![(Order::GreaterOrEqual, 1)];
    if let Some(given) = members.get("count") {
        match counts(given) {
            Ok(read) => many = read,
            Err(all) => wrong.extend(all.into_iter().map(|one| one.at("count"))),
        }
    }
    let side = valid(side, wrong)?.unwrap_or(Side::A);
    Ok(RelationParts {
        test: RelationTest {
            relation_type: relation_type.id,
            side,
            weights,
            with: None,
            other: relation_type.database(side.other()),
            counts: many,
        },
        tests,
        with: members.get("with").filter(|with| !with.is_null()),
    })
}

fn relation_type<'a>(
    members: &Map<String, Value>,
    schema: &Schema<'a>,
) -> Result<&'a RelationType, Invalid> {
    let given = members.get("type").ok_or_else(|| {
        let detail = "Say of which type the relations are, by its id.";
        Invalid::new(Code::Required, detail)
    })?;
    schema.relation_type(RelationTypeId::from_json(given)?)
}

/// The side on which the profile stands: one that is of the database.
fn side(
    members: &Map<String, Value>,
    relation_type: &RelationType,
    schema: &Schema,
) -> Result<Side, Invalid> {
    let given = members.get("side").filter(|given| !given.is_null());
    let given = given.map(|given| text_of(given)?.parse()).transpose()?;
    relation_type.side_of(schema.database.id, given)
}

fn read_weights(
    given: &Value,
    relation_type: &RelationType,
    context: &Context,
) -> Result<(Vec<Node>, usize), Vec<Invalid>> {
    let Value::Object(members) = given else {
        return Err(vec![Invalid::wrong_type(
            given,
            "an object of tests by property",
        )]);
    };
    let (mut nodes, mut wrong) = (Vec::new(), Vec::new());
    for (name, tests) in members {
        let read = match (relation_type.property(name), tests) {
            (None, _) => {
                let detail = format!("The relation type has no property {}.", excerpt(name));
                Err(vec![Invalid::new(Code::UnknownProperty, detail)])
            }
            (Some(_), tests) if !tests.is_object() => {
                Err(vec![Invalid::wrong_type(tests, "an object of tests")])
            }
            (Some(property), tests) => {
                let none = Map::new();
                field::parse(
                    tests.as_object().unwrap_or(&none),
                    &property.field(),
                    context,
                )
            }
        };
        match read {
            Ok(read) => nodes.extend(read),
            Err(all) => wrong.extend(all.into_iter().map(|one| one.at(name))),
        }
    }
    let tests = nodes.len();
    valid((nodes, tests), wrong)
}
