-- The jobs ?1 (JSON) themselves.
DELETE FROM jobs
WHERE id IN (SELECT value FROM json_each(?1));
