"""What is counted is records and not questions: joining them softens no limit.  A hub as a whole has one too."""

from pathlib import Path

from django.db import migrations, models
from django.db.migrations import RunSQL

BEFORE = (Path(__file__).parent.parent / "known_elsewhere.sql").read_text()
REPLACES = "CREATE OR REPLACE FUNCTION"
DECLARED = "  soon bigint;\n  today bigint;\n"
COUNTS = """
  SELECT count(*) INTO compared FROM public.people_person one WHERE said.person_id IN (one.id, one.merged_into_id);
  PERFORM pg_advisory_xact_lock(hashtextextended('boroughs:' || said.account_id, 0));  -- two at once count each other
  PERFORM pg_advisory_xact_lock(hashtextextended('boroughs:' || said.hub_id, 0));
  SELECT coalesce(sum(q.records) FILTER (WHERE q.answered_at > now() - interval '10 minutes'), 0),
    coalesce(sum(q.records), 0) INTO soon, today
  FROM public.boroughs_question q JOIN public.partnership_staff one ON one.id = q.by_id
  WHERE one.account_id = said.account_id AND q.answered_at > now() - interval '12 hours';
  SELECT coalesce(sum(q.records), 0) INTO of_hub FROM public.boroughs_question q
  WHERE q.hub_id = said.hub_id AND q.answered_at > now() - interval '12 hours';
  -- limits.py has all three figures
  IF soon + compared > 20 OR today + compared > 60 OR of_hub + compared > 400 THEN
    RAISE EXCEPTION 'asked too often' USING ERRCODE = 'configuration_limit_exceeded';
  END IF;
  UPDATE public.boroughs_question SET answered_at = now(), records = compared WHERE id = said.id;
"""


def between(words: str, first: str, last: str) -> str:
    """Return what stands from one phrase to the end of another."""
    start = words.index(first)
    return words[start : words.index(last, start) + len(last)]


AS_IT_COUNTED = between(
    BEFORE,
    "  PERFORM pg_advisory_xact_lock",
    "UPDATE public.boroughs_question SET answered_at = now() WHERE id = said.id;\n",
)
AS_IT_WAS = between(BEFORE, "CREATE FUNCTION", "END $$;").replace("CREATE FUNCTION", REPLACES, 1)
NOW = AS_IT_WAS.replace(AS_IT_COUNTED, COUNTS.lstrip("\n")).replace(
    DECLARED, f"{DECLARED}  of_hub bigint;\n  compared bigint;\n"
)


class Migration(migrations.Migration):
    dependencies = [("boroughs", "0003_what_goes")]

    operations = [
        migrations.AddField("question", "records", models.PositiveIntegerField(default=1)),
        migrations.AddIndex(
            "question", models.Index(fields=["hub", "answered_at"], name="boroughs_question_hub_pace")
        ),
        RunSQL(NOW, AS_IT_WAS),
    ]
