-- The keys of database ?1 by which tokens of algorithm ?2 are checked, packed.
SELECT json_group_array(json_array(id, hex(key), json(definition)))
FROM app_keys
WHERE database_id = ?1 AND algorithm = ?2;
