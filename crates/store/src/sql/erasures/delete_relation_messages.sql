-- Messages to watchers about the profiles ?1 (JSON), from the time ?3 to ?4, in which one of the ids ?2 (JSON) stands.
DELETE FROM outbox
WHERE id IN (
    SELECT message.id
    FROM json_each(?1) AS other
    CROSS JOIN outbox AS message INDEXED BY outbox_by_profile ON message.profile = other.value
    WHERE message.kind = 'change'
      AND message.created_at >= ?3
      AND message.created_at <= ?4
      AND EXISTS (SELECT 1 FROM json_each(?2) AS named WHERE instr(message.body, named.value) > 0)
);
