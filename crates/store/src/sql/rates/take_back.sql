-- One less of ?1 than was counted.
UPDATE rates SET count = max(count - 1, 0) WHERE key = ?1;
