-- What became of the profiles ?1: [[profile, the profile that it is part of now, or itself, or NULL], …].
SELECT json_group_array(json_array(asked.value, coalesce(merged.into_pk, profiles.pk)))
FROM json_each(?1) AS asked
LEFT JOIN profiles ON profiles.pk = asked.value
LEFT JOIN merged_profiles AS merged ON merged.pk = asked.value;
