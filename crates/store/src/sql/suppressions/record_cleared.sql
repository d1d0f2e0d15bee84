-- Tells that the keys after ?7, up to ?8, go from the list ?1, a thousand to a row. Before
-- they go.
INSERT INTO suppression_history (list_id, at, actor, interface, action, reason, count, keys)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, count(*), json_group_array(gone)
FROM (
    SELECT key AS gone, (row_number() OVER (ORDER BY key) - 1) / 1000 AS part
    FROM suppression_entries
    WHERE list_id = ?1 AND key > ?7 AND key <= ?8
)
GROUP BY part;
