-- Whom a message went to, by the sender's id of it, which its events carry: somebody who leaves may know no more.
CREATE INDEX history_messages ON history (about ->> 'message_id', database_id, profile)
WHERE kind = 'profile.event' AND about ->> 'message_id' IS NOT NULL;
