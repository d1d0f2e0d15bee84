//! Every kind of problem that an answer can report: its stable code, its HTTP
//! status and its title. The API's page lists them from here.

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable name that programs may rely on.
    pub code: &'static str,
    /// The HTTP status it is answered with.
    pub status: u16,
    /// What it means, the same for every occurrence.
    pub title: &'static str,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $title:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $name: Kind = Kind { code: $code, status: $status, title: $title };
        )*
        /// All of them, in order of status.
        pub const ALL: &[Kind] = &[$($name),*];
    };
}

// A list of constants and the same list as a slice: two functions could not
// keep them equal.
kinds! {
    /// The body is not JSON; `line` and `column` say where.
    INVALID_JSON = 400 "invalid_json" "The body is not valid JSON";
    /// A query parameter is wrong.
    INVALID_PARAMETER = 400 "invalid_parameter" "A query parameter is not as it should be";
    /// A cursor that no answer gave.
    INVALID_CURSOR = 400 "invalid_cursor" "The cursor is not one that an answer gave";
    /// A header is wrong.
    INVALID_HEADER = 400 "invalid_header" "A header is not as it should be";
    /// The body could not be read to its end.
    INCOMPLETE_BODY = 400 "incomplete_body" "The body could not be read to its end";
    /// No `Authorization` header.
    TOKEN_MISSING = 401 "token_missing" "A token is needed";
    /// No admin token is set, so only API tokens open anything.
    ADMIN_TOKEN_MISSING = 401 "admin_token_missing" "No admin token is set";
    /// Unknown, revoked or expired.
    INVALID_TOKEN = 401 "invalid_token" "The token is not valid";
    /// A webhook's delivery is not signed as it should be; `reason` says more.
    NOT_GENUINE = 401 "not_genuine" "The delivery is not genuine";
    /// The token may not do this; `scope` names what it would need.
    MISSING_SCOPE = 403 "missing_scope" "The token lacks a scope";
    /// Somebody tried to give more rights than they have.
    FORBIDDEN = 403 "forbidden" "This is more than the token may do";
    /// There is no such thing, or the token may not know of it.
    NOT_FOUND = 404 "not_found" "There is no such thing";
    /// The route exists, but not for this method; see `Allow`.
    METHOD_NOT_ALLOWED = 405 "method_not_allowed" "This method is not allowed here";
    /// Another database or resource has this name.
    NAME_TAKEN = 409 "name_taken" "The name is taken";
    /// Something that can't be undone asks for `?confirm=<name>`.
    CONFIRMATION_NEEDED = 409 "confirmation_needed" "This needs a confirmation";
    /// Stored values don't fit the field as it would be.
    FIELD_VALUES_CONFLICT = 409 "field_values_conflict" "Stored values stand in the way";
    /// Every database has the standard fields; they can't be deleted.
    STANDARD_FIELD = 409 "standard_field" "A standard field can't be deleted";
    /// The suppression list that holds for every database can't be deleted.
    GLOBAL_LIST = 409 "global_list" "The global suppression list stays";
    /// Several profiles match; `candidates` has their ids.
    AMBIGUOUS_MATCH = 409 "ambiguous_match" "Several profiles match";
    /// A unique value exists; `field` and `profile` say where.
    DUPLICATE = 409 "duplicate" "A unique value exists already";
    /// Two changes at the same time, and this one lost too often.
    CONFLICT = 409 "conflict" "Something else has changed this";
    /// A job is in a state in which this can't be done; `state` is the current one.
    WRONG_STATE = 409 "wrong_state" "The job is in another state";
    /// `If-Match` named another revision; `revision` is the current one.
    PRECONDITION_FAILED = 412 "precondition_failed" "The revision is another one";
    /// The body is larger than the route allows; `limit` is in bytes.
    BODY_TOO_LARGE = 413 "body_too_large" "The body is too large";
    /// The body is not sent as JSON.
    UNSUPPORTED_MEDIA_TYPE = 415 "unsupported_media_type" "The body must be sent as JSON";
    /// A range that the file does not have; `Content-Range` has its size.
    RANGE_NOT_SATISFIABLE = 416 "range_not_satisfiable" "The file has no such range";
    /// Values of the body are wrong; `errors` lists each.
    VALIDATION_FAILED = 422 "validation_failed" "The body is not as it should be";
    /// A file that can't be read; `reason` says why, `added` how much of it was taken.
    UNREADABLE_FILE = 422 "unreadable_file" "The file can't be read";
    /// A webhook's delivery could not be applied; it is kept, and `errors` says why.
    DELIVERY_FAILED = 422 "delivery_failed" "The delivery could not be applied";
    /// The idempotency key belongs to another request.
    IDEMPOTENCY_MISMATCH = 422 "idempotency_mismatch" "The idempotency key belongs to another request";
    /// Something that this code did not foresee; `reference` finds it in the log.
    INTERNAL = 500 "internal" "Something went wrong inside";
    /// The database was locked for too long.
    STORE_BUSY = 503 "store_busy" "The store is busy";
    /// The database can't be reached, or was lost while it worked; `done` says whether
    /// the change may have been made.
    STORE_UNREACHABLE = 503 "store_unreachable" "The store can't be reached";
    /// The time that one request may take was up; nothing was written.
    TOOK_TOO_LONG = 503 "took_too_long" "The request took too long";
    /// The database file was made by a newer version.
    SCHEMA_TOO_NEW = 503 "schema_too_new" "The store was written by a newer version";
    /// The disk refuses to be written.
    STORE_FULL = 507 "store_full" "The store can't be written";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_sorted_by_status() {
        for (index, kind) in ALL.iter().enumerate() {
            assert!(ALL[..index].iter().all(|k| k.code != kind.code));
            assert!(ALL[..index].iter().all(|k| k.status <= kind.status));
        }
    }
}
