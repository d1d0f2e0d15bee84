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

DROP VIEW packed_profiles;

-- A profile whole as one JSON text (0002), now with whose will its status is.
CREATE VIEW packed_profiles AS
SELECT pk,
       database_id,
       '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
           || created_at || ',' || updated_at || ',' || data || ','
           || coalesce((
                  SELECT '[' || group_concat(body) || ']'
                  FROM (
                      SELECT body
                      FROM subscriptions
                      WHERE subscriptions.profile = pk
                      ORDER BY place, body ->> 'a'
                  )
              ), '[]')
           || ',' || status_by || ']' AS packed
FROM profiles;

-- What few writes have to say to others is kept apart, so that the many pay nothing
-- for it: messages, suppressed contacts, marks, deliveries of webhooks.
CREATE VIEW profile_tellings AS
SELECT NULL AS at,
       NULL AS deleted,
       NULL AS marks,
       NULL AS messages,
       NULL AS banned,
       NULL AS deliveries;

CREATE TRIGGER profile_tellings_applied INSTEAD OF INSERT ON profile_tellings BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.marks) AS mark
        CROSS JOIN seen ON seen.scope = mark.value ->> 0 AND seen.key = mark.value ->> 1
        WHERE mark.value ->> 3 OR seen.at > mark.value ->> 2
    );

    DELETE FROM outbox
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM deliveries
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    INSERT INTO seen (scope, key, at, noted_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at
    FROM json_each(new.marks)
    WHERE true
    ON CONFLICT (scope, key) DO UPDATE SET at = excluded.at, noted_at = excluded.noted_at;

    -- Nobody gets more than so many confirmations a day, whoever asks for them.
    INSERT INTO outbox (kind, database_id, profile, recipient, state, detail, body, created_at, due_at)
    SELECT value ->> 0,
           value ->> 1,
           value ->> 2,
           value ->> 3,
           CASE WHEN value ->> 7 <> '' OR crowded THEN 'held' ELSE 'queued' END,
           CASE WHEN value ->> 7 = '' AND crowded THEN 'contact_limit' ELSE value ->> 7 END,
           value ->> 4,
           value ->> 5,
           value ->> 6
    FROM (
        SELECT value,
               value ->> 8 IS NOT NULL AND (
                   SELECT count(*)
                   FROM outbox
                   WHERE recipient = value ->> 3
                     AND kind = 'confirmation'
                     AND created_at > new.at - 86400000
                     AND due_at <= created_at
               ) >= value ->> 8 AS crowded
        FROM json_each(new.messages)
    );

    UPDATE catalogue
    SET version = version + 1
    WHERE EXISTS (
        SELECT 1
        FROM suppression_lists
        CROSS JOIN json_each(new.banned) AS ban
        WHERE suppression_lists.id = 1 AND forms & (1 << ban.value ->> 2) = 0
    );

    UPDATE suppression_lists
    SET forms = forms | (SELECT sum(DISTINCT 1 << value ->> 2) FROM json_each(new.banned))
    WHERE id = 1 AND new.banned <> '[]';

    INSERT INTO suppression_entries (list_id, key, kind, form, subdomains, at, reason, source)
    SELECT 1, value ->> 0, value ->> 1, 0, 0, new.at, value ->> 3, 'event'
    FROM json_each(new.banned)
    WHERE true
    ON CONFLICT (list_id, key) DO NOTHING;

    INSERT INTO deliveries (hook_id, sender_id, received_at, outcome, profile, detail, request)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.deliveries)
    WHERE true
    ON CONFLICT (hook_id, sender_id) DO UPDATE
    SET outcome = excluded.outcome,
        profile = excluded.profile,
        detail = excluded.detail,
        request = excluded.request,
        times = times + 1;
END;

-- The writes of profiles again (0003), now with what a write has to say to
-- others: messages, suppressed contacts, marks, deliveries of webhooks.
DROP TRIGGER profile_writes_applied;

DROP VIEW profile_writes;

