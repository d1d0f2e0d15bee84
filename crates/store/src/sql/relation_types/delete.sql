-- The relation type itself.
DELETE FROM relation_types WHERE id = ?1;
