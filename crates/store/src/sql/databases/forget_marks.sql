-- What was told already by the webhooks of a database: about nobody who is left.
DELETE FROM seen
WHERE scope IN (
    SELECT prefix.value || hooks.id
    FROM hooks
    CROSS JOIN json_each('["hook/", "hook-order/"]') AS prefix
    WHERE hooks.database_id = ?1
);
