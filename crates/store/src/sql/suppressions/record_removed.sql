-- Tells that the keys ?7 (JSON) go from the list ?1, a thousand to a row. Before they go.
INSERT INTO suppression_history (list_id, at, actor, interface, action, reason, count, keys)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, count(*), json_group_array(gone)
FROM (
    SELECT key AS gone, (row_number() OVER (ORDER BY key) - 1) / 1000 AS part
    FROM suppression_entries
    WHERE list_id = ?1 AND key IN (SELECT value FROM json_each(?7))
)
GROUP BY part;
