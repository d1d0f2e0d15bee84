-- What is kept of the contact with the hashes ?1, as page.sql gives it.
SELECT json_group_array(json_array(
    hex(standing.hash), standing_keys.name, standing.database_id, standing.resource_id, standing.status,
    standing.weight, standing.party, standing.at, standing.noted_at, standing.how, standing.told_in
))
FROM json_each(?1) AS asked
CROSS JOIN standing ON standing.hash = unhex(asked.value)
CROSS JOIN standing_keys ON standing_keys.id = standing.key_id;
