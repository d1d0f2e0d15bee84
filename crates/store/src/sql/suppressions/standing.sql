-- How many of ?2 ([[key, kind, form, subdomains], …]) are on the list ?1, and how many of those
-- would change with the reason ?3. Adding never takes subdomains away.
SELECT count(*),
       count(*) FILTER (
           WHERE held.kind <> given.value ->> 1
              OR held.form <> given.value ->> 2
              OR held.subdomains < given.value ->> 3
              OR (?3 <> '' AND held.reason <> ?3)
       )
FROM json_each(?2) AS given
CROSS JOIN suppression_entries AS held ON held.list_id = ?1 AND held.key = given.value ->> 0;
