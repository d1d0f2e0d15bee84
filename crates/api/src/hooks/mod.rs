//! Webhooks that create profiles.

mod check;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod dry_run;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod openapi;
pub(crate) mod presets;
mod random;
mod receive;
pub(crate) mod replay;
pub(crate) mod secrets;
pub(crate) mod shape;
pub(crate) mod update;

use roster_http::{Call, Problem, Table, kinds};
use roster_receive::HookSettings;
use roster_store::Sql;
use roster_store::hooks::{self, Hook};

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "hooks",
    about: "Webhooks that create profiles",
    routes: &[
        list::list,
        create::create,
        presets::presets,
        get::get,
        update::update,
        delete::delete,
        secrets::add,
        dry_run::test,
        deliveries::list,
        deliveries::get,
        replay::replay,
    ],
};

/// Where deliveries come in: for anybody who can sign them.
pub const DELIVERIES: Table = Table {
    tag: "hooks",
    about: "Webhooks that create profiles",
    routes: &[receive::receive],
};

/// The member of a webhook that brings its secrets.
const VERIFICATION: &str = "verification";

/// The most webhooks that a database has.
const MOST: i64 = 200;

/// The webhook of the path with what people chose for it, if the caller may know
/// of its database.
async fn found(sql: &impl Sql, call: &Call) -> Result<(Hook, HookSettings), Problem> {
    let hook = hooks::get(sql, call.parameter("id")).await?;
    let hook = hook.filter(|hook| call.caller.may_see(hook.database));
    let hook = hook.ok_or_else(|| Problem::not_found("webhook"))?;
    let settings = settings(&hook)?;
    Ok((hook, settings))
}

fn settings(hook: &Hook) -> Result<HookSettings, Problem> {
    let settings = HookSettings::stored(&hook.name, &hook.definition);
    settings.ok_or_else(|| Problem::internal(&"a webhook's definition"))
}

/// Another webhook of the database has the name.
fn name_taken() -> Problem {
    let detail = "Another webhook of the database has this name.";
    Problem::new(kinds::NAME_TAKEN, detail).with("field", "name")
}
