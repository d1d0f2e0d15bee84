//! Drawing among those who are there, a slice at a time: what is read of them, and the one
//! statement that writes a step.

use roster_model::condition::{Condition, Moment};
use roster_model::control::{Candidate, ControlSecret, ControlSet, Draw, LotContact, Rule, lot};
use roster_model::{Channel, DatabaseId, ProfileId, Timestamp};
use serde_json::Value;

use crate::conditions::compile;
use crate::jobs::Step;
use crate::packed::corrupt;
use crate::{Cell, Error, Sql, json};

/// How many parameters the statement has of its own.
const OWN: usize = 5;

/// Draws the people of one set.
#[derive(Debug)]
pub struct Drawer {
    database: DatabaseId,
    draw: Draw,
    secret: ControlSecret,
    generation: i64,
    rule: Rule,
    statement: String,
    parameters: Vec<Cell>,
    /// When it began: those who enter are in since then.
    at: Timestamp,
}

/// Some people who were looked at.
#[derive(Debug)]
pub struct DrawSlice {
    /// Those who are in: set, profile, lot, since when.
    pub entered: Vec<(i64, i64, Option<u32>, i64)>,
    /// How many were looked at.
    pub looked: i64,
    /// After which key to go on; none after the last.
    pub next: Option<i64>,
    /// The version of the definitions.
    pub version: i64,
}

/// A profile with what it is drawn by: key, e-mail address, phone number, whether it is
/// excluded, the lot and the entry of before, and what was done by hand.
type PackedPerson = (
    i64,
    Option<String>,
    Option<String>,
    i64,
    Option<u32>,
    Option<i64>,
    Option<i64>,
);

impl Drawer {
    /// Draws a set of a database by its rule; `moment` is when the draw began.
    #[must_use]
    pub fn new(
        database: DatabaseId,
        draw: Draw,
        secret: &ControlSecret,
        set: &ControlSet,
        rule: &Rule,
        moment: &Moment,
    ) -> Self {
        let everybody = Condition::everybody();
        let excluded = rule.exclude.as_ref().unwrap_or(&everybody);
        let compiled = compile(excluded, database, moment, OWN);
        let excluded = match rule.exclude {
            Some(_) => compiled.sql.as_str(),
            None => "0",
        };
        // In the order of `LotContact::of`.
        let first_contact = |channels: &[Channel]| {
            let codes: Vec<String> = channels.iter().map(|one| one.code().to_string()).collect();
            format!(
                "(SELECT s.contact FROM subscriptions AS s
                  WHERE s.profile = p.pk AND s.deleted = 0 AND s.channel IN ({})
                  ORDER BY s.place, s.body ->> 'a' LIMIT 1)",
                codes.join(", ")
            )
        };
        let email = first_contact(&[Channel::Email]);
        let phone = first_contact(&[
            Channel::Sms,
            Channel::Whatsapp,
            Channel::Viber,
            Channel::Notify,
        ]);
        let statement = format!(
            "SELECT json_group_array(json_array(pk, email,
                        CASE WHEN email IS NULL THEN phone END, excluded, lot, entered_at, by_hand)),
                    count(*),
                    CASE WHEN count(*) >= ?4 THEN max(pk) END,
                    (SELECT version FROM catalogue)
             FROM (
                 SELECT p.pk AS pk,
                        coalesce(p.data ->> '$.email', {email}) AS email,
                        CASE WHEN p.data ->> '$.email' IS NULL
                             THEN coalesce(p.data ->> '$.phones[0]', {phone})
                        END AS phone,
                        ({excluded}) AS excluded,
                        (SELECT max(m.lot) FROM control_members AS m
                         WHERE m.set_id = ?5 AND m.profile = p.pk) AS lot,
                        (SELECT m.entered_at FROM control_members AS m
                         WHERE m.set_id = ?5 AND m.profile = p.pk AND m.left_at IS NULL) AS entered_at,
                        (SELECT o.is_member FROM control_overrides AS o
                         WHERE o.database_id = ?1 AND o.profile = p.pk) AS by_hand
                 FROM profiles AS p INDEXED BY profiles_by_database
                 WHERE p.database_id = ?1 AND p.pk > ?2 AND p.pk <= ?3
                 ORDER BY p.pk
                 LIMIT ?4 + 0
             )"
        );
        Drawer {
            database,
            draw,
            secret: secret.clone(),
            generation: set.generation,
            rule: rule.clone(),
            statement,
            parameters: match rule.exclude {
                Some(_) => compiled.parameters,
                None => Vec::new(),
            },
            at: moment.now,
        }
    }

    /// Draws the next people after a key (0 to begin with) and up to another.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn slice(
        &self,
        sql: &impl Sql,
        (after, until): (i64, i64),
        look: i64,
    ) -> Result<DrawSlice, Error> {
        let mut parameters = vec![
            Cell::Integer(self.database.get()),
            Cell::Integer(after),
            Cell::Integer(until),
            Cell::Integer(look),
            Cell::Integer(self.draw.base.map_or(0, |set| set.get())),
        ];
        parameters.extend(self.parameters.iter().cloned());
        let mut rows = sql.query(&self.statement, parameters).await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
        let people: Vec<PackedPerson> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        let entered = people.iter().filter_map(|one| self.decide(one));
        Ok(DrawSlice {
            entered: entered.collect(),
            looked: row.integer(1)?,
            next: row.optional_integer(2)?,
            version: row.integer(3)?,
        })
    }

    fn decide(&self, person: &PackedPerson) -> Option<(i64, i64, Option<u32>, i64)> {
        let (pk, email, phone, is_excluded, held, entered_at, by_hand) = person;
        let own = || {
            let contact = match (email, phone, ProfileId::from_pk(*pk)) {
                (Some(email), ..) => LotContact::of_email(email),
                (None, Some(phone), _) => LotContact::Phone(phone.as_str().into()),
                (None, None, Some(id)) => LotContact::Id(id),
                // The store has no such key.
                (None, None, None) => return u32::MAX,
            };
            lot(&self.secret, self.generation, &contact)
        };
        let held = Candidate {
            lot: *held,
            is_excluded: *is_excluded != 0,
        };
        let lot = self.draw.decide(&self.rule, held, own);
        let is_in = lot.is_some() || *by_hand == Some(1);
        is_in.then(|| {
            let since = entered_at.unwrap_or(self.at.ms());
            (self.draw.set.get(), *pk, lot, since)
        })
    }
}

