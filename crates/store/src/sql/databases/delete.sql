-- The database itself; its fields go with it.
DELETE FROM databases WHERE id = ?1;
