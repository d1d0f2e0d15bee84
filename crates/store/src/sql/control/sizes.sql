-- How many profiles the database ?1 has that were made before ?3; how many of them were in the control group at
-- some time from ?2 until then, and how many all the time that they were there.
SELECT (
           SELECT count(*)
           FROM profiles INDEXED BY profiles_by_database
           WHERE database_id = ?1 AND pk < ?3 << 20
       ),
       count(*),
       coalesce(sum(covered >= ?3 - max(?2, profile >> 20)), 0)
FROM (
    SELECT profile, sum(ends - begins) AS covered
    FROM (
        SELECT stay.profile,
               max(stay.entered_at, sets.started_at, ?2) AS begins,
               min(coalesce(stay.left_at, ?3), coalesce(sets.ended_at, ?3), ?3) AS ends
        FROM control_sets AS sets
        CROSS JOIN control_members AS stay ON stay.set_id = sets.id
        WHERE sets.database_id = ?1
          AND sets.started_at < ?3
          AND (sets.ended_at IS NULL OR sets.ended_at > ?2)
    )
    WHERE ends > begins
    GROUP BY profile
);
