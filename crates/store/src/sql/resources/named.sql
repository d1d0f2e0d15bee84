-- The id of the resource with this name.
SELECT id FROM resources WHERE name = ?1;
