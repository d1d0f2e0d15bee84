-- The segments of the database ?1 with a condition: [[id, name, condition], …]; and how many bytes these have.
SELECT json_group_array(json_array(id, name, json(rule -> '$.condition'))), coalesce(sum(octet_length(rule)), 0)
FROM segments
WHERE database_id = ?1 AND rule IS NOT NULL;
