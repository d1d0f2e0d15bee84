//! Reading relations. They are written with profiles ([`crate::write`]).

use roster_model::export::RelationSummary;
use roster_model::relation::{Side, Weights};
use roster_model::write::{Relation, RelationKey};
use roster_model::{DatabaseId, ProfileId, RelationTypeId, Timestamp};

use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Sql, json};

/// A relation with its two sides.
pub type KeyedRelation = (RelationKey, Relation);

/// A page of relations, and how many there are in all.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationPage {
    /// How many there are in all.
    pub total: i64,
    /// Those of the page.
    pub relations: Vec<KeyedRelation>,
}

/// The relations that a profile has by one side of a type.
#[derive(Clone, Debug, PartialEq)]
pub struct SideRelations {
    /// The type.
    pub relation_type: RelationTypeId,
    /// The side on which the profile stands.
    pub side: Side,
    /// How many it has, and the first of them.
    pub page: RelationPage,
    /// Who stands across in each of those.
    pub across: Vec<ProfileName>,
}

/// What a profile is called among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileName {
    /// Its id.
    pub id: ProfileId,
    /// Its database.
    pub database: DatabaseId,
    /// First and last name, as far as they are known.
    pub name: Option<String>,
    /// Its e-mail address, or else its first phone number.
    pub contact: Option<String>,
}

