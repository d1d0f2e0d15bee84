//! What a person asks of an import: the body that starts one.

use super::mapping::{Destination, Mapping};
use super::reader::Reader;
use super::segment::SegmentGoal;
use crate::Code;
use crate::channel::Channel;
use crate::database::Database;
use crate::error::Invalid;
use crate::id::{DatabaseId, JobId, RelationTypeId};
use crate::matching::Matching;
use crate::phone::Region;
use crate::read::{Members, any};
use crate::readers::{choice, flag, text_of};
use crate::time::Zone;
use crate::write::{Mode, Request, Schema};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The words of `others`, and whether columns that no rule names are refused.
pub const OTHERS: [(&str, bool); 2] = [("ignore", false), ("refuse", true)];

/// The members that are those of a batch, read by [`Request::parse`].
const OF_REQUEST: [&str; 9] = [
    "invalid",
    "mode",
    "matching",
    "field_name",
    "resource_id",
    "skip_invalid_subscriptions",
    "resubscribe",
    "reason",
    "consent",
];

/// How the rows of a file become profiles, checked against a database.
///
/// | member | what it says | without it |
/// | --- | --- | --- |
/// | `mode`, `matching`, `field_name`, `resource_id`, `skip_invalid_subscriptions`, `resubscribe`, `reason`, `consent` | as in a batch | as in a batch |
/// | `invalid` | values that can't be read: `"skip"` leaves them out and tells, `"refuse"` refuses the row | `"skip"` |
/// | `mapping` | `[{column, to}]`, see below; `"data"` takes JSON records as they are | `"data"` for JSON, else refused |
/// | `others` | columns that the mapping does not name: `"ignore"` or `"refuse"` | `"ignore"` |
/// | `constants` | the data of a profile that every row gets | none |
/// | `separator` | between the values of a cell that holds several | `","` |
/// | `date_formats` | as of `strptime`, tried in order before ISO 8601, which always works | none |
/// | `time_zone` | of dates with a time and no offset | the database's |
/// | `region` | of phone numbers without a `+` | the database's |
/// | `decimal` | `"."` or `","` before fractions; the other one may group digits | `"."` |
/// | `true_values`, `false_values` | words, in any case | English and Russian ones |
/// | `empty` | an empty cell: `"skip"` leaves the value as it is, `"clear"` clears it | `"skip"` |
/// | `empty_values` | texts that count as empty, such as `"NULL"` | none |
/// | `trim` | whether white space around texts is dropped | `false` |
/// | `line_breaks` | inside a text, where no value can have any: `"space"` makes each run of line breaks and tabs one space, `"refuse"` leaves them to be refused | `"space"` |
/// | `apostrophes` | before what could be a formula, in text files: `"restore"` takes away what our exports put there, `"keep"` | `"restore"` |
/// | `skip_triggers`, `dry_run` | `true` or `false` | `false` |
/// | `segment` | [`SegmentGoal`] | none |
/// | `mends` | the import whose failed rows these are | none |
///
/// A `column` is a header, or a place counted from 1. What it becomes (`to`)
/// is `"ignore"`, one of these, or an array of several:
///
/// - `{field, action, submatch}`: a field's name, `_status`, or `id` when
///   matching by `profile_id`. `action` is `set` (without it), `incr`, `add`,
///   `delete`, or `upsert` with the path `submatch`, whose value is the text of
///   the cell. Several columns may go to one list (phones, tags).
/// - `{subscription, part, label}`: `subscription` has what all rows have in
///   common of it: `resource_id`, `channel`, and any of `provider`, `status`,
///   `priority`, `cats`, `custom_fields`, `reg_info`. `part` is what the column
///   says of it: `contact` (without it), `provider`, `status`, `opt_in` (true or
///   false, as subscribed or unsubscribed), `priority`, `cats`, `date`, `ip`,
///   `url` or `custom_fields.NAME`. Columns for one channel of one resource
///   with one `label` are one subscription. Without a column for its contact it
///   is for the row's `email` or `phones`; so is a subscription in `constants`
///   that has no contact. A row without a contact gets no such subscription, one
///   with several gets several.
/// - `{relation, part, label}`: `relation` has what all rows have in common of it: `type`,
///   `side` (that of the row's profile; needed where both sides are of the database),
///   `action` (`edit` without it), `with` (how those across are matched, as in a `match`
///   without its value; by `email` without it) and `weights`. `part` is what the column
///   says of it: `profile` (without it), who stands across, or `weights.NAME`. Columns of
///   one type and side with one `label` are one relation. A cell may name several, at most
///   [`MAX_RELATED`](super::MAX_RELATED); one that names nobody makes none.
#[derive(Clone, Debug)]
pub struct ImportSettings {
    /// Whether triggers are not to be run; there are none yet, so this is only
    /// kept and shown.
    pub skip_triggers: bool,
    /// Whether everything is checked and counted, and nothing written.
    pub dry_run: bool,
    /// The segment that profiles are put into.
    pub segment: Option<SegmentGoal>,
    /// The import whose failed rows these are, mended.
    pub mends: Option<JobId>,
    mode: Mode,
    members: Map<String, Value>,
    pub(super) request: Request,
    /// `None` if it was not given.
    pub(super) mapping: Option<Mapping>,
    pub(super) refuse_others: bool,
    pub(super) reader: Reader,
    time_zone: Option<Zone>,
    region: Option<Region>,
}

