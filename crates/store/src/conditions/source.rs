//! Where candidates come from: match keys and segments that every profile which
//! meets the condition has, or the whole database.

use roster_model::condition::{Condition, EventTest, IdTest, Moment, Node};
use roster_model::matching::MatchKey;
use roster_model::relation::Side;
use roster_model::{DatabaseId, RelationTypeId, SegmentId};
use serde_json::Value;

use super::compile::{EVENTS, events};
use crate::Cell;

/// How many shared keys and segments may lead to candidates together: each is a
/// part of the statement, and their lists are merged.
const MOST_LISTS: usize = 64;

/// How many unique keys may; they are looked up all at once.
const MOST_UNIQUE: usize = 1000;

/// Where candidates come from.
#[derive(Debug)]
pub(super) enum Source {
    /// All profiles of the database.
    Everybody,
    /// One list of candidates: a table, which is called `k`, the column of keys,
    /// which is in order, and what chooses its rows.
    List {
        table: &'static str,
        column: &'static str,
        test: String,
    },
    /// Several, as a compound SELECT of keys after ?2; its parts are in order
    /// each and are merged.
    Lists(String),
}

impl Source {
    /// Chooses, and adds what it needs to the parameters, of which `taken` come
    /// before the first.
    pub(super) fn of(
        condition: &Condition,
        database: DatabaseId,
        moment: &Moment,
        parameters: &mut Vec<Cell>,
        taken: usize,
    ) -> Self {
        let Some(lists) = lists(condition.root()) else {
            return Source::Everybody;
        };
        let mut bind = |cell: Cell| {
            parameters.push(cell);
            taken + parameters.len()
        };
        let mut parts = Vec::new();
        // Whether a list may have a profile more than once.
        let mut repeats = false;
        for list in lists {
            parts.push(match list {
                List::Unique { kind, values } => {
                    let values = bind(Cell::Text(Value::from(values).to_string()));
                    let kind = bind(Cell::Integer(kind));
                    let test = format!(
                        "k.database_id = ?1 AND k.kind = ?{kind}
                         AND k.value IN (SELECT value FROM json_each(?{values}))"
                    );
                    ("match_keys AS k", "k.profile", test)
                }
                List::Shared(key) => {
                    let value = bind(Cell::Text(key.value));
                    let kind = bind(Cell::Integer(key.kind));
                    let test =
                        format!("k.database_id = ?1 AND k.kind = ?{kind} AND k.value = ?{value}");
                    ("match_keys AS k", "k.slot", test)
                }
                List::Ids(IdTest::OneOf(keys)) => {
                    let keys = bind(Cell::Text(Value::from(keys.clone()).to_string()));
                    let test = format!(
                        "k.database_id = ?1 AND k.pk IN (SELECT value FROM json_each(?{keys}))"
                    );
                    ("profiles AS k NOT INDEXED", "k.pk", test)
                }
                List::Ids(IdTest::Between(first, last)) => {
                    let [first, last] = [first, last].map(|key| bind(Cell::Integer(*key)));
                    let test =
                        format!("k.database_id = ?1 AND k.pk >= ?{first} AND k.pk <= ?{last}");
                    (
                        "profiles AS k INDEXED BY profiles_by_database",
                        "k.pk",
                        test,
                    )
                }
                List::Segment(id) => {
                    let id = bind(Cell::Integer(id.get()));
                    let test = format!("k.segment_id = ?{id}");
                    ("segment_members AS k", "k.profile", test)
                }
                List::Control => {
                    let set = "(SELECT set_id FROM control_groups WHERE database_id = ?1)";
                    let test = format!("k.set_id = {set} AND k.left_at IS NULL");
                    ("control_members AS k", "k.profile", test)
                }
                List::Related {
                    relation_type,
                    side,
                } => {
                    repeats = true;
                    let id = bind(Cell::Integer(relation_type.get()));
                    let (table, column) = match side {
                        Side::A => ("relations AS k", "k.a"),
                        Side::B => ("relations AS k INDEXED BY relations_by_b", "k.b"),
                    };
                    (table, column, format!("k.type_id = ?{id}"))
                }
                List::Happened(test, of_type) => {
                    repeats = true;
                    let mut bind = |cell| format!("?{}", bind(cell));
                    let types = std::slice::from_ref(of_type);
                    let test = events(test, types, database, moment, &mut bind);
                    (EVENTS, "k.profile", test)
                }
            });
        }
        match parts.as_slice() {
            [(table, column, test)] if !repeats => Source::List {
                table,
                column,
                test: test.clone(),
            },
            _ => {
                let parts = parts.iter().map(|(table, column, test)| {
                    format!("SELECT {column} AS pk FROM {table} WHERE {test} AND {column} > ?2")
                });
                let mut parts: Vec<String> = parts.collect();
                if parts.len() == 1 {
                    // UNION has each once; one list alone may not.
                    parts = parts
                        .iter()
                        .map(|part| part.replacen("SELECT", "SELECT DISTINCT", 1))
                        .collect();
                }
                Source::Lists(parts.join(" UNION "))
            }
        }
    }

    /// Whether a statement looks at all candidates that it may before it gives
    /// the first.
    pub(super) fn looks_first(&self) -> bool {
        matches!(self, Source::Lists(_))
    }

    /// Whether all profiles of the database are looked at.
    pub(super) fn is_everybody(&self) -> bool {
        matches!(self, Source::Everybody)
    }

