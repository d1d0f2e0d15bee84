-- One statement writes everything that a group of changes touches: inserting into this view either does all of it
-- or, when a guard finds that something changed since it was read, nothing. See crates/store/src/write.rs.
--
-- Most lists of a write are empty. Each statement asks for that first: SQLite passes over it then, where opening its
-- tables and an empty list costs some microseconds.
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
       NULL AS touched,
       NULL AS relations,
       NULL AS moves,
       NULL AS control;

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

    -- [[type, a, b, weights as they were, as they are, created, updated], …], without weights where there is none.
    SELECT RAISE(ABORT, 'roster: a relation has changed')
    WHERE new.relations <> '[]' AND EXISTS (
        SELECT 1
        FROM json_each(new.relations) AS seen
        LEFT JOIN relations AS held
            ON held.type_id = seen.value ->> 0
           AND held.a = seen.value ->> 1
           AND held.b = seen.value ->> 2
        WHERE held.weights IS NOT seen.value ->> 3
    );

    INSERT INTO job_steps (
        job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures,
        entries, members_put, members_gone
    )
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, json_array_length(new.history), new.members_put, new.members_gone
    FROM json_each(new.steps)
    WHERE new.steps <> '[]';

    INSERT INTO profile_merges (at, moves)
    SELECT new.at, new.moves
    WHERE new.moves <> '[]';

    DELETE FROM match_keys
    WHERE new.keys_gone <> '[]' AND (database_id, kind, value, slot) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.keys_gone)
    );

    INSERT INTO profile_removals (deleted)
    SELECT new.deleted
    WHERE new.deleted <> '[]';

    INSERT INTO profiles
        (pk, database_id, revision, status, created_at, updated_at, data, status_by, former_keys)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8
    FROM json_each(new.created)
    WHERE new.created <> '[]';

    UPDATE profiles
    SET revision = change.value ->> 1,
        status = change.value ->> 2,
        updated_at = change.value ->> 3,
        data = change.value ->> 4,
        status_by = change.value ->> 5,
        former_keys = change.value ->> 6
    FROM json_each(new.updated) AS change
    WHERE profiles.pk = change.value ->> 0 AND new.updated <> '[]';

    INSERT INTO match_keys (database_id, kind, value, slot, profile)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.keys_new)
    WHERE new.keys_new <> '[]';

    INSERT INTO subscriptions
        (profile, resource_id, channel, contact, database_id, status, deleted, body, place, wakes_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8, value ->> 9
    FROM json_each(new.subscriptions_put)
    WHERE new.subscriptions_put <> '[]'
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
    FROM json_each(new.history)
    WHERE new.history <> '[]';

    -- No entry is later than those of this write.
    UPDATE job_results
    SET history_first = (SELECT max(id) FROM history) - history_count + 1
    FROM json_each(new.steps) AS step
    WHERE job_id = step.value ->> 0
      AND job_results.step = step.value ->> 2
      AND history_count > 0
      AND new.steps <> '[]';

    -- What changed is taken into the index later.
    INSERT INTO search_pending (pk, profile, contacts, words)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(new.search_put)
    WHERE new.search_put <> '[]'
    ON CONFLICT (pk) DO UPDATE
    SET profile = excluded.profile,
        contacts = excluded.contacts,
        words = excluded.words;

    -- Somebody's old text is gone, and perhaps a word with it.
    UPDATE search_vocabulary
    SET stale = 1
    WHERE stale = 0
      AND json_array_length(new.search_put) + json_array_length(new.deleted) > json_array_length(new.created);

    DELETE FROM segment_members
    WHERE new.members_gone <> '[]'
      AND (segment_id, profile) IN (SELECT value ->> 0, value ->> 1 FROM json_each(new.members_gone));

    INSERT INTO segment_members (segment_id, profile)
    SELECT value ->> 0, value ->> 1
    FROM json_each(new.members_put)
    WHERE new.members_put <> '[]'
    ON CONFLICT DO NOTHING;

    INSERT INTO relation_writes (relations)
    SELECT new.relations
    WHERE new.relations <> '[]';

    INSERT INTO control_writes (at, entered, moved)
    SELECT new.at, new.control -> 0, new.control -> 1
    WHERE new.control <> '[]';

    DELETE FROM idempotency
    WHERE at < new.at - 86400000;

    INSERT INTO idempotency (key, request, status, body, at)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4
    FROM json_each(new.answers)
    WHERE new.answers <> '[]';

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
