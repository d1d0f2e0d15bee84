-- What names somebody of ?2 (JSON: [[plain, hash], …]) in plain text on a list that holds for the database ?1
-- stands there as a SHA-256 too.
INSERT INTO suppression_entries (list_id, key, kind, form, subdomains, at, reason, source)
SELECT held.list_id, named.value ->> 1, held.kind, 2, 0, held.at, held.reason, held.source
FROM json_each(?2) AS named
CROSS JOIN suppression_lists AS list
CROSS JOIN suppression_entries AS held
    ON held.list_id = list.id AND held.key = named.value ->> 0 AND held.form = 0
WHERE list.is_global
   OR CAST(?1 AS TEXT) IN (SELECT value FROM json_each(list.definition, '$.databases'))
ON CONFLICT (list_id, key) DO NOTHING;
