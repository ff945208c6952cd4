"""What the database keeps and Django cannot say: composite keys and derived columns."""

from django.db import migrations

# A claim stands on a leaf, and a leaf with claims cannot become a node; the same trick keeps
# children under nodes and claims under binding holds. Deferred, so that dividing a space may move
# its claims and change it in any order within one transaction.
COMPOSITE_KEYS = """
ALTER TABLE resources_claim
    ADD CONSTRAINT claim_space_is_leaf FOREIGN KEY (space_id, leaf)
        REFERENCES resources_space (id, is_leaf) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT claim_hold_is_binding FOREIGN KEY (hold_id, hold_binding)
        REFERENCES resources_hold (id, binding) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE resources_space
    ADD CONSTRAINT space_parent_is_node FOREIGN KEY (parent_id, parent_is_leaf)
        REFERENCES resources_space (id, is_leaf) DEFERRABLE INITIALLY DEFERRED;
"""
DROP_COMPOSITE_KEYS = """
ALTER TABLE resources_space DROP CONSTRAINT space_parent_is_node;
ALTER TABLE resources_claim
    DROP CONSTRAINT claim_space_is_leaf, DROP CONSTRAINT claim_hold_is_binding;
"""

# Space -> its leaves. A space never changes its parent: dividing makes children, merging ends
# their validity.
LEAVES = """
CREATE FUNCTION resources_keep_space_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM resources_spaceleaf WHERE leaf_id = OLD.id OR space_id = OLD.id;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
            RAISE EXCEPTION 'a space never changes its parent' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.is_leaf = OLD.is_leaf THEN
            RETURN NEW;
        END IF;
        DELETE FROM resources_spaceleaf WHERE leaf_id = NEW.id;
    END IF;
    IF NEW.is_leaf THEN
        INSERT INTO resources_spaceleaf (space_id, leaf_id)
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT NEW.id, NEW.parent_id
            UNION ALL
            SELECT space.id, space.parent_id
            FROM above JOIN resources_space space ON space.id = above.parent_id
        )
        SELECT above.id, NEW.id FROM above;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_space_leaves AFTER INSERT OR UPDATE OF parent_id, is_leaf ON resources_space
    FOR EACH ROW EXECUTE FUNCTION resources_keep_space_leaves();
CREATE TRIGGER drop_space_leaves BEFORE DELETE ON resources_space
    FOR EACH ROW EXECUTE FUNCTION resources_keep_space_leaves();
"""
DROP_LEAVES = """
DROP TRIGGER keep_space_leaves ON resources_space;
DROP TRIGGER drop_space_leaves ON resources_space;
DROP FUNCTION resources_keep_space_leaves();
"""

# Claim.expires_at repeats Hold.expires_at.
EXPIRY = """
CREATE FUNCTION resources_claim_takes_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT expires_at INTO NEW.expires_at FROM resources_hold WHERE id = NEW.hold_id;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_takes_expiry BEFORE INSERT OR UPDATE OF hold_id, expires_at ON resources_claim
    FOR EACH ROW EXECUTE FUNCTION resources_claim_takes_expiry();
CREATE FUNCTION resources_hold_passes_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resources_claim SET expires_at = NEW.expires_at WHERE hold_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_passes_expiry AFTER UPDATE OF expires_at ON resources_hold
    FOR EACH ROW WHEN (OLD.expires_at IS DISTINCT FROM NEW.expires_at)
    EXECUTE FUNCTION resources_hold_passes_expiry();
"""
DROP_EXPIRY = """
DROP TRIGGER hold_passes_expiry ON resources_hold;
DROP FUNCTION resources_hold_passes_expiry();
DROP TRIGGER claim_takes_expiry ON resources_claim;
DROP FUNCTION resources_claim_takes_expiry();
"""

