-- Leaves the lane of the recipient ?1 alone until ?2.
INSERT INTO lane_pauses (recipient, until)
VALUES (?1, ?2)
ON CONFLICT (recipient) DO UPDATE SET until = max(until, excluded.until);