type PackedName = (
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn named(
    id: ProfileId,
    (database, first, last, email, phone): PackedName,
) -> Result<ProfileName, Error> {
    let parts: Vec<String> = [first, last].into_iter().flatten().collect();
    Ok(ProfileName {
        id,
        database: database_id(database)?,
        name: (!parts.is_empty()).then(|| parts.join(" ")),
        contact: email.or(phone),
    })
}

/// A profile, how many relations it has, and the first: across, and the weights.
type PackedSummary = (i64, i64, Vec<(i64, Weights)>);

type PackedRelation = (i64, i64, String, i64, i64);

/// A type, a side, how many relations, and the first of them with who stands across.
type PackedSide = (i64, String, i64, Vec<(PackedRelation, PackedName)>);

fn unpacked(
    relation_type: RelationTypeId,
    (a, b, weights, created_at, updated_at): PackedRelation,
) -> Result<KeyedRelation, Error> {
    let profile = |pk| ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"));
    let key = RelationKey {
        relation_type,
        a: profile(a)?,
        b: profile(b)?,
    };
    let relation = Relation {
        weights: serde_json::from_str(&weights).map_err(corrupt)?,
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
    };
    Ok((key, relation))
}

fn page_of(
    relation_type: RelationTypeId,
    total: i64,
    packed: Vec<PackedRelation>,
) -> Result<RelationPage, Error> {
    let relations = packed.into_iter().map(|one| unpacked(relation_type, one));
    Ok(RelationPage {
        total,
        relations: relations.collect::<Result<_, _>>()?,
    })
}

/// Stored relations with their weights as they are stored, which the guard compares.
pub(crate) fn stored(text: &str) -> Result<Vec<(KeyedRelation, String)>, Error> {
    let packed: Vec<(i64, i64, i64, String, i64, i64)> =
        serde_json::from_str(text).map_err(corrupt)?;
    packed
        .into_iter()
        .map(|(id, a, b, weights, created_at, updated_at)| {
            let id = RelationTypeId::new(id).ok_or_else(|| corrupt("a relation type's id"))?;
            let read = unpacked(id, (a, b, weights.clone(), created_at, updated_at))?;
            Ok((read, weights))
        })
        .collect()
}

/// The relations of pairs, as [`stored`] gives them.
pub(crate) async fn of_pairs(
    sql: &impl Sql,
    pairs: &[(i64, i64, i64)],
) -> Result<Vec<(KeyedRelation, String)>, Error> {
    let parameters = vec![Cell::Text(json(pairs)?)];
    let mut rows = sql
        .query(include_str!("sql/relations/of_pairs.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    stored(&row.text(0)?)
}

/// The relation of a pair.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, key: RelationKey) -> Result<Option<Relation>, Error> {
    let parameters = vec![
        Cell::Integer(key.relation_type.get()),
        Cell::Integer(key.a.pk()),
        Cell::Integer(key.b.pk()),
    ];
    let mut rows = sql
        .query(include_str!("sql/relations/get.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let packed = (0, 0, row.text(0)?, row.integer(1)?, row.integer(2)?);
    let relation = Relation {
        weights: serde_json::from_str(&packed.2).map_err(corrupt)?,
        created_at: Timestamp::from_ms(packed.3),
        updated_at: Timestamp::from_ms(packed.4),
    };
    Ok(Some(relation))
}

/// The relations of a type after a pair, in order of side A; at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    relation_type: RelationTypeId,
    after: Option<(ProfileId, ProfileId)>,
    limit: i64,
) -> Result<RelationPage, Error> {
    let (a, b) = after.map_or((0, 0), |(a, b)| (a.pk(), b.pk()));
    let parameters = vec![
        Cell::Integer(relation_type.get()),
        Cell::Integer(a),
        Cell::Integer(b),
        Cell::Integer(limit),
    ];
    run(
        sql,
        include_str!("sql/relations/page.sql"),
        relation_type,
        parameters,
    )
    .await
}

/// The relations of a type that a profile has on a side, after the one with another
/// profile; at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page_of_side(
    sql: &impl Sql,
    relation_type: RelationTypeId,
    (side, profile): (Side, ProfileId),
    after: Option<ProfileId>,
    limit: i64,
) -> Result<RelationPage, Error> {
    let statement = match side {
        Side::A => include_str!("sql/relations/page_of_a.sql"),
        Side::B => include_str!("sql/relations/page_of_b.sql"),
    };
    let parameters = vec![
        Cell::Integer(relation_type.get()),
        Cell::Integer(profile.pk()),
        Cell::Integer(after.map_or(0, ProfileId::pk)),
        Cell::Integer(limit),
    ];
    run(sql, statement, relation_type, parameters).await
}

async fn run(
    sql: &impl Sql,
    statement: &str,
    relation_type: RelationTypeId,
    parameters: Vec<Cell>,
) -> Result<RelationPage, Error> {
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let total = row.optional_integer(0)?.unwrap_or(0);
    let packed = serde_json::from_str(&row.text(1)?).map_err(corrupt)?;
    page_of(relation_type, total, packed)
}

/// The relations of a profile, by type and side: how many, and the first `limit` of each with
/// who stands across.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_profile(
    sql: &impl Sql,
    database: DatabaseId,
    profile: ProfileId,
    limit: i64,
) -> Result<Vec<SideRelations>, Error> {
    let parameters = vec![
        Cell::Integer(profile.pk()),
        Cell::Integer(database.get()),
        Cell::Integer(limit),
    ];
    let mut rows = sql
        .query(include_str!("sql/relations/of_profile.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<PackedSide> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    packed
        .into_iter()
        .map(|(id, side, total, firsts)| {
            let id = RelationTypeId::new(id).ok_or_else(|| corrupt("a relation type's id"))?;
            let side: Side = side.parse().map_err(|_| corrupt("a side"))?;
            let (firsts, names): (Vec<_>, Vec<_>) = firsts.into_iter().unzip();
            let page = page_of(id, total, firsts)?;
            let others = page.relations.iter().map(|(key, _)| match side {
                Side::A => key.b,
                Side::B => key.a,
            });
            let across = others.zip(names).map(|(id, name)| named(id, name));
            let across = across.collect::<Result<_, Error>>()?;
            Ok(SideRelations {
                relation_type: id,
                side,
                page,
                across,
            })
        })
        .collect()
}

/// The relations of a type in which some profiles stand on a side: how many each has, and
/// the first `limit` of them. Profiles without any are left out.
///
/// # Errors
/// As [`Sql::query`].
pub async fn held_by(
    sql: &impl Sql,
    (relation_type, side): (RelationTypeId, Side),
    profiles: &[ProfileId],
    limit: usize,
) -> Result<Vec<(ProfileId, RelationSummary)>, Error> {
    let statement = match side {
        Side::A => include_str!("sql/relations/held_by_a.sql"),
        Side::B => include_str!("sql/relations/held_by_b.sql"),
    };
    let keys: Vec<i64> = profiles.iter().map(|profile| profile.pk()).collect();
    let parameters = vec![
        Cell::Text(json(&keys)?),
        Cell::Integer(relation_type.get()),
        Cell::Integer(i64::try_from(limit).unwrap_or(i64::MAX)),
    ];
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<PackedSummary> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let profile = |pk| ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"));
    packed
        .into_iter()
        .map(|(pk, count, first)| {
            let first = first
                .into_iter()
                .map(|(across, weights)| Ok((profile(across)?, weights)));
            let first = first.collect::<Result<_, Error>>()?;
            Ok((profile(pk)?, RelationSummary { count, first }))
        })
        .collect()
}
