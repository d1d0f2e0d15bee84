-- One statement writes everything that a group of changes touches: inserting
-- into this view either does all of it or, when a guard finds that something
-- changed since it was read, nothing. See crates/store/src/write.rs.

-- Answers to requests with an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency (
    key     TEXT    PRIMARY KEY,
    request BLOB    NOT NULL,
    status  INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_time ON idempotency (at);

-- A profile whole as one JSON text, as the statements that find many hand them
-- over: every row that Spin returns costs a hop between threads.
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
           || ']' AS packed
FROM profiles;

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
       NULL AS answers;

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

    DELETE FROM match_keys
    WHERE (database_id, kind, value, slot) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.keys_gone)
    );

    DELETE FROM subscriptions
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM profiles
    WHERE pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM history
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.created);

    UPDATE profiles
    SET revision = change.value ->> 1,
        status = change.value ->> 2,
        updated_at = change.value ->> 3,
        data = change.value ->> 4
    FROM json_each(new.updated) AS change
    WHERE profiles.pk = change.value ->> 0;

    INSERT INTO match_keys (database_id, kind, value, slot, profile)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.keys_new);

    INSERT INTO subscriptions (profile, resource_id, channel, contact, database_id, status, deleted, body, place)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8
    FROM json_each(new.subscriptions_put)
    WHERE true
    ON CONFLICT (profile, resource_id, channel, contact) DO UPDATE
    SET status = excluded.status, deleted = excluded.deleted, body = excluded.body;

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
    SELECT max(
               coalesce((SELECT max(id) FROM history), 0) + 1,
               new.at << 20
           ) + key,
           value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.history);

    DELETE FROM search
    WHERE rowid IN (SELECT -value FROM json_each(new.search_gone));

    INSERT INTO search (rowid, profile, contacts)
    SELECT -(value ->> 0) AS id, value ->> 1, value ->> 2
    FROM json_each(new.search_put)
    ORDER BY id;

    DELETE FROM idempotency
    WHERE at < new.at - 86400000;

    INSERT INTO idempotency (key, request, status, body, at)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.answers);
END;

