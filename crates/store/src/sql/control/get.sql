-- The control group of the database ?1, with the set in force and how far the draw of another one is.
SELECT revision,
       created_at,
       updated_at,
       settings,
       generation,
       generation_at,
       next_rotation_at,
       set_id,
       next_set,
       job_id,
       (
           SELECT json_array(members, json(rule), generation)
           FROM control_sets
           WHERE control_sets.id = control_groups.set_id
       ),
       (SELECT json(rule) FROM control_sets WHERE control_sets.id = control_groups.next_set),
       (
           SELECT json_array(state, json(progress), json(problem))
           FROM jobs
           WHERE jobs.id = control_groups.job_id
       )
FROM control_groups
WHERE database_id = ?1;
