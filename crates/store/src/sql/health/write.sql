-- Writes that the store takes a write at ?2, under ?1 among the rates.
INSERT INTO rates (key, since, count)
VALUES (?1, ?2, 1)
ON CONFLICT (key) DO UPDATE SET since = excluded.since, count = count + 1;
