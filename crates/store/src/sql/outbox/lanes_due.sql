-- Lanes that are none of ?2 (JSON) and not paused at ?1, with a change that is due then and held by nobody.
-- Goes from lane to lane, however long each is.
WITH RECURSIVE lanes (recipient) AS (
    SELECT min(recipient)
    FROM outbox INDEXED BY outbox_lanes
    WHERE kind = 'change' AND state = 'queued'
    UNION ALL
    SELECT (
        SELECT min(outbox.recipient)
        FROM outbox INDEXED BY outbox_lanes
        WHERE kind = 'change' AND state = 'queued' AND outbox.recipient > lanes.recipient
    )
    FROM lanes
    WHERE lanes.recipient IS NOT NULL
)
SELECT recipient
FROM lanes
WHERE recipient IS NOT NULL
  AND recipient NOT IN (SELECT value FROM json_each(?2))
  AND NOT EXISTS (
      SELECT 1
      FROM lane_pauses
      WHERE lane_pauses.recipient = lanes.recipient AND until > ?1
  )
  AND EXISTS (
      SELECT 1
      FROM outbox INDEXED BY outbox_lanes
      WHERE kind = 'change' AND state = 'queued' AND outbox.recipient = lanes.recipient
        AND due_at <= ?1 AND leased_until <= ?1
  );
