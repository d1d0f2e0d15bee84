-- Everybody leaves the segment.
DELETE FROM segment_members WHERE segment_id = ?1;
