-- The vocabulary has the words of all profiles from the key ?1 on; of all where it is NULL.
UPDATE search_vocabulary
SET unlisted = ?1
WHERE unlisted > ?1 OR (unlisted IS NOT NULL AND ?1 IS NULL);
