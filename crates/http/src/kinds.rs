//! Every kind of problem that an answer can report: its stable code, its HTTP
//! status, its title and what to do. The page of codes explains them from here.

use roster_model::Code;
use roster_model::write::RefusalKind;

/// A kind of problem. Only this module makes them, so that each is in [`ALL`] and has
/// its anchor on the page that `type` links to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable name that programs may rely on.
    pub code: &'static str,
    /// The HTTP status it is answered with.
    pub status: u16,
    /// What it means, the same for every occurrence.
    pub title: &'static str,
    remedy: &'static str,
}

impl Kind {
    /// What to do about it, in plain words; names of members stand in backquotes.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.remedy
    }

    /// Where the page of codes explains it: `type` in a problem document.
    #[must_use]
    pub fn link(&self) -> String {
        format!("/v1/codes#{}", self.code)
    }

    /// A refusal of an item as a whole, which has the item's own code.
    #[must_use]
    pub const fn refusal(code: Code) -> Self {
        Kind {
            code: code.as_str(),
            remedy: code.sentence(),
            ..VALIDATION_FAILED
        }
    }
}

/// The HTTP status of a refused item, alone or in a batch.
#[must_use]
pub const fn refusal_status(kind: RefusalKind) -> u16 {
    match kind {
        RefusalKind::Invalid => VALIDATION_FAILED.status,
        RefusalKind::NotFound => NOT_FOUND.status,
        RefusalKind::Conflict => CONFLICT.status,
        RefusalKind::Stale => PRECONDITION_FAILED.status,
        RefusalKind::Internal => INTERNAL.status,
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $title:literal $remedy:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $name: Kind = Kind {
                code: $code,
                status: $status,
                title: $title,
                remedy: $remedy,
            };
        )*
        /// All of them, in order of status.
        pub const ALL: &[Kind] = &[$($name),*];
    };
}

