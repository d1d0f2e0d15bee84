-- The counters of a resource.
DELETE FROM subscription_counts WHERE resource_id = ?1;
