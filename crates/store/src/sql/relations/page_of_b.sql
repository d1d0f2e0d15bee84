-- A page of the relations of a type that the profile ?2 has on side B: at most ?4 after the one with ?3 on
-- side A; packed. With how many there are in all.
SELECT (SELECT count(*) FROM relations INDEXED BY relations_by_b WHERE type_id = ?1 AND b = ?2),
       (
           SELECT json_group_array(json_array(a, b, weights, created_at, updated_at))
           FROM (
               SELECT a, b, weights, created_at, updated_at
               FROM relations INDEXED BY relations_by_b
               WHERE type_id = ?1 AND b = ?2 AND a > ?3
               ORDER BY a
               LIMIT ?4 + 0
           )
       );
