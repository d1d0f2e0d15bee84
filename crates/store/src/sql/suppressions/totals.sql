-- How many entries the list ?1 has by kind and form, in the order of the mask `forms`, and how
-- many domains with subdomains.
SELECT json_array(
           count(*) FILTER (WHERE kind = 1 AND form = 0),
           count(*) FILTER (WHERE kind = 1 AND form = 1),
           count(*) FILTER (WHERE kind = 1 AND form = 2),
           count(*) FILTER (WHERE kind = 2 AND form = 0),
           count(*) FILTER (WHERE kind = 2 AND form = 1),
           count(*) FILTER (WHERE kind = 2 AND form = 2),
           count(*) FILTER (WHERE kind = 3 AND form = 0),
           count(*) FILTER (WHERE kind = 3 AND form = 1),
           count(*) FILTER (WHERE kind = 3 AND form = 2),
           count(*) FILTER (WHERE subdomains <> 0)
       )
FROM suppression_entries INDEXED BY suppression_entries_by_kind
WHERE list_id = ?1;
