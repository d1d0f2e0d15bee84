-- Gives the messages ?1 (JSON) of the holder ?2 back untried.
UPDATE outbox
SET holder = NULL, leased_until = 0
WHERE id IN (SELECT value FROM json_each(?1)) AND holder = ?2 AND state = 'queued';
