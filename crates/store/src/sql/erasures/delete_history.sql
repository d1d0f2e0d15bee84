-- All history entries of the profiles ?1 (JSON), their deletion too.
DELETE FROM history
WHERE profile IN (SELECT value FROM json_each(?1));
