-- Who is part of the profiles ?1 by a merge: [[profile, merge, destination of that merge], …].
SELECT json_group_array(json_array(merged.pk, merged.merge_id, merges.destination))
FROM json_each(?1) AS into_profile
CROSS JOIN merged_profiles AS merged ON merged.into_pk = into_profile.value
CROSS JOIN merges ON merges.id = merged.merge_id;
