-- Counts one more of ?1 within ?2 milliseconds before ?3; gives how many there are, this one included, and since
-- when. A span begins with the first that is counted in it.
INSERT INTO rates (key, since, count)
VALUES (?1, ?3, 1)
ON CONFLICT (key) DO UPDATE
SET count = CASE WHEN since <= ?3 - ?2 THEN 1 ELSE count + 1 END,
    since = CASE WHEN since <= ?3 - ?2 THEN ?3 ELSE since END
RETURNING count, since;