impl ImportSettings {
    /// Reads the settings; `null` counts as absent. Everything that is wrong is
    /// reported at once.
    ///
    /// Codes: `wrong_type`, `required`, `unknown_field`, `read_only`,
    /// `not_supported`, `not_an_option`, `invalid_action`, `invalid_target`,
    /// `invalid_part`, `double_target` (two columns, or a column and a constant,
    /// for one thing), `contradiction`, `contact_missing`,
    /// `match_value_missing`, `invalid_date_format`, `invalid_separator`,
    /// `too_many`, those of a batch and of the values.
    pub fn parse(json: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let mut wrong = Vec::new();
        let mut of_request = Map::new();
        for name in OF_REQUEST {
            if let Some(value) = members.optional(name, any) {
                of_request.insert(name.to_owned(), value.clone());
            }
        }
        // A file keeps its people, whatever is wrong with some of their values.
        of_request
            .entry("invalid")
            .or_insert_with(|| Value::from("skip"));
        let request = match Request::parse(&of_request, schema, true) {
            Ok(request) => Some(request),
            Err(error) => {
                wrong.extend(error.errors);
                None
            }
        };
        let matching = request.as_ref().map(Request::matching).unwrap_or_default();
        let mapping = members.take("mapping", |v| Mapping::parse(v, schema, matching));
        let mapping_was_wrong = mapping.is_none() && json.get("mapping").is_some();
        let mut mapping = mapping.flatten();
        let constants = members.take("constants", |v| {
            // Without a mapping records are taken whole.
            let mapping = mapping.get_or_insert_with(|| Mapping {
                whole: true,
                ..Mapping::default()
            });
            mapping.constants(v, schema)
        });
        let constants_were_wrong = constants.is_none() && json.get("constants").is_some();
        let others = members.optional("others", |v| choice(v, &OTHERS));
        let reader = Reader::take(&mut members);
        let zone = members.optional("time_zone", |v| Zone::parse(text_of(v)?));
        let region = members.optional("region", |v| text_of(v)?.parse::<Region>());
        let skip_triggers = members.optional("skip_triggers", flag);
        let dry_run = members.optional("dry_run", flag);
        let segment = members.optional("segment", |v| SegmentGoal::parse(v, schema));
        let mends = members.optional("mends", JobId::from_json);
        let mode = request.as_ref().map(Request::mode).unwrap_or_default();
        let mut looks_up = true;
        if let Some(mapping) = &mapping
            && !mapping_was_wrong
            && !constants_were_wrong
        {
            wrong.extend(mapping.check_contacts());
            wrong.extend(mapping.check_relations(schema));
            let lacking = request.as_ref().and_then(|r| unmatchable(mapping, r));
            looks_up = lacking.is_none();
            // Who is only added can do without.
            wrong.extend(lacking.filter(|_| mode != Mode::Add));
        }
        wrong.extend(members.finish().err().into_iter().flatten());
        let Some(mut request) = request.filter(|_| wrong.is_empty()) else {
            return Err(wrong);
        };
        request.join_lines = reader.join_lines;
        let request = match mode {
            Mode::Add if looks_up => request.only_new(),
            Mode::Add | Mode::Import | Mode::Update => request,
        };
        Ok(ImportSettings {
            mode,
            skip_triggers: skip_triggers.unwrap_or_default(),
            dry_run: dry_run.unwrap_or_default(),
            segment,
            mends,
            members: of_request,
            request,
            mapping,
            refuse_others: others.unwrap_or_default(),
            reader,
            time_zone: zone,
            region,
        })
    }

