-- Match keys after the one named by ?1 to ?4 whose form may be another now, at
-- most ?5: not those of plain ASCII with single spaces inside, nor contacts other
-- than e-mails.
SELECT json_group_array(json_array(database_id, kind, value, slot, profile))
FROM (
    SELECT database_id, kind, value, slot, profile
    FROM match_keys
    WHERE (database_id, kind, value, slot) > (?1, ?2, ?3, ?4)
      AND kind NOT BETWEEN 52 AND 57
      AND (value GLOB '*[^ -~]*' OR value GLOB ' *' OR value GLOB '* ' OR value GLOB '*  *')
    ORDER BY database_id, kind, value, slot
    LIMIT ?5 + 0
);
