-- In which databases those of the profiles ?1 (JSON) were that were merged: [[profile, database], …].
SELECT json_group_array(json_array(merged.pk, merged.database_id))
FROM json_each(?1) AS asked
CROSS JOIN merged_profiles AS merged ON merged.pk = asked.value;
