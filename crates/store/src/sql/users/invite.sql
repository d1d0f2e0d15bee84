-- A new invitation in place of the one before.
UPDATE users SET invitation = ?2, invitation_ends = ?3 WHERE id = ?1;
