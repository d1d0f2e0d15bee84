-- Nobody has the address of the link with the hash ?1, or they have left too.
UPDATE standing_links
SET searched = 1
WHERE hash = unhex(?1);
