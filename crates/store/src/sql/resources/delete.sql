-- The resource itself.
DELETE FROM resources WHERE id = ?1;
