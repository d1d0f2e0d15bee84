-- What contacts are hashed with: [[id, name, secret, is_own], …].
SELECT json_group_array(json_array(id, name, hex(secret), is_own))
FROM standing_keys;
