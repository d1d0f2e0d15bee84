-- The merges of the database ?1 before ?2, the latest first; at most ?3, of the destination ?4 alone if there is one.
SELECT json_group_array(json_array(
    id, destination, at, actor, undone_at,
    (SELECT json_group_array(json_array(database_id, pk)) FROM merged_profiles WHERE merge_id = page.id)
))
FROM (
    SELECT id, destination, at, actor, undone_at
    FROM merges INDEXED BY merges_by_database
    WHERE database_id = ?1 AND id < ?2 AND (?4 IS NULL OR destination = ?4)
    ORDER BY id DESC
    LIMIT ?3 + 0
) AS page;
