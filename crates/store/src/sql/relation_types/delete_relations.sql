-- All relations of a type.
DELETE FROM relations WHERE type_id = ?1;