// A list of constants and the same list as a slice: two functions could not
// keep them equal.
kinds! {
    /// The body is not JSON; `line` and `column` say where.
    INVALID_JSON = 400 "invalid_json" "The body is not valid JSON"
        "Send valid JSON in UTF-8; line and column say where it stops being so.";
    /// A query parameter is wrong.
    INVALID_PARAMETER = 400 "invalid_parameter" "A query parameter is not as it should be"
        "Mend or leave out the query parameter that `parameter` names.";
    /// A search with no word that is long enough.
    QUERY_TOO_SHORT = 400 "query_too_short" "The search has no word that is long enough"
        "Search for a word of two or more letters or digits.";
    /// A search with too many characters or words.
    QUERY_TOO_LONG = 400 "query_too_long" "The search is too long"
        "Search for fewer or shorter words.";
    /// A cursor that no answer gave.
    INVALID_CURSOR = 400 "invalid_cursor" "The cursor is not one that an answer gave"
        "Take the cursor from `next` of the page before, unchanged and with the same parameters, or begin without one.";
    /// A header is wrong.
    INVALID_HEADER = 400 "invalid_header" "A header is not as it should be"
        "Mend or leave out the header that detail names.";
    /// A secret that begins as one does that the store keeps sealed; `errors` says where.
    SEALED_SECRET = 400 "sealed_secret" "A secret looks as if it were sealed"
        "Send the secret itself: none begins with `sealed:`, by which the store knows those that it keeps sealed.";
    /// The body could not be read to its end.
    INCOMPLETE_BODY = 400 "incomplete_body" "The body could not be read to its end"
        "The connection broke off while the body was sent: send the request again.";
    /// No `Authorization` header.
    TOKEN_MISSING = 401 "token_missing" "A token is needed"
        "Send the header `Authorization: Bearer <token>`.";
    /// No admin token is set, so only API tokens open anything.
    ADMIN_TOKEN_MISSING = 401 "admin_token_missing" "No admin token is set"
        "Set the variable `admin_token` of the application, start it again and send that token.";
    /// Unknown, revoked or expired.
    INVALID_TOKEN = 401 "invalid_token" "The token is not valid"
        "Check the token: it is unknown, revoked or expired. Somebody with the scope tokens:write can make another.";
    /// The e-mail or the password is wrong; which of them isn't said.
    WRONG_CREDENTIALS = 401 "wrong_credentials" "The e-mail or the password is wrong"
        "Check both. Somebody who manages users can send a new invitation, by which another password is chosen.";
    /// A passkey that opens no account; why isn't said.
    WRONG_PASSKEY = 401 "wrong_passkey" "The passkey opens no account"
        "Use another passkey, or the password. Somebody who manages users can send a new invitation.";
    /// There is no session, or it has ended.
    UNAUTHORIZED = 401 "unauthorized" "There is no session"
        "Sign in: the session has ended, or there was none.";
    /// A webhook's delivery is not signed as it should be; `reason` says more.
    NOT_GENUINE = 401 "not_genuine" "The delivery is not genuine"
        "Check the secret and the clock of the sender; `reason` says what is wrong with the signature.";
    /// The token may not do this; `scope` names what it would need.
    MISSING_SCOPE = 403 "missing_scope" "The token lacks a scope"
        "Use a token that has the scope that `scope` names.";
    /// Somebody tried to give more rights than they have.
    FORBIDDEN = 403 "forbidden" "This is more than the token may do"
        "Use a token that may do all that it is to give to others, or ask for less.";
    /// A request with a session's cookie that no page of ours sent.
    CROSS_ORIGIN = 403 "cross_origin" "The request comes from another website"
        "Send what changes something from a page of this application; programs send a token instead of a cookie.";
    /// There is no such thing, or the token may not know of it.
    NOT_FOUND = 404 "not_found" "There is no such thing"
        "Check the address and its ids. A token that is limited to databases sees nothing of the others.";
    /// An invitation that was used, replaced, or never made, or whose time is over.
    INVITATION_NOT_FOUND = 404 "invitation_not_found" "There is no such invitation"
        "Ask somebody who manages users for a new one: each can be used once, within seven days.";
    /// A profile that was merged into another one; `into` names it.
    MERGED = 404 "merged" "The profile was merged into another one"
        "Use the profile that `into` names.";
    /// The route exists, but not for this method; see `Allow`.
    METHOD_NOT_ALLOWED = 405 "method_not_allowed" "This method is not allowed here"
        "Use one of the methods in the header `Allow`.";
    /// Another database or resource has this name.
    NAME_TAKEN = 409 "name_taken" "The name is taken"
        "Choose another name, or change what has this one.";
    /// Another user has this e-mail.
    EMAIL_TAKEN = 409 "email_taken" "Another user has this e-mail"
        "Use another e-mail, or change the user who has this one.";
    /// Browsers have no passkeys for this site.
    NO_PASSKEYS_HERE = 409 "no_passkeys_here" "There are no passkeys at this address"
        "Use the site by its name: over https, or on the machine itself as localhost. The variable `public_url` says where people reach it.";
    /// A question to an authenticator that was answered, or whose time is over.
    QUESTION_OVER = 409 "question_over" "The question was answered, or its time is over"
        "Begin again: each can be answered once, within five minutes, by the session that asked.";
    /// Nobody would be left who may manage everything.
    LAST_ADMIN = 409 "last_admin" "This is the last admin"
        "Make somebody else an admin for all databases first, who has accepted the invitation.";
    /// Nothing that a job did is kept.
    NOTHING_TO_UNDO = 409 "nothing_to_undo" "Nothing is left to undo"
        "Undo a job that changed something, within 30 days of its end.";
    /// What is to be undone was undone before.
    ALREADY_UNDONE = 409 "already_undone" "It was undone before"
        "Nothing is left to take back.";
    /// Something that can't be undone asks for `?confirm=<name>`.
    CONFIRMATION_NEEDED = 409 "confirmation_needed" "This needs a confirmation"
        "Repeat the request with `?confirm=<name>`; it can't be undone.";
    /// Stored values don't fit the field as it would be.
    FIELD_VALUES_CONFLICT = 409 "field_values_conflict" "Stored values stand in the way"
        "Change the stored values that detail counts first, or leave the field as it is.";
    /// Every database has the standard fields; they can't be deleted.
    STANDARD_FIELD = 409 "standard_field" "A standard field can't be deleted"
        "Leave it: every database has the standard fields.";
    /// The suppression list that holds for every database can't be deleted.
    GLOBAL_LIST = 409 "global_list" "The global suppression list stays"
        "Remove its entries instead; the list itself holds for every database.";
    /// Several profiles match; `candidates` has their ids.
    AMBIGUOUS_MATCH = 409 "ambiguous_match" "Several profiles match"
        "Match by something that only one of `candidates` has, or write to one of them by its id.";
    /// A unique value exists; `field` and `profile` say where.
    DUPLICATE = 409 "duplicate" "A unique value exists already"
        "Use another value for `field`, or change `profile`, which has it already.";
    /// Two changes at the same time, and this one lost too often.
    CONFLICT = 409 "conflict" "Something else has changed this"
        "Read it again and repeat the change.";
    /// A job is in a state in which this can't be done; `state` is the current one.
    WRONG_STATE = 409 "wrong_state" "The job is in another state"
        "Wait, or do first what leads to another state; `state` is the current one.";
    /// Schedules read by the connector; `schedules` has the first ones that the caller may see.
    CONNECTOR_IN_USE = 409 "connector_in_use" "Schedules read by this connector"
        "Change or delete the schedules that read by it first; `schedules` has their addresses.";
    /// The conditions of other segments name this one; `segments` has them.
    SEGMENT_IN_USE = 409 "segment_in_use" "Other segments name this one"
        "Change or delete the `segments` whose conditions name it first.";
    /// What the segment asks no longer fits its database.
    SEGMENT_UNFIT = 409 "segment_unfit" "The segment no longer fits its database"
        "Change the segment's condition: it names something that is gone or changed, as detail says.";
    /// A segment of this kind can't do that; `kind` is which it is.
    WRONG_SEGMENT_KIND = 409 "wrong_segment_kind" "The segment is of another kind"
        "Use a static segment to put people in by hand, an updatable one to refresh it; `kind` is what this one is.";
    /// A schedule's runs don't overlap.
    RUN_IN_PROGRESS = 409 "run_in_progress" "A run goes on"
        "Wait for the run that goes on, or cancel its import.";
    /// A time before a profile came to be.
    BEFORE_HISTORY = 410 "before_history" "Nothing is known of that time"
        "Ask for a time from `first` on.";
    /// `If-Match` named another revision; `revision` is the current one.
    PRECONDITION_FAILED = 412 "precondition_failed" "The revision is another one"
        "Read it again, look at what changed and repeat with the `revision` that is current.";
    /// The body is larger than the route allows; `limit` is in bytes.
    BODY_TOO_LARGE = 413 "body_too_large" "The body is too large"
        "Send less at once: `limit` is in bytes.";
    /// More profiles than one request may have.
    BATCH_TOO_LARGE = 413 "batch_too_large" "The batch has too many profiles"
        "Send the profiles in smaller batches, or import them as a file.";
    /// The body is not sent as JSON.
    UNSUPPORTED_MEDIA_TYPE = 415 "unsupported_media_type" "The body must be sent as JSON"
        "Send JSON with the header `Content-Type: application/json`.";
    /// A range that the file does not have; `Content-Range` has its size.
    RANGE_NOT_SATISFIABLE = 416 "range_not_satisfiable" "The file has no such range"
        "Ask for a range within the size that `Content-Range` gives, or for the whole file.";
    /// Values of the body are wrong; `errors` lists each.
    VALIDATION_FAILED = 422 "validation_failed" "The body is not as it should be"
        "Mend what `errors` lists; each has a pointer, a code and a detail.";
    /// A file without content.
    EMPTY_FILE = 422 "empty_file" "There is no data"
        "Send a file with content.";
    /// A source of rows can't be read; `reason` has the stable code.
    UNREADABLE_SOURCE = 422 "unreadable_source" "The source can't be read"
        "Do what `detail` says, and look again; `reason` is the code that a run would have.";
    /// A file that can't be read; `reason` says why, `added` how much of it was taken.
    UNREADABLE_FILE = 422 "unreadable_file" "The file can't be read"
        "Mend the file as `reason` and detail say, and upload it again.";
    /// A webhook's delivery could not be applied; it is kept, and `errors` says why.
    DELIVERY_FAILED = 422 "delivery_failed" "The delivery could not be applied"
        "Mend the mapping or the sender as `errors` say, then try the delivery again; it is kept for 30 days.";
    /// The idempotency key belongs to another request.
    IDEMPOTENCY_MISMATCH = 422 "idempotency_mismatch" "The idempotency key belongs to another request"
        "Use a new `Idempotency-Key` for another request.";
    /// Too much was sent from one place, or too fast.
    TOO_MANY_REQUESTS = 429 "too_many_requests" "Too many requests"
        "Wait as long as `Retry-After` says.";
    /// Something that this code did not foresee; `reference` finds it in the log.
    INTERNAL = 500 "internal" "Something went wrong inside"
        "Try again; if it stays, look in the server's log under `reference`.";
    /// The database was locked for too long.
    STORE_BUSY = 503 "store_busy" "The store is busy"
        "Nothing was written: try again after `Retry-After`.";
    /// The database can't be reached, or was lost while it worked; `done` says whether
    /// the change may have been made.
    STORE_UNREACHABLE = 503 "store_unreachable" "The store can't be reached"
        "Try again after `Retry-After`; where `done` is unknown, look first whether the change was made, or use an `Idempotency-Key`.";
    /// The time that one request may take was up; nothing was written.
    TOOK_TOO_LONG = 503 "took_too_long" "The request took too long"
        "Nothing was written: ask for less at once, or use a bulk update, an export or an import.";
    /// A secret in the store is sealed with a key that isn't there.
    SECRET_UNREADABLE = 503 "secret_unreadable" "A secret in the store can't be read"
        "Set the variable `secrets_key` to what it was, with the new key before it, or give the secret again.";
    /// The variable `secrets_key` is none.
    WRONG_SECRETS_KEY = 503 "wrong_secrets_key" "The variable secrets_key can't be read"
        "Set the variable `secrets_key` as detail says, and start the application again.";
    /// The database file was made by a newer version.
    SCHEMA_TOO_NEW = 503 "schema_too_new" "The store was written by a newer version"
        "Start a version of the server that knows this store.";
    /// The disk refuses to be written.
    STORE_FULL = 507 "store_full" "The store can't be written"
        "Nothing was written: make room on the disk, or make it writable.";
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

    #[test]
    fn each_says_what_to_do() {
        for (index, kind) in ALL.iter().enumerate() {
            let remedy = kind.remedy();
            assert!(remedy.ends_with('.') && remedy.len() > 10, "{remedy}");
            assert_eq!(remedy.matches('`').count() % 2, 0, "{remedy}");
            assert!(ALL[..index].iter().all(|k| k.remedy() != remedy));
            assert!(!kind.title.ends_with('.'), "{}", kind.title);
        }
    }
}
