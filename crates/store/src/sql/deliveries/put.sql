-- A delivery that wrote nobody; one that was applied before stays what it is. Its id, or
-- nothing if it was applied.
INSERT INTO deliveries (hook_id, sender_id, received_at, outcome, detail, request)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (hook_id, sender_id) DO UPDATE
SET outcome = excluded.outcome,
    profile = NULL,
    detail = excluded.detail,
    request = excluded.request,
    times = times + 1
WHERE outcome IN ('skipped', 'failed')
RETURNING id;
