-- Drops the search text of the profiles ?1 ([[key, …], …]).
DELETE FROM search WHERE rowid IN (SELECT value ->> 0 FROM json_each(?1));
