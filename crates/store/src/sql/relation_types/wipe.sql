-- All relations of the profiles of a database: those of each type that it is part of.
DELETE FROM relations
WHERE type_id IN (SELECT id FROM relation_types WHERE database_a = ?1 OR database_b = ?1);
