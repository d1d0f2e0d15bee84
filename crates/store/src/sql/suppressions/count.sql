-- How many lists are attached to that of the databases ?1 (JSON: ids as texts) which has most; how many are
-- attached to none, the global one included, if no database is named.
SELECT CASE
           WHEN json_array_length(?1) = 0 THEN (
               SELECT count(*) FROM suppression_lists WHERE json_array_length(definition, '$.databases') = 0
           )
           ELSE (
               SELECT coalesce(max(lists), 0)
               FROM (
                   SELECT count(*) AS lists
                   FROM suppression_lists
                   CROSS JOIN json_each(definition, '$.databases') AS attached
                   WHERE attached.value IN (SELECT value FROM json_each(?1))
                   GROUP BY attached.value
               )
           )
       END;