# Resource.step_free: no beats unknown beats yes, over the way in and the way to the room. The
# resource's own entrance, where it has one, counts instead of the site's.
STEP_FREE = """
CREATE FUNCTION three_valued_and(a text, b text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a = 'no' OR b = 'no' THEN 'no'
        WHEN a = 'yes' AND b = 'yes' THEN 'yes'
        ELSE 'unknown'
    END
$$;
CREATE FUNCTION resources_step_free(resource bigint, site bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT three_valued_and(
        coalesce(
            (SELECT value FROM resources_accessibilityfact
             WHERE resource_id = resource AND feature = 'step_free_entrance'),
            (SELECT value FROM resources_accessibilityfact
             WHERE site_id = site AND feature = 'step_free_entrance'),
            'unknown'),
        coalesce(
            (SELECT value FROM resources_accessibilityfact
             WHERE resource_id = resource AND feature = 'step_free_route'),
            'unknown'))
$$;
CREATE FUNCTION resources_fact_changes_step_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE resources_resource SET step_free = resources_step_free(id, site_id)
        WHERE (id = OLD.resource_id OR site_id = OLD.site_id)
          AND step_free <> resources_step_free(id, site_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE resources_resource SET step_free = resources_step_free(id, site_id)
        WHERE (id = NEW.resource_id OR site_id = NEW.site_id)
          AND step_free <> resources_step_free(id, site_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fact_changes_step_free AFTER INSERT OR UPDATE OR DELETE
    ON resources_accessibilityfact
    FOR EACH ROW EXECUTE FUNCTION resources_fact_changes_step_free();
"""
DROP_STEP_FREE = """
DROP TRIGGER fact_changes_step_free ON resources_accessibilityfact;
DROP FUNCTION resources_fact_changes_step_free();
DROP FUNCTION resources_step_free(bigint, bigint);
DROP FUNCTION three_valued_and(text, text);
"""

# Resource.search_text: its own words and those of its unit and site, without Polish marks.
SEARCH_TEXT = """
CREATE FUNCTION resources_derive_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.step_free := resources_step_free(NEW.id, NEW.site_id);
    NEW.search_text := plain_text(concat_ws(' ',
        NEW.title_pl, NEW.title_en, NEW.code,
        (SELECT concat_ws(' ', name, short_name) FROM resources_managingunit
         WHERE id = NEW.unit_id),
        (SELECT concat_ws(' ', name, address) FROM resources_site WHERE id = NEW.site_id),
        NEW.description_pl, NEW.description_en));
    RETURN NEW;
END $$;
CREATE TRIGGER derive_columns BEFORE INSERT OR UPDATE ON resources_resource
    FOR EACH ROW EXECUTE FUNCTION resources_derive_columns();
CREATE FUNCTION resources_unit_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resources_resource SET search_text = '' WHERE unit_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_renamed AFTER UPDATE OF name, short_name ON resources_managingunit
    FOR EACH ROW WHEN ((OLD.name, OLD.short_name) IS DISTINCT FROM (NEW.name, NEW.short_name))
    EXECUTE FUNCTION resources_unit_renamed();
CREATE FUNCTION resources_site_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resources_resource SET search_text = '' WHERE site_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER site_renamed AFTER UPDATE OF name, address ON resources_site
    FOR EACH ROW WHEN ((OLD.name, OLD.address) IS DISTINCT FROM (NEW.name, NEW.address))
    EXECUTE FUNCTION resources_site_renamed();
"""
DROP_SEARCH_TEXT = """
DROP TRIGGER site_renamed ON resources_site;
DROP FUNCTION resources_site_renamed();
DROP TRIGGER unit_renamed ON resources_managingunit;
DROP FUNCTION resources_unit_renamed();
DROP TRIGGER derive_columns ON resources_resource;
DROP FUNCTION resources_derive_columns();
"""


class Migration(migrations.Migration):
    dependencies = [("resources", "0001_initial")]

    operations = [
        migrations.RunSQL(COMPOSITE_KEYS, DROP_COMPOSITE_KEYS),
        migrations.RunSQL(LEAVES, DROP_LEAVES),
        migrations.RunSQL(EXPIRY, DROP_EXPIRY),
        migrations.RunSQL(STEP_FREE, DROP_STEP_FREE),
        migrations.RunSQL(SEARCH_TEXT, DROP_SEARCH_TEXT),
    ]
