-- Keeps that the one who had the link with the hash ?1 left by it at ?2, through ?3, in the database ?4; says whether
-- who has the address was searched for to the end before.
INSERT INTO standing_links (hash, at, how, told_in)
VALUES (unhex(?1), ?2, ?3, ?4)
ON CONFLICT (hash) DO UPDATE SET at = excluded.at
RETURNING searched;
