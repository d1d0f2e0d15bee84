-- A page of the relations of a type by side A: at most ?4 after the pair (?2, ?3); packed. With how many
-- there are in all.
SELECT (SELECT relations FROM relation_types WHERE id = ?1),
       (
           SELECT json_group_array(json_array(a, b, weights, created_at, updated_at))
           FROM (
               SELECT a, b, weights, created_at, updated_at
               FROM relations
               WHERE type_id = ?1 AND (a, b) > (?2, ?3)
               ORDER BY a, b
               LIMIT ?4 + 0
           )
       );
