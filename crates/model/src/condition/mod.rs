//! Conditions: which profiles of a database are meant. One small JSON language
//! for lists, bulk updates, exports and segments.
//!
//! | condition | holds for profiles |
//! | --- | --- |
//! | `{}`, `{"all": []}` | all |
//! | `{"all": […]}` | that meet every condition in the list |
//! | `{"any": […]}` | that meet at least one |
//! | `{"not": {…}}` | that don't meet it |
//! | `{"field": "_city", "eq": "Paris"}` | whose value passes every test that is named; see [`FieldTest`] |
//! | `{"subscription": {…}}` | with one live subscription that is all that is asked; see [`SubscriptionTest`] |
//! | `{"deliverable": {…}}` | with a subscription by which messages may be sent now; see [`DeliverableTest`] |
//! | `{"suppressed": true}` | with a contact on a suppression list; see [`SuppressedTest`] |
//! | `{"relation": {"type": "1"}}` | that are related to others; see [`RelationTest`] |
//! | `{"event": {"type": "clicked"}}` | to whom that happened; see [`EventTest`] |
//! | `{"segment": "3"}` | that are members of a segment |
//! | `{"control_group": true}` | that are in the control group; `false`: that aren't |
//! | `{"status": ["subscribed"]}` | with one of these global statuses |
//! | `{"id": ["…"]}` | that are these; see [`IdTest`] |
//! | `{"created_at": {"ge": "2026-01-01"}}`, `updated_at` | that were made, or last changed, then; tests as for date fields |
//!
//! A test holds or does not; there is no third. A missing value passes none but
//! `ne`, `"exists": false` and `"empty": true`, and what `not` turns around: a
//! missing value is not equal to anything.
//!
//! The meaning is written down twice: [`Condition::holds`] here, and the SQL
//! that the store makes of [`Condition::root`]. A property test in the store
//! holds them against each other.

mod date;
mod evaluate;
mod event;
mod field;
mod id;
mod operand;
mod parse;
mod reach;
mod relation;
mod segments;
mod subscription;
mod text;

pub use date::{Calendar, DateTest, DateValue, Moment, Order, Window};
pub use event::EventTest;
pub use field::{FieldRef, FieldTest, Test};
pub use id::IdTest;
pub use reach::{DeliverableTest, SuppressedTest, is_deliverable};
pub use relation::RelationTest;
pub use segments::named_segments;
pub use subscription::{Statuses, SubscriptionTest};
pub use text::{Place, TextTest};

use crate::id::SegmentId;
use crate::range::Range;

/// How deep `all`, `any` and `not` may be nested.
pub const MAX_DEPTH: usize = 8;
/// How deep dynamic segments may stand in the conditions of others.
pub const MAX_SEGMENT_DEPTH: usize = 4;
/// The most tests in a condition.
pub const MAX_TESTS: usize = 200;
/// The most values in one list.
pub const MAX_VALUES: usize = 1000;
/// The most values in all lists of a condition: even for one profile, that many
/// are compared.
pub const MAX_ALL_VALUES: usize = 5000;
/// The longest text of `contains`, `starts_with` and `ends_with`, and of a test
/// that ignores case, in characters.
pub const MAX_TEXT_CHARS: usize = 255;

/// A condition that fits its database.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    root: Node,
}

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Every part holds; nothing is asked if there is none.
    All(Vec<Node>),
    /// At least one part holds.
    Any(Vec<Node>),
    /// The part does not hold.
    Not(Box<Node>),
    /// A test of a field's value.
    Field(FieldTest),
    /// A live subscription like this is there.
    Subscription(SubscriptionTest),
    /// Messages may be sent now.
    Deliverable(DeliverableTest),
    /// A contact stands on a suppression list.
    Suppressed(SuppressedTest),
    /// The profile is in the control group, or not.
    Control(bool),
    /// The profile is a member of a static or updatable segment.
    Segment(SegmentId),
    /// It belongs to a dynamic segment.
    Dynamic(Box<DynamicSegment>),
    /// It is related to others.
    Relation(Box<RelationTest>),
    /// Something happened to it.
    Event(Box<EventTest>),
    /// The global status is one of these.
    Status(Statuses),
    /// The profile is one of some, or was made between others.
    Id(IdTest),
    /// When the profile was made.
    Created(DateTest),
    /// When it was last changed.
    Updated(DateTest),
}

/// Who belongs to a dynamic segment: those in a window who meet its condition.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicSegment {
    /// The segment.
    pub id: SegmentId,
    /// The window of the database.
    pub range: Range,
    /// The condition.
    pub root: Node,
}

impl Condition {
    /// The condition that everybody meets.
    pub fn everybody() -> Self {
        Condition {
            root: Node::All(Vec::new()),
        }
    }

    /// Whether nothing is asked.
    pub fn is_everybody(&self) -> bool {
        matches!(&self.root, Node::All(parts) if parts.is_empty())
    }

