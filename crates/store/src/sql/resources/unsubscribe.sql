-- The subscriptions of the profiles ?2 ([[key, …], …]) to the resource ?1.
DELETE FROM subscriptions
WHERE resource_id = ?1 AND profile IN (SELECT value ->> 0 FROM json_each(?2));
