-- Members of the segment ?1 by their keys: at most ?4 behind ?2 and up to ?3.
SELECT json_group_array(profile)
FROM (
    SELECT profile
    FROM segment_members
    WHERE segment_id = ?1 AND profile > ?2 AND profile <= ?3
    ORDER BY profile
    LIMIT ?4 + 0
);
