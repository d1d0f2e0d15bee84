-- In which segments the profiles with the keys ?1 (JSON) are: [[pk, segment], …].
SELECT json_group_array(json_array(profile, segment_id))
FROM (
    SELECT members.profile, members.segment_id
    FROM json_each(?1) AS asked
    CROSS JOIN segment_members AS members INDEXED BY segment_members_by_profile
        ON members.profile = asked.value
    ORDER BY asked.key, members.segment_id
);
