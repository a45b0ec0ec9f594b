-- As before; nobody is put on record with a person while they go, and no contact of three years goes.

CREATE OR REPLACE FUNCTION public.retention_dispose(which uuid, called text, moment timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said public.retention_proposal;
  word public.retention_word;
  hub uuid;
  persons uuid[] := ARRAY[]::uuid[];
  cases uuid[] := ARRAY[]::uuid[];
  advices uuid[] := ARRAY[]::uuid[];
  touched uuid[];
  reference text[];
  hand_overs uuid[];
  t oid[] := ARRAY[]::oid[];  -- what goes: tables and keys, place by place
  i uuid[] := ARRAY[]::uuid[];
  nt oid[];  -- what was found last
  ni uuid[];
  ft oid[];
  fi uuid[];
  edge record;
  these uuid[];
  gone bigint;
  counts jsonb := '{}';
  lines uuid[];
  certificate uuid := gen_random_uuid();
BEGIN
  IF identity.my_service() IS DISTINCT FROM 'disposal' THEN
    RAISE EXCEPTION 'only the service of disposal disposes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO said FROM public.retention_proposal WHERE id = which FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  hub := said.hub_id;
  SELECT w.* INTO word FROM public.retention_word w
    JOIN public.partnership_staff one ON one.id = said.by_id
    JOIN public.partnership_staff other ON other.id = w.by_id
    WHERE w.proposal_id = which AND w.agreed AND one.account_id <> other.account_id;
  IF NOT FOUND OR said.what <> 'dispose' OR said.ended_at IS NOT NULL OR said.due_on > moment::date THEN
    RETURN jsonb_build_object('refused', 'not agreed');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('retention:' || hub, 0));  -- a hold waits, or was there before

  IF said.person_id IS NOT NULL THEN
    SELECT array_agg(p.id) INTO persons FROM public.people_person p
      JOIN public.people_person me ON me.id = said.person_id
      WHERE coalesce(p.merged_into_id, p.id) = coalesce(me.merged_into_id, me.id);
    PERFORM 1 FROM public.people_person p WHERE p.id = ANY (persons) ORDER BY p.id FOR UPDATE;  -- nobody is settled on them now
    cases := ARRAY(
      SELECT DISTINCT cp.contact_id FROM public.contact_settlement s
      JOIN public.contact_contactperson cp ON cp.id = s.contact_person_id
      WHERE s.person_id = ANY (persons) AND s.undone_at IS NULL);
  ELSIF said.contact_id IS NOT NULL THEN
    cases := ARRAY[said.contact_id];
  ELSE
    advices := ARRAY[said.consultation_id];
  END IF;
  IF EXISTS (SELECT FROM public.contact_contact c
             WHERE c.id = ANY (cases) AND c.received_at > moment - interval '3 years') THEN
    RETURN jsonb_build_object('refused', 'not due');  -- it came while this record was looked at
  END IF;
  advices := advices || ARRAY(
    SELECT c.id FROM public.contact_consultation c
    WHERE c.hub_id = hub AND c.contacts <@ cases AND c.contacts <> '{}');
  persons := persons || ARRAY(  -- whoever is named in these cases alone, and has no record of their own
    SELECT DISTINCT p.id FROM public.people_person p
    JOIN public.contact_settlement s ON s.person_id = p.id AND s.undone_at IS NULL
    JOIN public.contact_contactperson cp ON cp.id = s.contact_person_id AND cp.contact_id = ANY (cases)
    WHERE p.id <> ALL (persons) AND p.source_key = '' AND p.merged_into_id IS NULL
      AND NOT EXISTS (SELECT FROM public.people_person other WHERE other.merged_into_id = p.id)
      AND NOT EXISTS (SELECT FROM public.people_involvement w WHERE w.person_id = p.id)
      AND NOT EXISTS (SELECT FROM public.retention_placed w WHERE w.person_id = p.id AND w.period <> '')
      AND NOT EXISTS (SELECT FROM public.people_alert w WHERE w.person_id = p.id AND w.expires_on >= moment::date)
      AND NOT EXISTS (
        SELECT FROM public.contact_settlement again
        JOIN public.contact_contactperson there ON there.id = again.contact_person_id
        WHERE again.person_id = p.id AND again.undone_at IS NULL
          AND (there.contact_id <> ALL (cases) OR there.role IN ('child','adult_at_risk'))));
  touched := persons || ARRAY(  -- and everybody else whom these cases name
    SELECT s.person_id FROM public.contact_settlement s
    JOIN public.contact_contactperson cp ON cp.id = s.contact_person_id
    WHERE cp.contact_id = ANY (cases) AND s.person_id IS NOT NULL);
  touched := touched || ARRAY(
    SELECT p.merged_into_id FROM public.people_person p WHERE p.id = ANY (touched) AND p.merged_into_id IS NOT NULL);
  touched := touched || ARRAY(SELECT p.id FROM public.people_person p WHERE p.merged_into_id = ANY (touched));
  IF public.retention_held(hub, touched, ARRAY[said.period::text] || ARRAY(
      SELECT s.period::text FROM public.retention_standing s WHERE s.person_id = ANY (touched))) THEN
    RETURN jsonb_build_object('refused', 'held');
  END IF;

  SELECT array_agg(c.reference) INTO reference FROM (
    SELECT c.reference FROM public.contact_contact c WHERE c.id = ANY (cases)
    UNION ALL SELECT c.reference FROM public.contact_consultation c WHERE c.id = ANY (advices)) c;
  ft := array_fill('public.people_person'::regclass::oid, ARRAY[cardinality(persons)])
    || array_fill('public.contact_contact'::regclass::oid, ARRAY[cardinality(cases)])
    || array_fill('public.contact_consultation'::regclass::oid, ARRAY[cardinality(advices)]);
  fi := persons || cases || advices;
  WHILE cardinality(fi) > 0 LOOP
    t := t || ft; i := i || fi; nt := ARRAY[]::oid[]; ni := ARRAY[]::uuid[];
    FOR edge IN SELECT e.* FROM public.retention_edges() e
        JOIN pg_attribute a ON a.attrelid = e.child AND a.attname = 'id' AND a.atttypid = 'uuid'::regtype
        WHERE e.parent = ANY (ft) LOOP
      EXECUTE format('SELECT array_agg(c.id) FROM %s c WHERE c.%I = ANY ($1) AND c.id <> ALL ($2)',
                     edge.child::regclass, edge.col)
        INTO these
        USING ARRAY(SELECT u.k FROM unnest(ft, fi) u (o, k) WHERE u.o = edge.parent),
              ARRAY(SELECT u.k FROM unnest(t || nt, i || ni) u (o, k) WHERE u.o = edge.child);
      IF these IS NOT NULL THEN
        nt := nt || array_fill(edge.child, ARRAY[cardinality(these)]); ni := ni || these;
      END IF;
    END LOOP;
    IF cardinality(ni) = 0 THEN  -- what is left empty goes too
      these := ARRAY(
        SELECT h.id FROM public.people_household h
        WHERE h.id IN (SELECT r.household_id FROM public.people_resident r WHERE r.id = ANY (i))
          AND h.id <> ALL (i)
          AND NOT EXISTS (SELECT FROM public.people_resident r WHERE r.household_id = h.id AND r.id <> ALL (i)));
      nt := array_fill('public.people_household'::regclass::oid, ARRAY[cardinality(these)]); ni := these;
      these := ARRAY(
        SELECT e.id FROM public.triage_episode e
        WHERE e.id IN (SELECT c.episode_id FROM public.triage_episodecontact c WHERE c.id = ANY (i))
          AND e.id <> ALL (i)
          AND NOT EXISTS (SELECT FROM public.triage_episodecontact c WHERE c.episode_id = e.id AND c.id <> ALL (i)));
      nt := nt || array_fill('public.triage_episode'::regclass::oid, ARRAY[cardinality(these)]); ni := ni || these;
    END IF;
    ft := nt; fi := ni;
  END LOOP;

  UPDATE public.decision_outcome SET person_id = NULL WHERE person_id = ANY (persons) AND id <> ALL (i);
  UPDATE public.check_answer SET copied_from_id = NULL WHERE copied_from_id = ANY (i) AND id <> ALL (i);
  UPDATE public.contact_consultation c SET contacts = ARRAY(
      SELECT k FROM unnest(c.contacts) k WHERE k <> ALL (i))
    WHERE c.hub_id = hub AND c.contacts && i AND c.id <> ALL (i);
  hand_overs := ARRAY(SELECT DISTINCT h.hand_over_id FROM public.desk_handedover h WHERE h.id = ANY (i));
  UPDATE public.desk_handover SET note = '' WHERE id = ANY (hand_overs) AND note <> '';

  FOR edge IN SELECT e.* FROM public.retention_edges() e  -- rows without a key of their own
      WHERE e.parent = ANY (t) AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = e.child AND a.attname = 'id' AND a.atttypid = 'uuid'::regtype) LOOP
    EXECUTE format('DELETE FROM %s WHERE %I = ANY ($1)', edge.child::regclass, edge.col)
      USING ARRAY(SELECT u.k FROM unnest(t, i) u (o, k) WHERE u.o = edge.parent);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN counts := counts || jsonb_build_object((SELECT relname FROM pg_class WHERE oid = edge.child), gone); END IF;
  END LOOP;
  FOR edge IN SELECT u.o AS child, array_agg(u.k) AS keys FROM unnest(t, i) u (o, k) GROUP BY u.o
      ORDER BY u.o <> 'public.people_person'::regclass LOOP
    EXECUTE format('DELETE FROM %s WHERE id = ANY ($1)', edge.child::regclass) USING edge.keys;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone <> cardinality(edge.keys) THEN
      RAISE EXCEPTION 'rows of % would remain', edge.child::regclass;
    END IF;
    counts := counts || jsonb_build_object((SELECT relname FROM pg_class WHERE oid = edge.child), gone);
  END LOOP;

  DELETE FROM public.drafts_draft WHERE about = ANY (i);
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN counts := counts || jsonb_build_object('drafts_draft', gone + coalesce((counts->>'drafts_draft')::bigint, 0)); END IF;
  DELETE FROM public.drafts_writing WHERE about = ANY (i);
  DELETE FROM public.desk_moved WHERE thing = ANY (i);
  DELETE FROM public.drafts_sent s WHERE EXISTS (
    SELECT FROM regexp_matches(s.location, '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g') m
    WHERE m[1]::uuid = ANY (i));
  DELETE FROM public.partnership_email e
    WHERE e.hub_id = hub AND EXISTS (
      SELECT FROM unnest(reference) r WHERE strpos(e.subject || ' ' || e.body, r) > 0);
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN counts := counts || jsonb_build_object('partnership_email', gone); END IF;

  WITH changed AS (
    UPDATE public.ledger_entry e SET why = '', hash = ''
    WHERE e.hub_id = hub AND e.why <> '' AND (
      e.about IN (
        SELECT regexp_replace(c.relname, '_', '.') || ':' || u.k FROM unnest(t, i) u (o, k) JOIN pg_class c ON c.oid = u.o)
      OR (e.about = 'people' AND EXISTS (
        SELECT FROM unnest(persons || cases) k WHERE strpos(e.detail::text, k::text) > 0)))
    RETURNING e.id)
  SELECT coalesce(array_agg(id), '{}') INTO lines FROM changed;

  INSERT INTO public.retention_disposed (id, hub_id, kind_of_record, period, label, due_on, proposed_by_id, proposed_at,
      agreed_by_id, agreed_at, at, counts, people_gone, contacts_gone, words_removed)
    VALUES (certificate, hub,
      CASE WHEN said.person_id IS NOT NULL THEN 'person' WHEN said.contact_id IS NOT NULL THEN 'contact' ELSE 'consultation' END,
      said.period, called, said.due_on, said.by_id, said.at, word.by_id, word.at, moment, counts,
      cardinality(persons), cardinality(cases), cardinality(lines));
  SET CONSTRAINTS ALL IMMEDIATE;  -- whatever would still point at what is gone stops it here
  RETURN jsonb_build_object('certificate', certificate, 'people', persons, 'contacts', cases, 'lines', lines);
END $$;
