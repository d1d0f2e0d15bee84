-- The last entries of the history from ?1 on and before ?2, at most ?3, as far as they are of profiles; what an undoing
-- by the job ?4 removed of them; what was done with the same profiles later, the last ?5 entries of each, with whether
-- an undoing did it; and the static segments of those who came to be.
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
    )),
    json(CASE
        WHEN entry.kind IN ('profile.created', 'profile.restored') THEN (
            SELECT json_group_array(held.segment_id)
            FROM segment_members AS held INDEXED BY segment_members_by_profile
            CROSS JOIN segments ON segments.id = held.segment_id
            WHERE held.profile = entry.profile AND segments.kind = 'static'
        )
        ELSE '[]'
    END)
))
FROM (
    SELECT id, profile, kind, changes, about
    FROM history
    WHERE id >= ?1 AND id < ?2 AND profile > 0
    ORDER BY id DESC
    LIMIT ?3 + 0
) AS entry
LEFT JOIN undone_profiles AS removed ON removed.job_id = ?4 AND removed.profile = entry.profile;
