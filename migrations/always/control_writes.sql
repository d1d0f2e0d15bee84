-- Who is in the set of a control group that is in force, or was while it is.
CREATE VIEW control_in_force AS
SELECT control_groups.database_id,
       control_members.profile,
       control_members.entered_at,
       control_members.left_at,
       control_members.lot
FROM control_groups
CROSS JOIN control_members ON control_members.set_id = control_groups.set_id;

-- Who enters control groups, and who was put in or taken out by hand:
-- `entered` [[set, profile, lot, entered at], …], without a lot for those who are there by hand,
-- `moved` [[database, profile, override as it was, as it is, reason, actor], …].
-- What a draw decided and what is done by hand may meet in either order.
CREATE VIEW control_writes AS
SELECT NULL AS at,
       NULL AS entered,
       NULL AS moved;

CREATE TRIGGER control_writes_applied INSTEAD OF INSERT ON control_writes BEGIN
    SELECT RAISE(ABORT, 'roster: a profile has changed')
    WHERE EXISTS (
        SELECT 1
        FROM json_each(new.moved) AS moved
        LEFT JOIN control_overrides AS held
            ON held.database_id = moved.value ->> 0
           AND held.profile = moved.value ->> 1
        WHERE held.is_member IS NOT moved.value ->> 2
    );

    -- Those who are there already, by hand, have a lot from now on.
    UPDATE control_members
    SET lot = (
        SELECT value ->> 2
        FROM json_each(new.entered)
        WHERE value ->> 0 = control_members.set_id AND value ->> 1 = control_members.profile
    )
    WHERE (set_id, profile, entered_at) IN (
        SELECT stay.set_id, stay.profile, stay.entered_at
        FROM json_each(new.entered) AS drawn
        CROSS JOIN control_members AS stay
            ON stay.set_id = drawn.value ->> 0
           AND stay.profile = drawn.value ->> 1
        WHERE stay.lot IS NULL AND drawn.value ->> 2 IS NOT NULL
    );

    -- Anyone who was taken out by hand has a stay of no length, which says what was drawn.
    INSERT INTO control_members (set_id, profile, entered_at, left_at, lot)
    SELECT drawn.value ->> 0,
           drawn.value ->> 1,
           drawn.value ->> 3,
           CASE held.is_member WHEN 0 THEN drawn.value ->> 3 END,
           drawn.value ->> 2
    FROM json_each(new.entered) AS drawn
    CROSS JOIN profiles ON profiles.pk = drawn.value ->> 1
    LEFT JOIN control_overrides AS held
        ON held.database_id = profiles.database_id
       AND held.profile = profiles.pk
    WHERE (drawn.value ->> 2 IS NOT NULL OR held.is_member = 1)
      AND NOT EXISTS (
          SELECT 1
          FROM control_members AS known
          WHERE known.set_id = drawn.value ->> 0 AND known.profile = profiles.pk
      );

    DELETE FROM control_overrides
    WHERE (database_id, profile) IN (
        SELECT value ->> 0, value ->> 1
        FROM json_each(new.moved)
        WHERE value ->> 3 IS NULL
    );

    INSERT INTO control_overrides (database_id, profile, is_member, reason, actor, at)
    SELECT value ->> 0, value ->> 1, value ->> 3, value ->> 4, value ->> 5, new.at
    FROM json_each(new.moved)
    WHERE value ->> 3 IS NOT NULL
    ON CONFLICT (database_id, profile) DO UPDATE
    SET is_member = excluded.is_member,
        reason = excluded.reason,
        actor = excluded.actor,
        at = excluded.at;

    -- Out: those who were taken out, and those who were there by hand alone.
    UPDATE control_members
    SET left_at = max(new.at, entered_at)
    WHERE (set_id, profile, entered_at) IN (
        SELECT stay.set_id, stay.profile, stay.entered_at
        FROM json_each(new.moved) AS moved
        CROSS JOIN control_sets AS sets
            ON sets.database_id = moved.value ->> 0
           AND sets.ended_at IS NULL
        CROSS JOIN control_members AS stay
            ON stay.set_id = sets.id
           AND stay.profile = moved.value ->> 1
        WHERE stay.left_at IS NULL
          AND (
              moved.value ->> 3 = 0
              OR (moved.value ->> 3 IS NULL AND stay.lot IS NULL)
          )
    );

    -- In: those who were put in, and those whom the draw would have had.
    INSERT INTO control_members (set_id, profile, entered_at, left_at, lot)
    SELECT sets.id,
           profiles.pk,
           new.at,
           NULL,
           (
               SELECT max(known.lot)
               FROM control_members AS known
               WHERE known.set_id = sets.id AND known.profile = profiles.pk
           )
    FROM json_each(new.moved) AS moved
    CROSS JOIN profiles
        ON profiles.pk = moved.value ->> 1
       AND profiles.database_id = moved.value ->> 0
    CROSS JOIN control_sets AS sets
        ON sets.database_id = profiles.database_id
       AND sets.ended_at IS NULL
    WHERE NOT EXISTS (
              SELECT 1
              FROM control_members AS known
              WHERE known.set_id = sets.id AND known.profile = profiles.pk AND known.left_at IS NULL
          )
      AND (
          moved.value ->> 3 = 1
          OR (
              moved.value ->> 3 IS NULL
              AND EXISTS (
                  SELECT 1
                  FROM control_members AS known
                  WHERE known.set_id = sets.id AND known.profile = profiles.pk AND known.lot IS NOT NULL
              )
          )
      )
    ON CONFLICT (set_id, profile, entered_at) DO UPDATE SET left_at = NULL;
