-- The search text of profiles: ?1 is [[key, of fields, of contacts], …].
INSERT INTO search (rowid, profile, contacts)
SELECT value ->> 0, value ->> 1, value ->> 2
FROM json_each(?1);
