-- The segments that are to be refreshed by themselves at ?1, at most ?2: [[id, database], …].
SELECT json_group_array(json_array(id, database_id))
FROM (
    SELECT id, database_id
    FROM segments INDEXED BY segments_due
    WHERE refresh_due <= ?1
    ORDER BY refresh_due
    LIMIT ?2 + 0
);
