-- The last entries of the history from ?1 on and before ?2, at most ?3, as far as they are of profiles; what an undoing
-- by the job ?4 removed of them; what was done with the same profiles later, the last ?5 entries of each, with whether
-- an undoing did it.
SELECT json_group_array(json_array(
    entry.id, entry.profile, entry.kind, json(entry.changes), entry.about ->> '$.merged_from' IS NOT NULL,
    json(removed.packed), entry.about ->> '$.side',
    json((
        SELECT json_group_array(json_array(id, kind, json(changes), undoes, side))
        FROM (
            SELECT later.id,
                   later.kind,
                   later.changes,
                   later.about ->> '$.undo' IS NOT NULL OR later.about ->> '$.undone' IS NOT NULL AS undoes,
                   later.about ->> '$.side' AS side
            FROM history AS later
            WHERE later.profile = entry.profile
              AND later.id > entry.id
              AND later.kind NOT IN (
                  'profile.merged', 'profile.restored', 'profile.deleted', 'segment.entered', 'segment.left'
              )
            ORDER BY later.id DESC
            LIMIT ?5 + 0
        )
    ))
))
FROM (
    SELECT id, profile, kind, changes, about
    FROM history
    WHERE id >= ?1 AND id < ?2 AND profile > 0
    ORDER BY id DESC
    LIMIT ?3 + 0
) AS entry
LEFT JOIN undone_profiles AS removed ON removed.job_id = ?4 AND removed.profile = entry.profile;
