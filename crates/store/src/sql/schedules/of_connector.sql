-- The schedules that read by the connector ?1, at most ?2: [[database, id], …].
SELECT json_group_array(json_array(database_id, id))
FROM (
    SELECT database_id, id
    FROM schedules
    WHERE definition ->> '$.source.connector' = ?1
    ORDER BY id
    LIMIT ?2 + 0
);
