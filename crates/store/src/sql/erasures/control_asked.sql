-- The settings of the control group of the database ?1 with their revision, and the rules of its sets:
-- [[revision, settings], [[set, rule], …]].
SELECT json_array(
    json_array(revision, json(settings)),
    json((
        SELECT json_group_array(json_array(id, json(rule)))
        FROM control_sets
        WHERE control_sets.database_id = control_groups.database_id
    ))
)
FROM control_groups
WHERE database_id = ?1;
