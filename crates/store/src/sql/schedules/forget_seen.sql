-- Schedules that read by the connector ?1 have seen nothing yet: it leads elsewhere now.
UPDATE schedules
SET state = '{}'
WHERE definition ->> '$.source.connector' = ?1 AND state <> '{}';
