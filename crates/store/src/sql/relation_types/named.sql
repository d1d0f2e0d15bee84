-- The id of the relation type with this name.
SELECT id FROM relation_types WHERE name = ?1;
