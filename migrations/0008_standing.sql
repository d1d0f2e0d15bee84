-- How contacts stand: who left, whose address is bad, whoever has the contact and
-- however often it comes and goes (docs/STANDING.md).

-- What hashes of contacts are made with. One is this installation's own; others came
-- with what other installations know.
CREATE TABLE standing_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    secret     BLOB    NOT NULL CHECK (length(secret) = 32),
    is_own     INTEGER NOT NULL CHECK (is_own IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO standing_keys (name, secret, is_own, created_at)
VALUES (lower(hex(randomblob(8))), randomblob(32), 1, CAST(unixepoch('subsec') * 1000 AS INTEGER));

-- `hash` is a keyed hash of channel and contact (store::standing). Database and
-- resource are 0 for all. `weight` is 0 where it was lifted, else says which of two
-- ends is kept; `noted_at` is when it was told, `told_in` where, 0 if that is not
-- known.
CREATE TABLE standing (
    hash        BLOB    NOT NULL CHECK (length(hash) = 16),
    database_id INTEGER NOT NULL,
    resource_id INTEGER NOT NULL,
    key_id      INTEGER NOT NULL,
    status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),
    weight      INTEGER NOT NULL,
    party       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    noted_at    INTEGER NOT NULL,
    how         TEXT    NOT NULL,
    told_in     INTEGER NOT NULL,
    PRIMARY KEY (hash, database_id, resource_id)
) STRICT, WITHOUT ROWID;

-- Who left by a link whose profile is gone: all that is known is the link's digest,
-- of which `hash` is a keyed hash.
CREATE TABLE standing_links (
    hash     BLOB    PRIMARY KEY CHECK (length(hash) = 16),
    at       INTEGER NOT NULL,
    how      TEXT    NOT NULL,
    told_in  INTEGER NOT NULL,
    searched INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What stands against the contact of a live subscription beside its own status: a
-- status, or 0 for nothing.
ALTER TABLE subscriptions ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;

DROP VIEW packed_profiles;

-- A profile whole as one JSON text (0005): its subscriptions are put in order first, since Spin's libSQL
-- client can't read an ORDER BY inside an aggregate.
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

-- What writes have to say to others (0005), now with how contacts stand.
DROP TRIGGER profile_tellings_applied;

DROP VIEW profile_tellings;

CREATE VIEW profile_tellings AS
SELECT NULL AS at,
       NULL AS deleted,
       NULL AS marks,
       NULL AS messages,
       NULL AS banned,
       NULL AS deliveries,
       NULL AS standing,
       NULL AS touched;

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
               CASE
                   WHEN value ->> 8 IS NULL THEN 0
                   ELSE (
                       SELECT count(*)
                       FROM outbox
                       WHERE recipient = value ->> 3
                         AND kind = 'confirmation'
                         AND created_at > new.at - 86400000
                         AND due_at <= created_at
                   ) >= value ->> 8
               END AS crowded
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

    -- From the first entry on, instances ask how contacts stand.
    UPDATE catalogue
    SET version = version + 1
    WHERE new.standing <> '[]' AND NOT EXISTS (SELECT 1 FROM standing);

    -- Of an end and what lifted it the one that was told last counts, of two ends the
    -- one that weighs more. An end that is told again after something was lifted stands
    -- from then on (model::ending).
    INSERT INTO standing
        (hash, database_id, resource_id, key_id, status, weight, party, at, noted_at, how, told_in)
    SELECT unhex(value ->> 0), value ->> 2, value ->> 3, value ->> 1, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, value ->> 10
    FROM json_each(new.standing) AS told
    WHERE told.value ->> 11 IS NULL
       OR (
           EXISTS (
               SELECT 1
               FROM standing AS known
               WHERE known.hash = unhex(told.value ->> 0)
                 AND known.database_id = told.value ->> 2
                 AND known.resource_id = told.value ->> 3
           )
           AND NOT EXISTS (
               SELECT 1
               FROM standing AS heavier
               WHERE heavier.hash IN (SELECT unhex(one.value) FROM json_each(told.value -> 12) AS one)
                 AND heavier.database_id IN (0, told.value ->> 2)
                 AND heavier.resource_id = 0
                 AND heavier.weight > told.value ->> 11
           )
       )
    ON CONFLICT (hash, database_id, resource_id) DO UPDATE
    SET key_id = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.key_id, excluded.key_id),
        status = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.status, excluded.status),
        weight = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.weight, excluded.weight),
        party = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.party, excluded.party),
        at = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.at, excluded.at),
        noted_at = iif(
            excluded.weight > 0 AND standing.weight > 0,
            max(excluded.noted_at, standing.noted_at),
            excluded.noted_at
        ),
        how = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.how, excluded.how),
        told_in = iif(excluded.weight BETWEEN 1 AND standing.weight, standing.told_in, excluded.told_in)
    WHERE (
            (excluded.weight = 0 OR standing.weight = 0)
            AND excluded.noted_at >= standing.noted_at
        )
        OR (standing.weight > 0 AND excluded.weight > standing.weight)
        OR (
            excluded.weight BETWEEN 1 AND standing.weight
            AND excluded.noted_at > standing.noted_at
            AND EXISTS (
                SELECT 1
                FROM standing AS lifted
                WHERE lifted.hash = excluded.hash AND lifted.weight = 0 AND lifted.noted_at >= standing.noted_at
            )
        );

    -- Live subscriptions of those contacts, whoever has them, say what stands
    -- against them.
    UPDATE subscriptions
    SET ended = coalesce((
        SELECT max(entry.status)
        FROM json_each(touched.value ->> 4) AS hash
        CROSS JOIN standing AS entry ON entry.hash = unhex(hash.value)
        WHERE entry.weight > 0
          AND entry.database_id IN (0, subscriptions.database_id)
          AND entry.resource_id IN (0, subscriptions.resource_id)
          AND NOT EXISTS (
              SELECT 1
              FROM json_each(touched.value ->> 4) AS other
              CROSS JOIN standing AS lifted ON lifted.hash = unhex(other.value)
              WHERE lifted.weight = 0
                AND lifted.database_id IN (0, subscriptions.database_id)
                AND lifted.resource_id IN (0, subscriptions.resource_id)
                AND (lifted.resource_id > 0 OR entry.resource_id = 0)
                AND lifted.noted_at >= entry.noted_at
          )
    ), 0)
    FROM json_each(new.touched) AS touched
    CROSS JOIN databases
    CROSS JOIN match_keys
        ON match_keys.database_id = databases.id
       AND match_keys.kind = touched.value ->> 0
       AND match_keys.value = touched.value ->> 1
    WHERE subscriptions.profile = match_keys.profile
      AND subscriptions.channel = touched.value ->> 2
      AND subscriptions.contact = touched.value ->> 3;
END;

-- The writes of profiles again (0005), now with how contacts stand.
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
       NULL AS deliveries,
       NULL AS standing,
       NULL AS touched;

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

    INSERT INTO profile_tellings (at, deleted, marks, messages, banned, deliveries, standing, touched)
    SELECT new.at, new.deleted, new.marks, new.messages, new.banned, new.deliveries, new.standing, new.touched
    WHERE new.deleted <> '[]'
       OR new.marks <> '[]'
       OR new.messages <> '[]'
       OR new.banned <> '[]'
       OR new.deliveries <> '[]'
       OR new.standing <> '[]'
       OR new.touched <> '[]';
END;
