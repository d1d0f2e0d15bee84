-- Messages of the profiles ?1 (JSON) to the recipients ?2 (JSON), and to watchers those from the time ?3 to ?4, or
-- in which one of the texts ?5 (JSON) stands.
DELETE FROM outbox
WHERE id IN (
    SELECT message.id
    FROM json_each(?1) AS holder
    CROSS JOIN outbox AS message INDEXED BY outbox_by_profile ON message.profile = holder.value
    WHERE message.recipient IN (SELECT value FROM json_each(?2))
       OR (message.kind = 'change' AND message.created_at >= ?3 AND message.created_at <= ?4)
       OR (
           message.kind = 'change'
           AND EXISTS (SELECT 1 FROM json_each(?5) AS named WHERE instr(message.body, named.value) > 0)
       )
);
