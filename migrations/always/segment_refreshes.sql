-- One step of a segment's refresh: inserting into this view has people enter and leave, writes that into their
-- histories, tells watchers and writes the job's progress, or does nothing: when the job is no longer held, the
-- definitions have changed, or somebody who is to enter or to leave is gone meanwhile.
CREATE VIEW segment_refreshes AS
SELECT NULL AS catalogue,
       NULL AS at,
       NULL AS segment,
       NULL AS entered,
       NULL AS gone,
       NULL AS steps,
       NULL AS messages,
       NULL AS actor,
       NULL AS interface,
       NULL AS refreshed;

CREATE TRIGGER segment_refreshes_applied INSTEAD OF INSERT ON segment_refreshes BEGIN
    SELECT RAISE(ABORT, 'roster: the catalogue has changed')
    WHERE new.catalogue IS NOT (SELECT version FROM catalogue);

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.entered) AS one
        LEFT JOIN profiles ON profiles.pk = one.value
        LEFT JOIN segments ON segments.id = new.segment
        WHERE profiles.database_id IS NOT segments.database_id OR segments.id IS NULL
    );

    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.gone) AS one
        LEFT JOIN segment_members AS held ON held.segment_id = new.segment AND held.profile = one.value
        WHERE held.profile IS NULL
    );

    INSERT INTO job_steps (job, holder, step, at, state, progress, problem, leased_until, expires_at, results, failures)
    SELECT value ->> 0, value ->> 1, value ->> 2, new.at, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9
    FROM json_each(new.steps);

    -- Fails where somebody is a member already.
    INSERT INTO segment_members (segment_id, profile)
    SELECT new.segment, value
    FROM json_each(new.entered);

    DELETE FROM segment_members
    WHERE segment_id = new.segment AND profile IN (SELECT value FROM json_each(new.gone));

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
    SELECT max(coalesce((SELECT max(id) FROM history), 0) + 1, new.at << 20) + key,
           (SELECT database_id FROM segments WHERE id = new.segment),
           value,
           new.at,
           'segment.entered',
           new.actor,
           new.interface,
           '[["segments/' || new.segment || '",true]]'
    FROM json_each(new.entered);

    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
    SELECT max(coalesce((SELECT max(id) FROM history), 0) + 1, new.at << 20) + key,
           (SELECT database_id FROM segments WHERE id = new.segment),
           value,
           new.at,
           'segment.left',
           new.actor,
           new.interface,
           '[["segments/' || new.segment || '",true,null]]'
    FROM json_each(new.gone);

    INSERT INTO profile_tellings (at, deleted, marks, messages, banned, deliveries, standing, touched)
    SELECT new.at, '[]', '[]', new.messages, '[]', '[]', '[]', '[]'
    WHERE new.messages <> '[]';

    UPDATE segments
    SET refreshed_at = new.refreshed
    WHERE id = new.segment AND new.refreshed IS NOT NULL;
END;
