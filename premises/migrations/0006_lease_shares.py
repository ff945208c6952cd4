"""Shares of those bound by a contract never sum to more than the whole, on any day.

A constraint trigger at commit, so that a form may change two shares in one transaction. Summed as
an exact fraction: six times 1/6 is the whole, which decimal places would overshoot.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION premises_lease_shares_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one_day date;
    part record;
    top numeric;
    bottom numeric;
BEGIN
    -- Two people who change different parties of one contract at once wait for each other here.
    PERFORM 1 FROM premises_lease WHERE id = NEW.lease_id FOR NO KEY UPDATE;
    -- A sum can only grow on a day on which some share begins.
    FOR one_day IN
        SELECT DISTINCT lower(valid) FROM premises_leaseparty
        WHERE lease_id = NEW.lease_id AND share_numerator IS NOT NULL
          AND role IN ('tenant', 'co_tenant', 'operator')
    LOOP
        top := 0;
        bottom := 1;
        FOR part IN
            SELECT share_numerator AS n, share_denominator AS d FROM premises_leaseparty
            WHERE lease_id = NEW.lease_id AND share_numerator IS NOT NULL
              AND role IN ('tenant', 'co_tenant', 'operator') AND valid @> one_day
        LOOP
            top := top * part.d + part.n * bottom;
            bottom := bottom * part.d;
        END LOOP;
        IF top > bottom THEN
            RAISE EXCEPTION 'shares of lease % exceed the whole on %', NEW.lease_id, one_day
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lease_party_shares_fit';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER lease_party_shares_fit
    AFTER INSERT OR UPDATE ON premises_leaseparty
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION premises_lease_shares_fit();
"""

BACKWARD = """
DROP TRIGGER lease_party_shares_fit ON premises_leaseparty;
DROP FUNCTION premises_lease_shares_fit();
"""


class Migration(migrations.Migration):
    dependencies = [("premises", "0005_leases")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
