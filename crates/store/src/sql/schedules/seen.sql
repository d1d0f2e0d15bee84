-- Notes what was seen at the source of the schedule ?1, whose definition was still ?3.
UPDATE schedules
SET state = ?2
WHERE id = ?1 AND definition ->> '$.source.url' = ?3;