END;

-- One step of a draw: inserting into this view writes down who is in the set that is being drawn and,
-- with the last step, puts it in the place of the one in force; or, when the draw was given up, does nothing.
CREATE VIEW control_draws AS
SELECT NULL AS set_id,
       NULL AS entered,
       NULL AS cleared,
       NULL AS job,
       NULL AS holder,
       NULL AS step,
       NULL AS at,
       NULL AS state,
       NULL AS progress,
       NULL AS leased_until,
       NULL AS expires_at;

CREATE TRIGGER control_draws_applied INSTEAD OF INSERT ON control_draws BEGIN
    INSERT INTO job_steps (job, holder, step, at, state, progress, leased_until, expires_at, failures, files)
    VALUES (new.job, new.holder, new.step, new.at, new.state, new.progress, new.leased_until, new.expires_at,
            '[]', '[]');

    SELECT RAISE(ABORT, 'roster: the catalogue has changed')
    WHERE NOT EXISTS (SELECT 1 FROM control_groups WHERE next_set = new.set_id);

    DELETE FROM control_members
    WHERE (set_id, profile, entered_at) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2
        FROM json_each(new.cleared)
    );

    INSERT INTO control_writes (at, entered, moved)
    SELECT new.at, new.entered, '[]'
    WHERE new.entered <> '[]';

    UPDATE control_sets
    SET ended_at = new.at
    WHERE new.state = 'completed'
      AND id = (SELECT set_id FROM control_groups WHERE next_set = new.set_id);

    UPDATE control_sets
    SET started_at = new.at
    WHERE new.state = 'completed' AND id = new.set_id;

    UPDATE control_groups
    SET set_id = new.set_id,
        next_set = NULL,
        job_id = NULL
    WHERE new.state = 'completed'
      AND database_id = (SELECT database_id FROM control_sets WHERE id = new.set_id);

    -- Nobody is left in those that were given up.
    DELETE FROM control_sets
    WHERE new.state = 'completed'
      AND database_id = (SELECT database_id FROM control_groups WHERE set_id = new.set_id)
      AND ended_at IS NOT NULL
      AND started_at IS NULL;

    UPDATE catalogue
    SET version = version + 1
    WHERE new.state = 'completed';
END;
