-- How many relations of a type have a value at the path ?2, and some of them: [[a, b], …].
SELECT count(*),
       (
           SELECT json_group_array(json_array(a, b))
           FROM (
               SELECT a, b
               FROM relations
               WHERE type_id = ?1 AND weights ->> ?2 IS NOT NULL
               LIMIT 5
           )
       )
FROM relations
WHERE type_id = ?1 AND weights ->> ?2 IS NOT NULL;
