-- Takes what names somebody of ?2 (JSON: [[plain, hash], …]) in plain text off the lists that hold for the
-- database ?1; put_hashes.sql says the same.
DELETE FROM suppression_entries
WHERE (list_id, key) IN (
    SELECT list.id, named.value ->> 0
    FROM json_each(?2) AS named
    CROSS JOIN suppression_lists AS list
    WHERE list.is_global
       OR CAST(?1 AS TEXT) IN (SELECT value FROM json_each(list.definition, '$.databases'))
)
  AND form = 0;
