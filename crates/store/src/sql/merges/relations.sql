-- The relations that profiles ?1 have on either side, at most ?2 in all.
SELECT json_group_array(json_array(type_id, a, b, weights, created_at, updated_at))
FROM (
    SELECT held.type_id, held.a, held.b, held.weights, held.created_at, held.updated_at
    FROM json_each(?1) AS part
    CROSS JOIN relation_types
    CROSS JOIN relations AS held ON held.type_id = relation_types.id AND held.a = part.value
    UNION
    SELECT held.type_id, held.a, held.b, held.weights, held.created_at, held.updated_at
    FROM json_each(?1) AS part
    CROSS JOIN relation_types
    CROSS JOIN relations AS held INDEXED BY relations_by_b
        ON held.type_id = relation_types.id
       AND held.b = part.value
    LIMIT ?2 + 0
);
