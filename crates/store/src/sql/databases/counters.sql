-- How many profiles a database has, by status; and how many are in its control group, if one is in force.
SELECT json_group_array(json_array(status, count)),
       (
           SELECT control_sets.members
           FROM control_groups
           CROSS JOIN control_sets ON control_sets.id = control_groups.set_id
           WHERE control_groups.database_id = ?1
       )
FROM profile_counts
WHERE database_id = ?1;
