-- Which of the profiles ?1 (JSON) are part of others: [[profile, the other], …].
SELECT json_group_array(json_array(merged.pk, merged.into_pk))
FROM json_each(?1) AS asked
CROSS JOIN merged_profiles AS merged ON merged.pk = asked.value;
