-- What stands on the lists ?1 (JSON) under the keys ?2 (JSON), packed.
SELECT json_group_array(json_array(
           held.list_id, held.key, held.kind, held.form, held.subdomains, held.at, held.reason, held.source
       ))
FROM json_each(?1) AS lists
CROSS JOIN json_each(?2) AS keys
CROSS JOIN suppression_entries AS held ON held.list_id = lists.value AND held.key = keys.value;
