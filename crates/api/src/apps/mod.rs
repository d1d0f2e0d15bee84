//! What lets apps on people's devices in: the token of a resource, the keys of a database, and
//! who an app is that shows one of them.

mod get_token;
mod identify;
mod key_shape;
mod keys;
mod make_token;
mod remove_token;
mod token_shape;

pub use identify::{App, identify, of_resource};

use roster_http::Table;

/// The routes of resources' tokens.
pub const TOKENS: Table = Table {
    tag: "app-tokens",
    about: "Tokens that apps carry, one for each resource",
    routes: &[
        get_token::get,
        make_token::make,
        make_token::set,
        remove_token::remove,
    ],
};

/// The routes of databases' keys.
pub const KEYS: Table = Table {
    tag: "app-keys",
    about: "Keys by which the tokens of apps are checked that a server signs for one person",
    routes: &[keys::list, keys::create, keys::update, keys::delete],
};
