-- Stays in sets of the database ?1 that were given up before they were whole, at most ?2: [[set, profile, entered at], …].
SELECT json_group_array(json_array(set_id, profile, entered_at))
FROM (
    SELECT members.set_id, members.profile, members.entered_at
    FROM control_sets AS sets
    CROSS JOIN control_members AS members ON members.set_id = sets.id
    WHERE sets.database_id = ?1 AND sets.ended_at IS NOT NULL AND sets.started_at IS NULL
    LIMIT ?2 + 0
);
