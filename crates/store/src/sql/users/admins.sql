-- How many users other than ?1 have a password and may manage everything.
SELECT count(*)
FROM users
WHERE id <> ?1
  AND password IS NOT NULL
  AND definition ->> 'role' = 'admin'
  AND definition ->> 'databases' IS NULL;
