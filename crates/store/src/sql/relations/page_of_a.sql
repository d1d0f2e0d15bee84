-- A page of the relations of a type that the profile ?2 has on side A: at most ?4 after the one with ?3 on
-- side B; packed. With how many there are in all.
SELECT (SELECT count(*) FROM relations WHERE type_id = ?1 AND a = ?2),
       (
           SELECT json_group_array(json_array(a, b, weights, created_at, updated_at))
           FROM (
               SELECT a, b, weights, created_at, updated_at
               FROM relations
               WHERE type_id = ?1 AND a = ?2 AND b > ?3
               ORDER BY b
               LIMIT ?4 + 0
           )
       );
