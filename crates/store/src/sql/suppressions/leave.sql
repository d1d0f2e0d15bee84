-- Takes the database ?1 out of the lists that hold for it.
UPDATE suppression_lists
SET definition = json_set(definition, '$.databases', json((
        SELECT json_group_array(value)
        FROM json_each(suppression_lists.definition, '$.databases')
        WHERE value <> CAST(?1 AS TEXT)
    ))),
    revision = revision + 1,
    updated_at = ?2
WHERE CAST(?1 AS TEXT) IN (
    SELECT value FROM json_each(suppression_lists.definition, '$.databases')
);
