-- Who is in the segment ?2 of the database ?1, in order of creation: at most ?4 keys after ?3;
-- and whether there is such a segment.
SELECT (
           SELECT json_group_array(profile)
           FROM (
               SELECT profile
               FROM segment_members
               WHERE segment_id = ?2 AND profile > ?3
               ORDER BY profile
               LIMIT ?4 + 0
           )
       ),
       EXISTS (SELECT 1 FROM segments WHERE id = ?2 AND database_id = ?1);
