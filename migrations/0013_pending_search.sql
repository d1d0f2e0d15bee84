-- Search text that is not in the index `search` yet. It is written with its profile, and
-- taken into the index by the hundred (always/search_folds.sql): the index takes many at
-- once for a fraction of what each costs alone. Until then searches look here too. What the
-- index still has of such a profile is older: it proposes, and the profile itself decides.
CREATE TABLE search_pending (
    pk INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    contacts TEXT NOT NULL
) STRICT;
