-- Passkeys: keys on people's own devices, which sign them in without a password.

-- What authenticators know a person by. It is random, so that it names nobody.
ALTER TABLE users ADD COLUMN handle BLOB;

UPDATE users SET handle = randomblob(16);

-- `credential` is what the authenticator calls the key; `key` is its public half, `state` how
-- often it signed and the like, both as the crate `webauthn_rp` writes them. `transports` is a
-- set of bits: how the authenticator is reached.
CREATE TABLE passkeys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL,
    credential   BLOB    NOT NULL UNIQUE CHECK (length(credential) BETWEEN 16 AND 1023),
    name         TEXT    NOT NULL,
    transports   INTEGER NOT NULL,
    key          BLOB    NOT NULL,
    state        BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;

CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Questions to authenticators that may still be answered, by the SHA-256 of their challenge.
-- One about a new key belongs to the session that asked; one about signing in to nobody.
CREATE TABLE passkey_questions (
    challenge  BLOB    PRIMARY KEY CHECK (length(challenge) = 32),
    session_id INTEGER,
    state      BLOB    NOT NULL,
    ends_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passkey_questions_by_end ON passkey_questions (ends_at);