CREATE VIEW profile_writes AS
SELECT NULL AS catalogue,
       NULL AS at,
       NULL AS known,
       NULL AS asked,
       NULL AS created,
       NULL AS updated,
       NULL AS deleted,
       NULL AS keys_gone,
       NULL AS keys_new,
       NULL AS subscriptions_put,
       NULL AS history,
       NULL AS search_gone,
       NULL AS search_put,
       NULL AS members_gone,
       NULL AS members_put,
       NULL AS answers,
       NULL AS steps,
       NULL AS marks,
       NULL AS messages,
       NULL AS banned,
       NULL AS deliveries;

CREATE TRIGGER profile_writes_applied INSTEAD OF INSERT ON profile_writes BEGIN
    SELECT RAISE(ABORT, 'roster: the catalogue has changed')
    WHERE new.catalogue IS NOT (SELECT version FROM catalogue);

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.known) AS seen
        LEFT JOIN profiles ON profiles.pk = seen.value ->> 0
        WHERE profiles.revision IS NOT seen.value ->> 1
    );

    SELECT RAISE(ABORT, 'roster: a match key has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.asked) AS asked
        CROSS JOIN match_keys AS held
            ON held.database_id = asked.value ->> 0
           AND held.kind = asked.value ->> 1
           AND held.value = asked.value ->> 2
        WHERE held.profile NOT IN (SELECT seen.value ->> 0 FROM json_each(new.known) AS seen)
    );

    INSERT INTO job_steps (job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9
    FROM json_each(new.steps);

    DELETE FROM match_keys
    WHERE (database_id, kind, value, slot) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.keys_gone)
    );

    DELETE FROM subscriptions
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (
        SELECT segment_id, profile
        FROM json_each(new.deleted) AS gone
        CROSS JOIN segment_members INDEXED BY segment_members_by_profile ON profile = gone.value
    );

    DELETE FROM profiles
    WHERE pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM history
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data, status_by)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
    FROM json_each(new.created);

    UPDATE profiles
    SET revision = change.value ->> 1,
        status = change.value ->> 2,
        updated_at = change.value ->> 3,
        data = change.value ->> 4,
        status_by = change.value ->> 5
    FROM json_each(new.updated) AS change
    WHERE profiles.pk = change.value ->> 0;

    INSERT INTO match_keys (database_id, kind, value, slot, profile)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.keys_new);

    INSERT INTO subscriptions
        (profile, resource_id, channel, contact, database_id, status, deleted, body, place, wakes_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8, value ->> 9
    FROM json_each(new.subscriptions_put)
    WHERE true
    ON CONFLICT (profile, resource_id, channel, contact) DO UPDATE
    SET status = excluded.status,
        deleted = excluded.deleted,
        body = excluded.body,
        wakes_at = excluded.wakes_at;

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes, about)
    SELECT max(
               coalesce((SELECT max(id) FROM history), 0) + 1,
               new.at << 20
           ) + key,
           value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
    FROM json_each(new.history);

    DELETE FROM search
    WHERE rowid IN (SELECT -value FROM json_each(new.search_gone));

    INSERT INTO search (rowid, profile, contacts)
    SELECT -(value ->> 0) AS id, value ->> 1, value ->> 2
    FROM json_each(new.search_put)
    ORDER BY id;

    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (SELECT value ->> 0, value ->> 1 FROM json_each(new.members_gone));

    INSERT INTO segment_members (segment_id, profile)
    SELECT value ->> 0, value ->> 1
    FROM json_each(new.members_put)
    WHERE true
    ON CONFLICT DO NOTHING;

    DELETE FROM idempotency
    WHERE at < new.at - 86400000;

    INSERT INTO idempotency (key, request, status, body, at)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.answers);

    INSERT INTO profile_tellings (at, deleted, marks, messages, banned, deliveries)
    SELECT new.at, new.deleted, new.marks, new.messages, new.banned, new.deliveries
    WHERE new.deleted <> '[]'
       OR new.marks <> '[]'
       OR new.messages <> '[]'
       OR new.banned <> '[]'
       OR new.deliveries <> '[]';
END;
