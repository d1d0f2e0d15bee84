-- What merging, splitting and undoing move from one profile to another, before anything is deleted. `moves` is an
-- object of lists:
--   counts   [[profile, how many relations it has], …], which must still be so
--   gone     [[profile, resource, channel, contact], …], subscriptions that are there no more
--   merges   [[id, database, destination, actor, record, [profiles of it]], …]
--   sources  [[profile, database, destination, merge, database of the destination], …], who is gone by a merge
--   undone   [id, …], merges that are undone
--   repoint  [[profile, destination], …], earlier sources that are part of another profile now
--   left     [[merge, source, destination], …], who gets segments back, and who leaves them again
--   members  [[from, to], …], who enters the static segments of whom; updatable ones settle at their refresh
--   removed  [[job, profile, database, profile packed], …], whom an undoing removed
--   history  [[kind, from, to, database, id of from as text, that of to], …]. The kind `hide` keeps the history of
--            `from` for an undoing, under the negated key, where no list looks; `reveal` gives it back to `to`
CREATE VIEW profile_merges AS
SELECT NULL AS at,
       NULL AS moves;

CREATE TRIGGER profile_merges_applied INSTEAD OF INSERT ON profile_merges BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.moves, '$.counts') AS seen
        WHERE seen.value ->> 1 <> (
                SELECT count(*)
                FROM relation_types
                CROSS JOIN relations AS held ON held.type_id = relation_types.id AND held.a = seen.value ->> 0
            ) + (
                SELECT count(*)
                FROM relation_types
                CROSS JOIN relations AS held INDEXED BY relations_by_b
                    ON held.type_id = relation_types.id
                   AND held.b = seen.value ->> 0
            )
    );

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.moves, '$.undone') AS undone
        LEFT JOIN merges ON merges.id = undone.value
        WHERE merges.id IS NULL OR merges.undone_at IS NOT NULL
    );

    DELETE FROM subscriptions
    WHERE (profile, resource_id, channel, contact) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
        FROM json_each(new.moves, '$.gone')
    );

    INSERT INTO merges (id, database_id, destination, at, actor, record, members)
    SELECT one.value ->> 0,
           one.value ->> 1,
           one.value ->> 2,
           new.at,
           one.value ->> 3,
           one.value ->> 4,
           (
               SELECT json_group_array(json_array(held.segment_id, held.profile))
               FROM json_each(one.value, '$[5]') AS part
               CROSS JOIN segment_members AS held INDEXED BY segment_members_by_profile
                   ON held.profile = part.value
           )
    FROM json_each(new.moves, '$.merges') AS one;

    INSERT INTO undone_profiles (job_id, profile, database_id, packed)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(new.moves, '$.removed')
    WHERE true
    ON CONFLICT (job_id, profile) DO UPDATE SET packed = excluded.packed;

    INSERT INTO merged_profiles (pk, database_id, into_pk, merge_id)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each(new.moves, '$.sources');

    UPDATE merged_profiles
    SET into_pk = moved.value ->> 2
    FROM json_each(new.moves, '$.sources') AS moved
    WHERE merged_profiles.into_pk = moved.value ->> 0;

    -- Before what the merge keeps is forgotten.
    UPDATE history
    SET profile = moved.value ->> 2
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'reveal' AND history.profile = -(moved.value ->> 2);

    DELETE FROM merged_profiles
    WHERE merge_id IN (SELECT value FROM json_each(new.moves, '$.undone'));

    UPDATE merged_profiles
    SET into_pk = moved.value ->> 1
    FROM json_each(new.moves, '$.repoint') AS moved
    WHERE merged_profiles.pk = moved.value ->> 0;

    INSERT INTO segment_members (segment_id, profile)
    SELECT held.segment_id, moved.value ->> 1
    FROM json_each(new.moves, '$.members') AS moved
    CROSS JOIN segment_members AS held INDEXED BY segment_members_by_profile
        ON held.profile = moved.value ->> 0
    CROSS JOIN segments ON segments.id = held.segment_id
    WHERE segments.kind = 'static'
    ON CONFLICT DO NOTHING;

    -- Who came into a static segment by the merge leaves it, and the sources are where they were.
    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (
        SELECT member.value ->> 0, back.value ->> 2
        FROM json_each(new.moves, '$.left') AS back
        CROSS JOIN merges ON merges.id = back.value ->> 0
        CROSS JOIN json_each(merges.members) AS member
        CROSS JOIN segments ON segments.id = member.value ->> 0
        WHERE member.value ->> 1 = back.value ->> 1
          AND segments.kind = 'static'
          AND NOT EXISTS (
              SELECT 1
              FROM json_each(merges.members) AS own
              WHERE own.value ->> 0 = member.value ->> 0 AND own.value ->> 1 = back.value ->> 2
          )
    );

    INSERT INTO segment_members (segment_id, profile)
    SELECT segments.id, member.value ->> 1
    FROM json_each(new.moves, '$.left') AS back
    CROSS JOIN merges ON merges.id = back.value ->> 0
    CROSS JOIN json_each(merges.members) AS member
    CROSS JOIN segments ON segments.id = member.value ->> 0
    WHERE member.value ->> 1 = back.value ->> 1
    ON CONFLICT DO NOTHING;

    -- Whose it was stays, so that an erasure finds where they have been.
    UPDATE merges
    SET undone_at = new.at,
        record = json_object('sources', (
            SELECT json_group_array(source.value ->> 0)
            FROM json_each(merges.record, '$.sources') AS source
        )),
        members = '[]'
    WHERE id IN (SELECT value FROM json_each(new.moves, '$.undone'));

    UPDATE outbox
    SET profile = moved.value ->> 2,
        database_id = CASE outbox.kind WHEN 'confirmation' THEN moved.value ->> 4 ELSE outbox.database_id END
    FROM json_each(new.moves, '$.sources') AS moved
    WHERE outbox.profile = moved.value ->> 0;

    UPDATE deliveries
    SET profile = moved.value ->> 2
    FROM json_each(new.moves, '$.sources') AS moved
    WHERE deliveries.profile = moved.value ->> 0;

    UPDATE history
    SET profile = -profile
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'hide' AND history.profile = moved.value ->> 1;

    UPDATE history
    SET profile = moved.value ->> 2,
        database_id = moved.value ->> 3,
        about = json_insert(
            json_insert(coalesce(about, '{}'), '$.merged_from', json('[]')), '$.merged_from[#]', moved.value ->> 4
        )
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'move' AND history.profile = moved.value ->> 1;

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes, about)
    SELECT max((SELECT max(id) FROM history), new.at << 20) + row_number() OVER (ORDER BY held.id),
           moved.value ->> 3,
           moved.value ->> 2,
           held.at,
           held.kind,
           held.actor,
           held.interface,
           held.changes,
           json_set(
               json_insert(
                   json_insert(coalesce(held.about, '{}'), '$.copied_from', json('[]')),
                   '$.copied_from[#]',
                   moved.value ->> 4
               ),
               '$.split_from',
               moved.value ->> 4
           )
    FROM json_each(new.moves, '$.history') AS moved
    CROSS JOIN history AS held ON held.profile = moved.value ->> 1
    WHERE moved.value ->> 0 = 'copy';

    UPDATE history
    SET profile = moved.value ->> 2,
        database_id = moved.value ->> 3,
        about = CASE
            WHEN json_array_length(about, '$.merged_from') > 1 THEN json_remove(about, '$.merged_from[#-1]')
            ELSE nullif(json_remove(about, '$.merged_from'), '{}')
        END
    FROM json_each(new.moves, '$.history') AS moved
    WHERE moved.value ->> 0 = 'return'
      AND history.profile = moved.value ->> 1
      AND history.about ->> '$.merged_from[#-1]' = moved.value ->> 5;
END;

-- What was hidden goes with what it was kept for.
CREATE TRIGGER merged_profiles_forgotten AFTER DELETE ON merged_profiles BEGIN
    DELETE FROM history
    WHERE profile = -old.pk;
END;

CREATE TRIGGER undone_profiles_forgotten AFTER DELETE ON undone_profiles BEGIN
    DELETE FROM history
    WHERE profile = -old.profile;
END;
