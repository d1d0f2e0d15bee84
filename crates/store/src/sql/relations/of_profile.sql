-- What relations a profile of the database ?2 has, by type and side: how many, and the first ?3 of them with who stands
-- across: [[type, side, how many, [[[a, b, weights, created, updated], [database, first name, last name, email, phone]],
-- …]], …]. Types without any are left out.
SELECT json_group_array(json_array(type_id, side, held, json(firsts)))
FROM (
    SELECT id AS type_id,
           'a' AS side,
           (SELECT count(*) FROM relations WHERE type_id = relation_types.id AND a = ?1) AS held,
           (
               SELECT json_group_array(json_array(
                   json_array(a, b, weights, created, updated),
                   json_array(
                       database_id, data ->> '$._fname', data ->> '$._lname', data ->> '$.email', data ->> '$.phones[0]'
                   )
               ))
               FROM (
                   SELECT a, b, weights, created_at AS created, updated_at AS updated
                   FROM relations
                   WHERE type_id = relation_types.id AND a = ?1
                   ORDER BY b
                   LIMIT ?3 + 0
               ) AS related
               CROSS JOIN profiles ON profiles.pk = related.b
           ) AS firsts
    FROM relation_types
    WHERE database_a = ?2
    UNION ALL
    SELECT id,
           'b',
           (SELECT count(*) FROM relations INDEXED BY relations_by_b WHERE type_id = relation_types.id AND b = ?1),
           (
               SELECT json_group_array(json_array(
                   json_array(a, b, weights, created, updated),
                   json_array(
                       database_id, data ->> '$._fname', data ->> '$._lname', data ->> '$.email', data ->> '$.phones[0]'
                   )
               ))
               FROM (
                   SELECT a, b, weights, created_at AS created, updated_at AS updated
                   FROM relations INDEXED BY relations_by_b
                   WHERE type_id = relation_types.id AND b = ?1
                   ORDER BY a
                   LIMIT ?3 + 0
               ) AS related
               CROSS JOIN profiles ON profiles.pk = related.a
           )
    FROM relation_types
    WHERE database_b = ?2
)
WHERE held > 0;
