-- Takes the keys ?2 (JSON) out of the segment ?1.
DELETE FROM segment_members
WHERE segment_id = ?1 AND profile IN (SELECT value FROM json_each(?2));
