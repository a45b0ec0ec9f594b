-- Whether a person of one hub is known to another: the one place where marks of different hubs meet.
--
-- It takes the key of a question that its own caller wrote, about a person settled in one of their contacts, and gives
-- back nothing.  It writes one row for every other hub whatever was found, so that finding nobody, finding somebody who
-- is never told of and a hub that does not answer leave the same number of rows behind after the same statements; and
-- beside these, for the asking hub, one row for each hub that says "known: ask this hub".

CREATE FUNCTION identity.known_elsewhere(which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said record;
  soon bigint;
  today bigint;
BEGIN
  PERFORM set_config('mash.across', 'on', true);
  SELECT q.id, q.hub_id, q.person_id, q.why, q.by_id, me.account_id, me.title, who.name, home.is_training INTO said
  FROM public.boroughs_question q
  JOIN public.partnership_staff me ON me.id = q.by_id
  JOIN public.partnership_account who ON who.id = me.account_id
  JOIN public.partnership_hub home ON home.id = q.hub_id
  WHERE q.id = which AND q.answered_at IS NULL AND q.by_id = identity.my_post() AND q.hub_id = ANY (identity.my_desks())
    AND identity.my_duties() && ARRAY['screen','assess','decide']
    AND EXISTS (
      SELECT FROM public.contact_settlement s
      JOIN public.contact_contactperson named ON named.id = s.contact_person_id AND named.contact_id = q.contact_id
      JOIN public.people_person one ON one.id = s.person_id
      WHERE s.undone_at IS NULL AND q.person_id IN (one.id, one.merged_into_id))
  FOR UPDATE OF q;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such question' USING ERRCODE = 'insufficient_privilege';
  END IF;

  PERFORM pg_advisory_xact_lock(hashtextextended('boroughs:' || said.account_id, 0));  -- two at once count each other
  SELECT count(*) FILTER (WHERE q.answered_at > now() - interval '10 minutes'), count(*) INTO soon, today
  FROM public.boroughs_question q JOIN public.partnership_staff one ON one.id = q.by_id
  WHERE one.account_id = said.account_id AND q.answered_at > now() - interval '12 hours';
  IF soon >= 20 OR today >= 60 THEN  -- limits.py has both figures
    RAISE EXCEPTION 'asked too often' USING ERRCODE = 'configuration_limit_exceeded';
  END IF;
  UPDATE public.boroughs_question SET answered_at = now() WHERE id = said.id;

  WITH mine AS (
    SELECT coalesce(array_agg(mark), ARRAY[]::bytea[]) AS marks
    FROM public.people_person one JOIN public.boroughs_marks m ON m.person_id = one.id, unnest(m.marks) AS mark
    WHERE said.person_id IN (one.id, one.merged_into_id)
  ), hubs AS (
    SELECT h.id, h.name, h.telephone, h.email, coalesce(
      (SELECT c.answers FROM public.boroughs_choice c WHERE c.hub_id = h.id ORDER BY c.number DESC LIMIT 1), true) AS answers
    FROM public.partnership_hub h WHERE h.id <> said.hub_id AND h.is_training = said.is_training
  ), met AS (
    SELECT m.hub_id, m.person_id FROM mine, public.boroughs_marks m WHERE m.marks && mine.marks AND m.hub_id <> said.hub_id
  ), whole AS (  -- and every record that was joined with one of them
    SELECT met.hub_id, coalesce(one.merged_into_id, one.id) AS person_id, other.id AS record
    FROM met JOIN public.people_person one ON one.id = met.person_id
    JOIN public.people_person other ON other.hub_id = one.hub_id
      AND coalesce(other.merged_into_id, other.id) = coalesce(one.merged_into_id, one.id)
  ), named AS (
    SELECT whole.hub_id, cp.id, cp.contact_id, cp.protected
    FROM whole JOIN public.contact_settlement s ON s.person_id = whole.record AND s.undone_at IS NULL
    JOIN public.contact_contactperson cp ON cp.id = s.contact_person_id
  ), never AS (  -- hubs that know somebody of whom nobody outside is told
    SELECT named.hub_id FROM named WHERE named.protected
    UNION SELECT named.hub_id FROM named JOIN public.partnership_restriction r ON r.contact_id = named.contact_id
      WHERE r.until_at IS NULL
    UNION SELECT named.hub_id FROM named JOIN sealed.sealed_room room ON room."case" = named.contact_id
      JOIN sealed.sealed_item item ON item.room_id = room.id WHERE item.people @> ARRAY[named.id]
    UNION SELECT alike.hub_id FROM (
      SELECT whole.hub_id, mark.subject_id, array_agg(DISTINCT mark.kind::text) AS agreed
      FROM whole JOIN public.people_token t ON t.person_id = whole.record
      JOIN sealed.sealed_mark mark ON mark.hub_id = whole.hub_id AND mark.token = t.token AND mark.kind = t.kind
      WHERE NOT EXISTS (SELECT FROM sealed.sealed_subjectended ended WHERE ended.subject_id = mark.subject_id)
      GROUP BY whole.hub_id, mark.subject_id) alike
    WHERE alike.agreed && ARRAY['pair','month','day'] AND alike.agreed && ARRAY['born','home','phone','number']
  ), asked AS (
    SELECT hubs.id AS hub_id, CASE WHEN hubs.answers THEN
        (SELECT min(whole.person_id::text)::uuid FROM whole WHERE whole.hub_id = hubs.id) END AS person_id,
      hubs.id IN (SELECT never.hub_id FROM never) AS hidden
    FROM hubs
  ), written AS (
    INSERT INTO public.boroughs_asked
      (id, hub_id, question_id, person_id, told, from_hub_id, from_post, from_name, from_title, why, at)
    SELECT gen_random_uuid(), a.hub_id, said.id, a.person_id, a.person_id IS NOT NULL AND NOT a.hidden, said.hub_id,
      CASE WHEN a.person_id IS NOT NULL THEN said.by_id END,
      CASE WHEN a.person_id IS NOT NULL THEN said.name ELSE '' END,
      CASE WHEN a.person_id IS NOT NULL THEN said.title ELSE '' END,
      CASE WHEN a.person_id IS NOT NULL THEN said.why ELSE '' END, now()
    FROM asked a
    RETURNING hub_id, told
  )
  INSERT INTO public.boroughs_known (id, hub_id, question_id, elsewhere_id, name, telephone, email, at)
  SELECT gen_random_uuid(), said.hub_id, said.id, hubs.id, hubs.name, hubs.telephone, hubs.email, now()
  FROM written JOIN hubs ON hubs.id = written.hub_id WHERE written.told;
  PERFORM set_config('mash.across', '', true);
END $$;
REVOKE EXECUTE ON FUNCTION identity.known_elsewhere(uuid) FROM mash_reader, mash_sealed, mash_worker;
