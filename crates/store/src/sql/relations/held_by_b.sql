-- The relations of the type ?2 that the profiles with the keys ?1 (a JSON array) have on side B: how many,
-- and the first ?3 of them; packed as [[key, how many, [[key across, weights], …]], …]. Those without any are
-- left out.
SELECT json_group_array(json_array(pk, held, json(firsts)))
FROM (
    SELECT wanted.value AS pk,
           (SELECT count(*) FROM relations INDEXED BY relations_by_b WHERE type_id = ?2 AND b = wanted.value) AS held,
           (
               SELECT json_group_array(json_array(across, json(weights)))
               FROM (
                   SELECT a AS across, weights
                   FROM relations INDEXED BY relations_by_b
                   WHERE type_id = ?2 AND b = wanted.value
                   ORDER BY a
                   LIMIT ?3 + 0
               )
           ) AS firsts
    FROM json_each(?1) AS wanted
)
WHERE held > 0;
