-- Puts the hashes of ?2 (JSON: [[plain, hash], …]) where the history of the lists that hold for the database ?1
-- names them in plain text.
UPDATE suppression_history
SET keys = (
        SELECT json_group_array(coalesce(
            (SELECT named.value ->> 1 FROM json_each(?2) AS named WHERE named.value ->> 0 = told.value),
            told.value
        ))
        FROM json_each(suppression_history.keys) AS told
    )
WHERE list_id IN (
        SELECT list.id
        FROM suppression_lists AS list
        WHERE list.is_global
           OR CAST(?1 AS TEXT) IN (SELECT value FROM json_each(list.definition, '$.databases'))
    )
  AND EXISTS (SELECT 1 FROM json_each(?2) AS named WHERE instr(keys, named.value ->> 0) > 0);