    /// The column by which candidates are in order.
    pub(super) fn order(&self) -> &'static str {
        match self {
            Source::List { column, .. } => column,
            Source::Everybody | Source::Lists(_) => "p.pk",
        }
    }

    /// The FROM of a statement that looks at the next candidates, as many as
    /// parameter `look` says, and its WHERE, to which more can be added.
    pub(super) fn from(&self, look: usize) -> String {
        match self {
            Source::Everybody => format!(
                "FROM profiles AS p INDEXED BY profiles_by_database
                 WHERE p.pk > ?2 AND p.pk <= coalesce({}, 9223372036854775807)",
                self.end(look)
            ),
            Source::List {
                table,
                column,
                test,
            } => format!(
                "FROM {table} CROSS JOIN profiles AS p ON p.pk = {column}
                 WHERE {test} AND {column} > ?2
                   AND {column} <= coalesce({}, 9223372036854775807)",
                self.end(look)
            ),
            Source::Lists(lists) => format!(
                "FROM ({lists} ORDER BY pk LIMIT ?{look} + 0) AS looked
                 CROSS JOIN profiles AS p ON p.pk = looked.pk
                 WHERE true"
            ),
        }
    }

    /// The key of the last candidate that is looked at, NULL if there are
    /// fewer.
    pub(super) fn end(&self, look: usize) -> String {
        match self {
            Source::Everybody => format!(
                "(SELECT pk FROM profiles INDEXED BY profiles_by_database
                  WHERE database_id = ?1 AND pk > ?2 ORDER BY pk LIMIT 1 OFFSET ?{look} - 1)"
            ),
            Source::List {
                table,
                column,
                test,
            } => format!(
                "(SELECT {column} FROM {table}
                  WHERE {test} AND {column} > ?2 ORDER BY {column} LIMIT 1 OFFSET ?{look} - 1)"
            ),
            Source::Lists(lists) => {
                format!("(SELECT pk FROM ({lists} ORDER BY pk LIMIT 1 OFFSET ?{look} - 1))")
            }
        }
    }
}

/// Profiles by one thing that they have.
enum List<'a> {
    /// By unique keys of a kind.
    Unique { kind: i64, values: Vec<String> },
    /// By a key that many may share.
    Shared(MatchKey),
    /// By their ids.
    Ids(&'a IdTest),
    /// By membership.
    Segment(SegmentId),
    /// By what happened to them.
    Happened(&'a EventTest, &'a String),
    /// By being in the control group.
    Control,
    /// By standing on a side of a relation.
    Related {
        relation_type: RelationTypeId,
        side: Side,
    },
}

impl List<'_> {
    /// A guess at how many there are: only good for choosing.
    fn size(&self) -> usize {
        match self {
            List::Unique { values, .. } => values.len(),
            List::Ids(IdTest::OneOf(keys)) => keys.len(),
            List::Shared(_) => 100_000,
            List::Segment(_) => 200_000,
            List::Control => 250_000,
            List::Related { .. } => 300_000,
            List::Happened(..) => 400_000,
            // Perhaps nearly all.
            List::Ids(IdTest::Between(..)) => 500_000,
        }
    }
}

/// Lists that together have every profile which meets a condition; none if
/// there are none, or too many.
fn lists(node: &Node) -> Option<Vec<List<'_>>> {
    let found = match node {
        Node::All(parts) => {
            let size = |lists: &Vec<List>| lists.iter().map(List::size).sum::<usize>();
            return parts.iter().filter_map(lists).min_by_key(size);
        }
        Node::Any(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(lists(part)?);
            }
            all
        }
        Node::Id(test) => vec![List::Ids(test)],
        Node::Segment(id) => vec![List::Segment(*id)],
        Node::Dynamic(segment) => return lists(&segment.root),
        Node::Control(true) => vec![List::Control],
        Node::Relation(test) if test.needs_one() => vec![List::Related {
            relation_type: test.relation_type,
            side: test.side,
        }],
        // In order of keys for each type, so that they can be merged.
        Node::Event(test) if test.needs_one() => test
            .types
            .iter()
            .map(|of_type| List::Happened(test, of_type))
            .collect(),
        Node::Subscription(test) => {
            let key = test.contact.as_ref().map(MatchKey::of_contact)?;
            vec![List::Shared(key)]
        }
        Node::Field(test) => {
            let keys = test.keys()?;
            if test.field.unique {
                vec![List::Unique {
                    kind: test.field.id.get(),
                    values: keys.into_iter().map(|key| key.value).collect(),
                }]
            } else {
                keys.into_iter().map(List::Shared).collect()
            }
        }
        Node::Relation(_)
        | Node::Event(_)
        | Node::Control(false)
        | Node::Not(_)
        | Node::Deliverable(_)
        | Node::Suppressed(_)
        | Node::Status(_)
        | Node::Created(_)
        | Node::Updated(_) => return None,
    };
    let unique = found.iter().map(|list| match list {
        List::Unique { values, .. } => values.len(),
        List::Ids(IdTest::OneOf(keys)) => keys.len(),
        List::Ids(IdTest::Between(..))
        | List::Shared(_)
        | List::Segment(_)
        | List::Control
        | List::Related { .. }
        | List::Happened(..) => 0,
    });
    let fits = unique.sum::<usize>() <= MOST_UNIQUE && found.len() <= MOST_LISTS;
    (fits && !found.is_empty()).then_some(found)
}
