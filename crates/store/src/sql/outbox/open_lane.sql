-- Ends the pause of the lane of the recipient ?1, and forgets those that were over at ?2.
DELETE FROM lane_pauses
WHERE recipient = ?1 OR until <= ?2;
