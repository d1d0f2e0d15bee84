-- One database with its fields and segments, all resources, the suppression lists that are attached to it, all
-- watchers, what contacts are hashed with and whether anybody ever left, the relation types that it is part of
-- and the databases that these join it with, by what people are drawn into its control group, and the version of the
-- definitions.
SELECT (SELECT version FROM catalogue),
       revision,
       created_at,
       updated_at,
       definition,
       (
           SELECT '[' || group_concat(fields.definition) || ']'
           FROM fields
           WHERE fields.database_id = databases.id
       ),
       (
           SELECT '[' || group_concat(json_array(
               resources.id, resources.revision, resources.created_at, resources.updated_at,
               json(resources.definition)
           )) || ']'
           FROM resources
       ),
       (
           SELECT '[' || group_concat(known) || ']'
           FROM (
               SELECT CASE WHEN rule IS NULL THEN id ELSE json_array(id, kind, json(rule)) END AS known
               FROM segments
               WHERE segments.database_id = databases.id
               ORDER BY segments.id
           )
       ),
       (
           SELECT json_group_array(json_array(suppression_lists.id, suppression_lists.forms))
           FROM suppression_lists
           WHERE is_global
              OR EXISTS (
                  SELECT 1
                  FROM json_each(suppression_lists.definition, '$.databases') AS attached
                  WHERE CAST(attached.value AS INTEGER) = databases.id
              )
       ),
       (
           SELECT json_group_array(json_array(watchers.id, json(watchers.definition)))
           FROM watchers
       ),
       (
           SELECT json_group_array(json_array(id, name, hex(secret), is_own))
           FROM standing_keys
       ),
       EXISTS (SELECT 1 FROM standing),
       EXISTS (SELECT 1 FROM standing_links),
       (
           SELECT '[' || group_concat(json_array(
               relation_types.id, relation_types.revision, relation_types.created_at, relation_types.updated_at,
               relation_types.relations, json(relation_types.settings)
           )) || ']'
           FROM relation_types
           WHERE relation_types.database_a = databases.id OR relation_types.database_b = databases.id
       ),
       (
           SELECT '[' || group_concat(json_array(
               other.id,
               other.created_at,
               other.updated_at,
               json(other.definition),
               json((
                   SELECT '[' || coalesce(group_concat(fields.definition), '') || ']'
                   FROM fields
                   WHERE fields.database_id = other.id
               )),
               json((
                   SELECT '[' || coalesce(group_concat(known), '') || ']'
                   FROM (
                       SELECT CASE WHEN rule IS NULL THEN id ELSE json_array(id, kind, json(rule)) END AS known
                       FROM segments
                       WHERE segments.database_id = other.id
                       ORDER BY segments.id
                   )
               ))
           )) || ']'
           FROM databases AS other
           WHERE other.id <> databases.id
             AND other.id IN (
                 SELECT CASE databases.id
                            WHEN relation_types.database_a THEN relation_types.database_b
                            ELSE relation_types.database_a
                        END
                 FROM relation_types
                 WHERE relation_types.database_a = databases.id OR relation_types.database_b = databases.id
             )
       ),
       (
           SELECT json_array(hex(control_groups.secret), json((
               SELECT json_group_array(json_array(
                   control_sets.id, control_sets.generation, json(control_sets.rule),
                   control_sets.id = control_groups.set_id
               ))
               FROM control_sets
               WHERE control_sets.database_id = databases.id AND control_sets.ended_at IS NULL
           )))
           FROM control_groups
           WHERE control_groups.database_id = databases.id
       )
FROM databases
WHERE id = ?1;