    /// The members beside `data` of the batch that the rows are, as
    /// [`Request::parse`] takes them. (A [`super::Plan`] has read them already.)
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// What the import may do. With [`Mode::Add`] rows that match somebody are
    /// refused with `exists`; if nothing that could match is mapped, nobody is
    /// looked up.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The databases across the relations that rows make, each with the place of the
    /// relation's first column in the settings.
    pub fn related(&self, schema: &Schema) -> Vec<(String, DatabaseId)> {
        let relations = self.mapping.iter().flat_map(|mapping| &mapping.relations);
        let across = relations.filter_map(|one| {
            let place = format!("/mapping/{}/to/relation/type", one.entry);
            Some((place, one.across(schema)?))
        });
        across.collect()
    }

    /// The types by which stored settings relate people. They are read without a schema:
    /// what they name may be gone by now.
    pub fn relation_types(settings: &Value) -> BTreeSet<RelationTypeId> {
        let mapping = settings.get("mapping").and_then(Value::as_array);
        let targets = mapping
            .into_iter()
            .flatten()
            .filter_map(|one| one.get("to"));
        let each = targets.flat_map(|to| match to {
            Value::Array(several) => several.as_slice(),
            one => std::slice::from_ref(one),
        });
        let types = each.filter_map(|to| to.get("relation")?.get("type"));
        let types = types.filter_map(|id| RelationTypeId::from_json(id).ok());
        types.collect()
    }

    /// How rows find profiles.
    pub fn matching(&self) -> Matching {
        self.request.matching()
    }

    /// The database as rows are to be read for it: with the zone and region of
    /// these settings, if they have any.
    pub(super) fn adjusted<'a>(&self, database: &'a Database) -> Cow<'a, Database> {
        let zone = self.time_zone.as_ref();
        let zone = zone.filter(|zone| **zone != database.time_zone);
        let region = self.region.filter(|r| Some(*r) != database.region);
        if zone.is_none() && region.is_none() {
            return Cow::Borrowed(database);
        }
        let mut adjusted = database.clone();
        if let Some(zone) = zone {
            adjusted.settings.time_zone = zone.clone();
        }
        if region.is_some() {
            adjusted.settings.region = region;
        }
        Cow::Owned(adjusted)
    }
}

/// The complaint that rows can't have what they are matched by; code
/// `match_value_missing`.
fn unmatchable(mapping: &Mapping, request: &Request) -> Option<Invalid> {
    if mapping.whole {
        return None;
    }
    let email = || mapping.brings("email") || mapping.subscribes(Channel::Email);
    let phone = || mapping.brings("phones") || mapping.subscribes(Channel::Sms);
    let (found, need) = match request.matching() {
        Matching::Email | Matching::EmailProfile | Matching::EmailSub => (
            email(),
            "a column for the field email or for a subscription by email",
        ),
        Matching::Phone | Matching::PhoneSub => (
            phone(),
            "a column for the field phones or for a subscription by sms",
        ),
        Matching::EmailPhone | Matching::EmailPhoneSub => (
            email() || phone(),
            "a column for email or phones, or for a subscription by email or sms",
        ),
        Matching::ProfileId => {
            let is_id =
                |to: &Destination| matches!(to, Destination::Field(target) if target.name == "id");
            (
                mapping.links.iter().any(|link| is_id(&link.to)),
                "a column for id",
            )
        }
        Matching::PushSub => (
            mapping.subscribes(Channel::Push),
            "columns for a subscription by push",
        ),
        Matching::CustomSub => (
            request.channels.iter().any(|c| mapping.subscribes(*c)),
            "a column for a subscription by that messenger",
        ),
        Matching::Custom => {
            let field = request.field.as_deref().unwrap_or_default();
            (
                mapping.brings(field) || mapping.constants.contains_key(field),
                "a column for the field field_name",
            )
        }
    };
    let detail = format!("Matching by {} needs {need}.", request.matching());
    (!found).then(|| Invalid::new(Code::MatchValueMissing, detail).at("mapping"))
}
