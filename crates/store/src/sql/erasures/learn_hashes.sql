-- The lists that hold for the database ?1 and name somebody of ?2 (JSON: [[plain, hash], …]) in plain text hold
-- hashes of the forms ?3 (a mask) too.
UPDATE suppression_lists
SET forms = forms | ?3
WHERE (
        is_global
        OR CAST(?1 AS TEXT) IN (SELECT value FROM json_each(suppression_lists.definition, '$.databases'))
    )
  AND EXISTS (
      SELECT 1
      FROM json_each(?2) AS named
      CROSS JOIN suppression_entries AS held
          ON held.list_id = suppression_lists.id AND held.key = named.value ->> 0 AND held.form = 0
  )
RETURNING id;
