-- Puts the entries ?2 ([[key, kind, form, subdomains], …]) on the list ?1. Those that are there
-- get the reason ?4 and the source ?5 if the reason or what they mean is new.
INSERT INTO suppression_entries (list_id, key, kind, form, subdomains, at, reason, source)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?3, ?4, ?5
FROM json_each(?2)
WHERE true
ON CONFLICT (list_id, key) DO UPDATE
SET kind = excluded.kind,
    form = excluded.form,
    subdomains = max(suppression_entries.subdomains, excluded.subdomains),
    at = excluded.at,
    reason = iif(excluded.reason = '', suppression_entries.reason, excluded.reason),
    source = iif(excluded.source = '', suppression_entries.source, excluded.source)
WHERE suppression_entries.kind <> excluded.kind
   OR suppression_entries.form <> excluded.form
   OR suppression_entries.subdomains < excluded.subdomains
   OR (excluded.reason <> '' AND suppression_entries.reason <> excluded.reason);
