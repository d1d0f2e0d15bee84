-- Counts a change of the profiles ?1 ([[key, …], …]) at the time ?2.
UPDATE profiles
SET revision = revision + 1, updated_at = ?2
WHERE pk IN (SELECT value ->> 0 FROM json_each(?1));
