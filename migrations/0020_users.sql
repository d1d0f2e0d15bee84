-- People who sign in to the console, and their sessions.

-- A person has one invitation at a time: a new one takes the old one's place. A password is a
-- PHC string; without one they were invited and have not come yet. Of invitations and sessions
-- only the SHA-256 of their secrets is kept. Failed attempts are counted in `rates`.
CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    email_key       TEXT    NOT NULL UNIQUE,
    revision        INTEGER NOT NULL,
    definition      TEXT    NOT NULL CHECK (json_valid(definition)),
    password        TEXT,
    invitation      BLOB    UNIQUE CHECK (invitation IS NULL OR length(invitation) = 32),
    invitation_ends INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    last_seen_at    INTEGER
) STRICT;

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL,
    secret       BLOB    NOT NULL UNIQUE CHECK (length(secret) = 32),
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    agent        TEXT    NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at);
