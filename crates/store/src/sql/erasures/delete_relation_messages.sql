-- Messages to watchers about relations of the profiles ?1 to the profile with the id ?2.
DELETE FROM outbox
WHERE id IN (
    SELECT message.id
    FROM json_each(?1) AS other
    CROSS JOIN outbox AS message INDEXED BY outbox_by_profile ON message.profile = other.value
    WHERE message.kind = 'change' AND instr(message.body, ?2)
);
