//! Watchers: `/v1/watchers`

use roster_http::Table;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod secrets;
pub(crate) mod shape;
pub(crate) mod test;
pub(crate) mod update;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "watchers",
    about: "Systems that get a webhook when something changes",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        secrets::add,
        test::test,
        deliveries::list,
    ],
};
