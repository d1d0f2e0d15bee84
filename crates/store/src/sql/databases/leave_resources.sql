-- Takes the database ?1 out of the lists of the resources that serve it.
UPDATE resources
SET definition = json_set(definition, '$.databases', json((
        SELECT json_group_array(value)
        FROM json_each(resources.definition, '$.databases')
        WHERE value <> CAST(?1 AS TEXT)
    ))),
    revision = revision + 1,
    updated_at = ?2
WHERE CAST(?1 AS TEXT) IN (SELECT value FROM json_each(resources.definition, '$.databases'));
