-- The histories of the profiles ?1 (JSON) don't say any more that they were merged into one with the ids ?2 (JSON).
UPDATE history
SET about = json_remove(about, '$.into')
WHERE profile IN (SELECT value FROM json_each(?1))
  AND about ->> '$.into' IN (SELECT value FROM json_each(?2));
