-- What goes with profiles that are deleted: `deleted` [profile, …]. Most writes delete nobody: on its own it is
-- passed over for nothing, where each of its statements would cost every write some microseconds.
CREATE VIEW profile_removals AS
SELECT NULL AS deleted;

CREATE TRIGGER profile_removals_applied INSTEAD OF INSERT ON profile_removals BEGIN
    DELETE FROM subscriptions
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM segment_members
    WHERE (segment_id, profile) IN (
        SELECT segment_id, profile
        FROM json_each(new.deleted) AS gone
        CROSS JOIN segment_members INDEXED BY segment_members_by_profile ON profile = gone.value
    );

    DELETE FROM relations
    WHERE (type_id, a, b) IN (
        SELECT held.type_id, held.a, held.b
        FROM json_each(new.deleted) AS gone
        CROSS JOIN relation_types
        CROSS JOIN relations AS held ON held.type_id = relation_types.id AND held.a = gone.value
    );

    -- One after the other: by the keys of both at once SQLite would walk through all relations.
    DELETE FROM relations
    WHERE (type_id, a, b) IN (
        SELECT held.type_id, held.a, held.b
        FROM json_each(new.deleted) AS gone
        CROSS JOIN relation_types
        CROSS JOIN relations AS held INDEXED BY relations_by_b
            ON held.type_id = relation_types.id
           AND held.b = gone.value
    );

    DELETE FROM control_members
    WHERE (set_id, profile) IN (
        SELECT sets.id, profiles.pk
        FROM json_each(new.deleted) AS gone
        CROSS JOIN profiles ON profiles.pk = gone.value
        CROSS JOIN control_sets AS sets ON sets.database_id = profiles.database_id
    );

    DELETE FROM control_overrides
    WHERE (database_id, profile) IN (
        SELECT profiles.database_id, profiles.pk
        FROM json_each(new.deleted) AS gone
        CROSS JOIN profiles ON profiles.pk = gone.value
    );

    DELETE FROM profiles
    WHERE pk IN (SELECT value FROM json_each(new.deleted));

    DELETE FROM history
    WHERE profile IN (SELECT value FROM json_each(new.deleted));

    -- Anyone who is gone is not found from now on.
    DELETE FROM search
    WHERE rowid IN (SELECT -value FROM json_each(new.deleted));

    DELETE FROM search_pending
    WHERE pk IN (SELECT value FROM json_each(new.deleted));
END;
