-- What was told already by the webhook ?1.
DELETE FROM seen WHERE scope IN ('hook/' || ?1, 'hook-order/' || ?1);
