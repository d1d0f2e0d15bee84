-- The relations of the pairs ?1 ([[type, a, b], …]) that have one.
SELECT json_group_array(json_array(
    relations.type_id, relations.a, relations.b, relations.weights, relations.created_at, relations.updated_at
))
FROM json_each(?1) AS pair
CROSS JOIN relations
    ON relations.type_id = pair.value ->> 0
   AND relations.a = pair.value ->> 1
   AND relations.b = pair.value ->> 2;
