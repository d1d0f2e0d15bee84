-- The id of the relation type of the databases ?1 and ?2 that has the name ?3.
SELECT id FROM relation_types WHERE database_a = ?1 AND database_b = ?2 AND name = ?3;
