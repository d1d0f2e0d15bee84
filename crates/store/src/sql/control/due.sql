-- The databases, as many as ?2, whose control groups are to be drawn again by ?1.
SELECT json_group_array(database_id)
FROM (
    SELECT database_id
    FROM control_groups INDEXED BY control_groups_by_rotation
    WHERE next_rotation_at <= ?1 AND next_rotation_at IS NOT NULL AND next_set IS NULL AND set_id > 0
    ORDER BY next_rotation_at
    LIMIT ?2 + 0
);
