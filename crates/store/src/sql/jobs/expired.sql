-- Jobs whose files are no longer kept at ?1, at most ?2.
SELECT json_group_array(id)
FROM (
    SELECT id
    FROM jobs INDEXED BY jobs_expiring
    WHERE expires_at <= ?1
    ORDER BY expires_at
    LIMIT ?2 + 0
);
