"""A second factor that its owner lost is taken off by two people: held by the database itself.

Who signs in sets up and takes off their own.  A row of another's goes only with a confirmation that is not used yet, by
somebody who acts now, asked for by another person; and one confirmation takes off one.  The program that sets up hubs is
excepted, for a hub in which nobody is left who could.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import mash.partnership.models
from mash.common.rls import DUTIES, IN_MY_HUBS, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
SETS_UP = f"({A_SERVICE} OR {DUTIES} && ARRAY['administer','manage'])"
ANSWERED = "answered_by_id, answered_at, confirmed"
REFUSED = "USING ERRCODE = 'insufficient_privilege'"
DOORS = "('mash_app', 'mash_worker')"
ASKED_AND_ANSWERED = f"""
    CREATE FUNCTION identity.guard_lost_factor() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE me uuid;
    BEGIN
      IF session_user NOT IN {DOORS} THEN RETURN NEW; END IF;
      SELECT account_id INTO me FROM public.partnership_staff WHERE id = identity.my_post();
      IF NEW.account_id IS NOT DISTINCT FROM me THEN
        RAISE EXCEPTION 'nobody takes off their own second factor by this way' {REFUSED};
      END IF;
      IF TG_OP = 'INSERT' THEN
        IF NEW.by_id IS DISTINCT FROM identity.my_post() OR NEW.answered_at IS NOT NULL OR NEW.used THEN
          RAISE EXCEPTION 'a lost second factor is reported in one''s own name' {REFUSED};
        END IF;
        IF NOT EXISTS (SELECT FROM public.partnership_staff s
                       WHERE s.account_id = NEW.account_id AND s.hub_id = NEW.hub_id
                         AND (s.until_at IS NULL OR s.until_at > now())) THEN
          RAISE EXCEPTION 'they do not work in this hub' {REFUSED};
        END IF;
        RETURN NEW;
      END IF;
      IF OLD.answered_at IS NOT NULL THEN
        IF to_jsonb(NEW) - 'used' <> to_jsonb(OLD) - 'used' THEN
          RAISE EXCEPTION 'what was answered stays answered' {REFUSED};
        END IF;
        RETURN NEW;
      END IF;
      IF NEW.answered_by_id IS DISTINCT FROM identity.my_post()
          OR EXISTS (SELECT FROM public.partnership_staff s WHERE s.id = NEW.by_id AND s.account_id = me) THEN
        RAISE EXCEPTION 'it is confirmed by another than who asked' {REFUSED};
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER setup_lostfactor_guard BEFORE INSERT OR UPDATE ON setup_lostfactor
      FOR EACH ROW EXECUTE FUNCTION identity.guard_lost_factor();
"""
TAKEN_OFF = f"""
    CREATE FUNCTION identity.guard_factor() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      me uuid;
      others uuid[];
      opened uuid[];
    BEGIN
      IF session_user NOT IN {DOORS} OR NOT EXISTS (SELECT FROM gone) THEN RETURN NULL; END IF;
      IF identity.my_service() IS NOT DISTINCT FROM 'setup' THEN RETURN NULL; END IF;
      SELECT coalesce((SELECT account_id FROM public.partnership_staff WHERE id = identity.my('staff')::uuid),
                      identity.my_account()) INTO me;
      others := ARRAY(SELECT DISTINCT user_id FROM gone WHERE user_id IS DISTINCT FROM me);
      IF cardinality(others) = 0 THEN RETURN NULL; END IF;
      WITH now_used AS (
        UPDATE public.setup_lostfactor SET used = true
        WHERE account_id = ANY (others) AND confirmed AND NOT used AND answered_by_id = identity.my_post()
        RETURNING account_id)
      SELECT array_agg(account_id) INTO opened FROM now_used;
      IF NOT others <@ coalesce(opened, ARRAY[]::uuid[]) THEN
        RAISE EXCEPTION 'another''s second factor is taken off by two people' {REFUSED};
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER mfa_authenticator_guard AFTER DELETE ON mfa_authenticator
      REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION identity.guard_factor();
"""


class Migration(migrations.Migration):
    dependencies = [("setup", "0006_compared"), ("partnership", "0013_signed_out")]

    operations = [
        migrations.CreateModel(
            name="LostFactor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mash.partnership.models.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("confirmed", models.BooleanField(null=True)),
                ("used", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.account",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hub", "account"),
                        condition=Q(answered_at=None),
                        name="lost_factor_one_at_a_time",
                    ),
                    models.CheckConstraint(condition=~Q(why=""), name="lost_factor_says_why"),
                    models.CheckConstraint(
                        condition=Q(answered_by=None) | ~Q(answered_by=F("by")),
                        name="lost_factor_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=Q(answered_at=None) ^ Q(confirmed__isnull=False),
                        name="lost_factor_answered_or_not",
                    ),
                ],
            },
        ),
        protect("setup_lostfactor", using=f"{SETS_UP} AND {IN_MY_HUBS}"),
        migrations.RunSQL(
            f"""
            REVOKE UPDATE ON setup_lostfactor FROM mash_app, mash_worker;
            GRANT UPDATE ({ANSWERED}) ON setup_lostfactor TO mash_app, mash_worker;
            """,
            f"""
            REVOKE UPDATE ({ANSWERED}) ON setup_lostfactor FROM mash_app, mash_worker;
            GRANT UPDATE ON setup_lostfactor TO mash_app, mash_worker;
            """,
        ),
        migrations.RunSQL(
            ASKED_AND_ANSWERED,
            "DROP TRIGGER setup_lostfactor_guard ON setup_lostfactor; DROP FUNCTION identity.guard_lost_factor();",
        ),
        migrations.RunSQL(
            TAKEN_OFF,
            "DROP TRIGGER mfa_authenticator_guard ON mfa_authenticator; DROP FUNCTION identity.guard_factor();",
        ),
    ]
