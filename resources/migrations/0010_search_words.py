"""What search reads of a place: also its equipment, and what a room permits, in several words."""

from django.db import migrations

SEARCH_TEXT = """
CREATE OR REPLACE FUNCTION resources_derive_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.step_free := resources_step_free(NEW.id, NEW.site_id);
    NEW.search_text := plain_text(concat_ws(' ',
        NEW.title_pl, NEW.title_en, NEW.code,
        (SELECT concat_ws(' ', name, short_name) FROM resources_managingunit
         WHERE id = NEW.unit_id),
        (SELECT concat_ws(' ', name, address) FROM resources_site WHERE id = NEW.site_id),
        NEW.description_pl, NEW.description_en,
        (SELECT string_agg(concat_ws(' ', e.name_pl, e.name_en, has.note_pl, has.note_en), ' '
                           ORDER BY e."order", e.id)
         FROM resources_resourceequipment has JOIN resources_equipment e ON e.id = has.equipment_id
         WHERE has.resource_id = NEW.id),
        (SELECT string_agg(array_to_string(family.words, ' '), ' ' ORDER BY family.code)
         FROM resources_room room JOIN resources_wordfamily family
             ON family.activity = ANY(room.activities)
         WHERE room.resource_id = NEW.id)));
    RETURN NEW;
END $$;

CREATE FUNCTION resources_room_activities_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resources_resource SET search_text = '' WHERE id = NEW.resource_id;
    RETURN NULL;
END $$;
CREATE TRIGGER room_entered AFTER INSERT ON resources_room
    FOR EACH ROW WHEN (cardinality(NEW.activities) > 0)
    EXECUTE FUNCTION resources_room_activities_change();
CREATE TRIGGER room_activities_changed AFTER UPDATE OF activities ON resources_room
    FOR EACH ROW WHEN (OLD.activities IS DISTINCT FROM NEW.activities)
    EXECUTE FUNCTION resources_room_activities_change();

CREATE FUNCTION resources_equipment_of_place_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE resources_resource SET search_text = '' WHERE id = OLD.resource_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE resources_resource SET search_text = '' WHERE id = NEW.resource_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER equipment_of_place_changes AFTER INSERT OR DELETE
    OR UPDATE OF resource_id, equipment_id, note_pl, note_en ON resources_resourceequipment
    FOR EACH ROW EXECUTE FUNCTION resources_equipment_of_place_changes();

CREATE FUNCTION resources_equipment_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resources_resource SET search_text = '' WHERE id IN
        (SELECT resource_id FROM resources_resourceequipment WHERE equipment_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER equipment_renamed AFTER UPDATE OF name_pl, name_en ON resources_equipment
    FOR EACH ROW WHEN ((OLD.name_pl, OLD.name_en) IS DISTINCT FROM (NEW.name_pl, NEW.name_en))
    EXECUTE FUNCTION resources_equipment_renamed();

CREATE FUNCTION resources_word_family_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resources_resource SET search_text = '' WHERE id IN
        (SELECT resource_id FROM resources_room
         WHERE activities && ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.activity END,
                                   CASE WHEN TG_OP <> 'DELETE' THEN NEW.activity END]::varchar[]);
    RETURN NULL;
END $$;
CREATE TRIGGER word_family_changes AFTER INSERT OR UPDATE OR DELETE ON resources_wordfamily
    FOR EACH ROW EXECUTE FUNCTION resources_word_family_changes();

UPDATE resources_resource SET search_text = '';
"""
DROP_SEARCH_TEXT = """
DROP TRIGGER word_family_changes ON resources_wordfamily;
DROP FUNCTION resources_word_family_changes();
DROP TRIGGER equipment_renamed ON resources_equipment;
DROP FUNCTION resources_equipment_renamed();
DROP TRIGGER equipment_of_place_changes ON resources_resourceequipment;
DROP FUNCTION resources_equipment_of_place_changes();
DROP TRIGGER room_activities_changed ON resources_room;
DROP TRIGGER room_entered ON resources_room;
DROP FUNCTION resources_room_activities_change();
CREATE OR REPLACE FUNCTION resources_derive_columns() RETURNS trigger LANGUAGE plpgsql AS $$
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
UPDATE resources_resource SET search_text = '';
"""


class Migration(migrations.Migration):
    dependencies = [("resources", "0009_word_families")]

    operations = [migrations.RunSQL(SEARCH_TEXT, DROP_SEARCH_TEXT)]
