-- The suppressed e-mail addresses whose form may be another now.
SELECT json_group_array(DISTINCT key)
FROM suppression_entries
WHERE kind = 1 AND form = 0 AND key GLOB '*[^ -~]*';