    /// The same, and what another one asks as well.
    #[must_use]
    pub fn within(self, other: Condition) -> Self {
        let mut parts = vec![other.root];
        if !self.is_everybody() {
            parts.push(self.root);
        }
        Condition {
            root: Node::All(parts),
        }
    }

    /// The condition as a tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// What everybody who meets it meets: the parts that are joined by nothing
    /// but `all`.
    fn certain(&self) -> Vec<&Node> {
        let (mut found, mut left) = (Vec::new(), vec![&self.root]);
        while let Some(node) = left.pop() {
            match node {
                Node::All(parts) => left.extend(parts),
                Node::Dynamic(segment) => left.push(&segment.root),
                other => found.push(other),
            }
        }
        found
    }

    /// The tests of subscriptions that everybody who meets it passes.
    pub(crate) fn subscriptions(&self) -> Vec<&SubscriptionTest> {
        let certain = self.certain().into_iter();
        let tests = certain.filter_map(|node| match node {
            Node::Subscription(test) => Some(test),
            _ => None,
        });
        tests.collect()
    }

    /// The global statuses of which everybody who meets it has one, if it says so.
    pub(crate) fn statuses(&self) -> Option<Statuses> {
        let mut certain = self.certain().into_iter();
        certain.find_map(|node| match node {
            Node::Status(statuses) => Some(*statuses),
            _ => None,
        })
    }

    /// The segments that it names, each as often as it does.
    pub fn segments(&self) -> Vec<SegmentId> {
        let mut found = Vec::new();
        self.root.collect_segments(&mut found);
        found
    }
}

impl Node {
    /// How many values its lists have.
    fn values(&self) -> usize {
        match self {
            Node::All(parts) | Node::Any(parts) => parts.iter().map(Node::values).sum(),
            Node::Not(part) => part.values(),
            Node::Dynamic(segment) => segment.root.values(),
            Node::Field(test) => match &test.test {
                Test::OneOf(values) => values.len(),
                Test::Text(test) => test.texts.len(),
                Test::HasAny(values) | Test::HasAll(values) => values.len(),
                Test::Exists | Test::Empty | Test::Compare(..) | Test::Date(_) => 0,
            },
            Node::Relation(test) => {
                let parts = test.weights.iter().chain(&test.with);
                parts.map(Node::values).sum()
            }
            Node::Id(test) => test.values(),
            Node::Subscription(_)
            | Node::Event(_)
            | Node::Deliverable(_)
            | Node::Suppressed(_)
            | Node::Control(_)
            | Node::Segment(_)
            | Node::Status(_)
            | Node::Created(_)
            | Node::Updated(_) => 0,
        }
    }

    /// The parts that only what stands against contacts decides, in order.
    pub fn open(&self) -> Vec<&Node> {
        match self {
            Node::All(parts) | Node::Any(parts) => parts.iter().flat_map(Node::open).collect(),
            Node::Not(part) => part.open(),
            Node::Dynamic(segment) => segment.root.open(),
            Node::Deliverable(_) | Node::Suppressed(_) => vec![self],
            Node::Control(_)
            | Node::Segment(_)
            | Node::Relation(_)
            | Node::Event(_)
            | Node::Field(_)
            | Node::Subscription(_)
            | Node::Status(_)
            | Node::Id(_)
            | Node::Created(_)
            | Node::Updated(_) => Vec::new(),
        }
    }

    /// Whether it, or a part of it, is such a one.
    pub fn has(&self, is_such: &dyn Fn(&Node) -> bool) -> bool {
        let has = |part: &Node| part.has(is_such);
        is_such(self)
            || match self {
                Node::All(parts) | Node::Any(parts) => parts.iter().any(has),
                Node::Not(part) => part.has(is_such),
                Node::Relation(test) => test.with.iter().any(has),
                Node::Dynamic(segment) => segment.root.has(is_such),
                Node::Event(_)
                | Node::Field(_)
                | Node::Subscription(_)
                | Node::Deliverable(_)
                | Node::Suppressed(_)
                | Node::Control(_)
                | Node::Segment(_)
                | Node::Status(_)
                | Node::Id(_)
                | Node::Created(_)
                | Node::Updated(_) => false,
            }
    }

    fn collect_segments(&self, found: &mut Vec<SegmentId>) {
        match self {
            Node::All(parts) | Node::Any(parts) => {
                for part in parts {
                    part.collect_segments(found);
                }
            }
            Node::Not(part) => part.collect_segments(found),
            Node::Segment(id) => found.push(*id),
            Node::Dynamic(segment) => {
                found.push(segment.id);
                segment.root.collect_segments(found);
            }
            // Segments of the other database are none of this one.
            Node::Relation(_)
            | Node::Event(_)
            | Node::Field(_)
            | Node::Subscription(_)
            | Node::Deliverable(_)
            | Node::Suppressed(_)
            | Node::Control(_)
            | Node::Status(_)
            | Node::Id(_)
            | Node::Created(_)
            | Node::Updated(_) => {}
        }
    }
}
