-- Consent and collection: links, the outbox, webhooks in and out, forms, events.

-- What public links are signed with; the newest signs, all verify.
CREATE TABLE link_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    secret     BLOB    NOT NULL CHECK (length(secret) = 32),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO link_keys (secret, created_at) VALUES (randomblob(32), CAST(unixepoch('subsec') * 1000 AS INTEGER));

-- Whose will the global status is (model::Party).
ALTER TABLE profiles ADD COLUMN status_by INTEGER NOT NULL DEFAULT 0;

-- When a suspension ends by itself.
ALTER TABLE subscriptions ADD COLUMN wakes_at INTEGER;

CREATE INDEX subscriptions_waking ON subscriptions (wakes_at) WHERE wakes_at IS NOT NULL;

-- What is known of the act: consent, a reason, an event. An object or nothing.
ALTER TABLE history ADD COLUMN about TEXT;

-- Messages to send, written together with their cause and delivered by ticks.
-- `recipient` is a channel and a contact (`email:ada@example.org`), or a watcher
-- (`watcher:1`); `attempts` says what became of each try: [[at, status, detail], …].
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL CHECK (kind IN ('confirmation', 'change')),
    database_id  INTEGER NOT NULL,
    profile      INTEGER NOT NULL,
    recipient    TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'dead', 'cancelled', 'held')),
    detail       TEXT    NOT NULL DEFAULT '',
    body         TEXT    NOT NULL CHECK (json_valid(body)),
    created_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    ended_at     INTEGER,
    tries        INTEGER NOT NULL DEFAULT 0,
    attempts     TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(attempts)),
    holder       TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE state = 'queued';

CREATE INDEX outbox_held ON outbox (created_at) WHERE state = 'held';

CREATE INDEX outbox_by_database ON outbox (database_id, id);

CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);

CREATE INDEX outbox_by_profile ON outbox (profile);

CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;

-- Who is told of changes, and where.
CREATE TABLE watchers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    definition TEXT    NOT NULL CHECK (json_valid(definition)),
    secrets    TEXT    NOT NULL CHECK (json_valid(secrets))
) STRICT;

-- Webhooks that create profiles. `id` is part of the address that senders post
-- to, so it can't be guessed.
CREATE TABLE hooks (
    id          TEXT    PRIMARY KEY,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    secrets     TEXT    NOT NULL CHECK (json_valid(secrets)),
    UNIQUE (database_id, name)
) STRICT, WITHOUT ROWID;

-- What was received, and what became of it; kept for 30 days.
CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    hook_id     TEXT    NOT NULL,
    sender_id   TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,
    profile     INTEGER,
    detail      TEXT    NOT NULL CHECK (json_valid(detail)),
    request     TEXT    NOT NULL CHECK (json_valid(request)),
    times       INTEGER NOT NULL DEFAULT 1,
    UNIQUE (hook_id, sender_id)
) STRICT;

CREATE INDEX deliveries_by_hook ON deliveries (hook_id, id);

CREATE INDEX deliveries_by_time ON deliveries (received_at);

CREATE INDEX deliveries_by_profile ON deliveries (profile) WHERE profile IS NOT NULL;

-- Forms on websites.
CREATE TABLE forms (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    definition  TEXT    NOT NULL CHECK (json_valid(definition)),
    UNIQUE (database_id, name)
) STRICT;

-- What was told already: ids of events and deliveries, and for what must happen
-- in order the time of what was told last.
CREATE TABLE seen (
    scope    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX seen_by_time ON seen (noted_at);

-- How often something was done from somewhere in a span of time.
CREATE TABLE rates (
    key   TEXT    PRIMARY KEY,
    since INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX rates_by_time ON rates (since);
