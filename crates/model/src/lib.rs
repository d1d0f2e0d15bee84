//! What databases, fields, resources, profiles and subscriptions are: types,
//! validation and normalisation of values, matching and merging. No I/O.
//!
//! A value that exists is valid: types parse at the edge, once, and everything
//! behind them relies on it.

pub mod activity;
pub mod agent;
pub mod app;
mod barrier;
pub mod category;
pub mod channel;
pub mod code;
pub mod condition;
pub mod connector;
pub mod contact;
pub mod control;
pub mod database;
pub mod day;
pub mod define;
pub mod deliverability;
pub mod duplicate;
pub mod email;
pub mod ending;
pub mod erasure;
pub mod error;
pub mod export;
pub mod field;
pub mod form;
mod functional;
pub mod history;
pub mod id;
pub mod import;
pub mod ip;
pub mod json;
pub mod lifecycle;
pub mod matching;
pub mod offsets;
pub mod opt_in;
pub mod origin;
pub mod passkey;
pub mod phone;
pub mod profile;
pub mod profile_query;
pub mod range;
pub mod read;
pub mod readers;
pub mod relation;
pub mod resource;
pub mod restrictions;
mod revert;
mod revise;
pub mod rewind;
pub mod schedule;
mod schemas;
pub mod search;
pub mod segment;
pub mod session;
pub mod sort;
pub mod standard;
mod standing;
pub mod status;
pub mod subscription;
pub mod suppression;
pub mod text;
pub mod time;
pub mod unite;
pub mod update;
pub mod user;
pub mod value;
pub mod view;
pub mod watcher;
pub mod write;

pub use app::{AppKeySettings, NewAppKeySettings};
pub use channel::Channel;
pub use code::Code;
pub use condition::Condition;
pub use contact::Contact;
pub use control::ControlGroupSettings;
pub use database::{Database, DatabaseSettings, Fields};
pub use email::Email;
pub use ending::{Ending, EndingChange, Endings, Reach};
pub use error::Invalid;
pub use field::{Case, Context, Field, FieldName, FieldType};
pub use form::FormSettings;
pub use functional::merge_patch;
pub use id::{
    AppKeyId, ConnectorId, ControlSetId, DatabaseId, FieldId, FormId, HistoryId, JobId, MergeId,
    MessageId, PasskeyId, ProfileId, RelationTypeId, ResourceId, RunId, ScheduleId, SegmentId,
    SessionId, SubscriptionId, SuppressionId, TokenId, UserId, WatcherId, first_pk,
};
pub use lifecycle::Standing;
pub use matching::{MatchKey, Matching, Selector, profile_keys};
pub use origin::{Origin, Party};
pub use phone::{Phone, Region};
pub use profile::Profile;
pub use profile_query::ProfileQuery;
pub use range::Range;
pub use relation::{RelationType, RelationTypeSettings};
pub use resource::{Category, Resource, ResourceSettings, SubscriptionField};
pub use segment::{KnownSegment, Segment, SegmentKind, SegmentSettings};
pub use sort::{Sort, SortKey};
pub use standard::standard_fields;
pub use status::Status;
pub use subscription::Subscription;
pub use time::{Timestamp, Zone, parse_date, parse_field_date};
pub use update::BulkUpdate;
pub use user::UserSettings;
pub use view::ViewSettings;
pub use watcher::{Watcher, WatcherSettings};
