-- All databases with their fields, and the version of the definitions: one row
-- at least, without a database where there is none.
SELECT catalogue.version, databases.id, created_at, updated_at, definition,
       (
           SELECT '[' || group_concat(fields.definition) || ']'
           FROM fields
           WHERE fields.database_id = databases.id
       )
FROM catalogue
LEFT JOIN databases;
