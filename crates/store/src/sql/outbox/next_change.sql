-- When the next change is due: in each lane that of its first messages, or when its pause is over.
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
SELECT min(max(
    (
        SELECT min(due_at)
        FROM (
            SELECT due_at
            FROM outbox INDEXED BY outbox_lanes
            WHERE kind = 'change' AND state = 'queued' AND outbox.recipient = lanes.recipient
            ORDER BY id
            LIMIT 100
        )
    ),
    coalesce((SELECT until FROM lane_pauses WHERE lane_pauses.recipient = lanes.recipient), 0)
))
FROM lanes
WHERE recipient IS NOT NULL;
