-- Schedules after the one with id ?1, at most ?3, of which the value of a header doesn't begin with ?2: their ids and headers.
SELECT id, definition -> '$.source.headers'
FROM schedules
WHERE id > ?1
  AND EXISTS (
      SELECT 1
      FROM json_each(schedules.definition, '$.source.headers') AS one
      WHERE substr(one.value, 1, length(?2)) <> ?2
  )
ORDER BY id
LIMIT ?3 + 0;
