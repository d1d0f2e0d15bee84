-- One database with its fields and segments, all resources, and the version of the definitions.
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
           SELECT '[' || group_concat(segments.id ORDER BY segments.id) || ']'
           FROM segments
           WHERE segments.database_id = databases.id
       )
FROM databases
WHERE id = ?1;
