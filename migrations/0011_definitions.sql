-- Changes of definitions among those of profiles, for GET /v1/history.

CREATE INDEX history_of_definitions ON history (id) WHERE profile = 0;
