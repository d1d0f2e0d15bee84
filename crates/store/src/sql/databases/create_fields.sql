-- The fields ?2 ([[id, name, definition], …]) of the database ?1.
INSERT INTO fields (database_id, id, name, definition)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2
FROM json_each(?2);
