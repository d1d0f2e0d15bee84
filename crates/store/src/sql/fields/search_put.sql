-- The search text of profiles: ?1 is [[key, of fields, of contacts], …]. In
-- ascending order, since the index writes itself out when a row comes out of it.
INSERT INTO search (rowid, profile, contacts)
SELECT -(value ->> 0) AS id, value ->> 1, value ->> 2
FROM json_each(?1)
ORDER BY id;
