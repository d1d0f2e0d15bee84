-- The last entries of the history from ?1 on and before ?2, at most ?3, as far as they are of profiles; what an undoing
-- by the job ?4 removed of them.
SELECT json_group_array(json_array(
    entry.id, entry.profile, entry.kind, json(entry.changes), entry.about ->> '$.merged_from' IS NOT NULL,
    json(removed.packed), entry.about ->> '$.side'
))
FROM (
    SELECT id, profile, kind, changes, about
    FROM history
    WHERE id >= ?1 AND id < ?2 AND profile > 0
    ORDER BY id DESC
    LIMIT ?3 + 0
) AS entry
LEFT JOIN undone_profiles AS removed ON removed.job_id = ?4 AND removed.profile = entry.profile;
