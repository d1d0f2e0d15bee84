-- Keys of the members of the segment ?1 after ?2 up to ?3 in order, at most ?4.
SELECT json_group_array(profile)
FROM (
    SELECT profile
    FROM segment_members
    WHERE segment_id = ?1 AND profile > ?2 AND profile <= ?3
    ORDER BY profile
    LIMIT ?4 + 0
);
