-- Everybody leaves the segments of a database.
DELETE FROM segment_members
WHERE segment_id IN (SELECT id FROM segments WHERE database_id = ?1);