/// What is written with a step of a draw.
#[derive(Debug, Default)]
pub struct DrawStep {
    /// Those who are in.
    pub entered: Vec<(i64, i64, Option<u32>, i64)>,
    /// Stays that are forgotten: those of sets that were given up.
    pub cleared: Vec<(i64, i64, i64)>,
}

/// Writes a step of a draw; with the one that completes the job the set is in force.
///
/// # Errors
/// [`crate::Guard::Job`] when the job is no longer held, [`crate::Guard::Catalogue`] when the
/// set was given up; as [`Sql::query`].
pub async fn step(
    sql: &impl Sql,
    draw: Draw,
    done: &DrawStep,
    step: &Step,
    at: Timestamp,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(draw.set.get()),
        Cell::Text(json(&done.entered)?),
        Cell::Text(json(&done.cleared)?),
        Cell::Integer(step.job.get()),
        Cell::from(step.holder.as_str()),
        Cell::Integer(step.step),
        Cell::Integer(at.ms()),
        Cell::from(step.state.as_str()),
        Cell::Text(json(&step.progress)?),
        Cell::Integer(step.leased_until.ms()),
        Cell::from(step.expires_at.map(Timestamp::ms)),
    ];
    sql.query(include_str!("../sql/control/draw.sql"), parameters)
        .await?;
    Ok(())
}

/// Stays in sets that were given up before they were whole, some of them.
///
/// # Errors
/// As [`Sql::query`].
pub async fn given_up(
    sql: &impl Sql,
    database: DatabaseId,
    most: i64,
) -> Result<Vec<(i64, i64, i64)>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(most)];
    let mut rows = sql
        .query(include_str!("../sql/control/given_up.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let found: Value = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    serde_json::from_value(found).map_err(corrupt)
}
