-- The id of the database with this name.
SELECT id FROM databases WHERE name = ?1;
