-- What the groups of one run recorded in their own hubs, for whoever trains in the hub that runs it: the one place where
-- a hub and the hubs of its exercises meet.
--
-- It takes the key of a run, and answers for the groups of that run alone.  It gives what was recorded, when and by which
-- post; of an answer that an agency gave, only that it was given; of what is sealed, nothing.

CREATE FUNCTION identity.exercise_doings(which uuid)
RETURNS TABLE (group_id uuid, at timestamptz, what text, post uuid, reference text, words text, more jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine uuid[];
BEGIN
  PERFORM set_config('mash.exercise', 'on', true);
  SELECT array_agg(g.place_id) INTO mine
  FROM public.exercise_run r
  JOIN public.exercise_group g ON g.run_id = r.id
  JOIN public.partnership_hub h ON h.id = g.place_id AND h.is_training AND h.exercise_for_id = r.hub_id
  WHERE r.id = which AND identity.my_post() IS NOT NULL AND r.hub_id = ANY (identity.my_hubs())
    AND identity.my_duties() && ARRAY['train','manage'];
  RETURN QUERY
  WITH told (hub, at, what, post, contact, words, more) AS (
    SELECT c.hub_id, c.received_at, 'contact', c.taken_by_id, c.id, c.organisation::text, '{}'::jsonb
    FROM public.contact_contact c WHERE c.hub_id = ANY (mine)
    UNION ALL
    SELECT r.hub_id, r.at, 'rating', r.by_id, r.contact_id, r.why, jsonb_build_object('colour', r.colour)
    FROM public.triage_rating r WHERE r.hub_id = ANY (mine)
    UNION ALL
    SELECT a.hub_id, a.at, 'agreement', a.by_id, a.contact_id, a.words, jsonb_build_object('sought', a.sought)
    FROM public.triage_agreement a WHERE a.hub_id = ANY (mine) AND NOT a.from_message
    UNION ALL
    SELECT k.hub_id, k.opened_at, 'check', k.opened_by_id, k.contact_id, '', '{}'
    FROM public.check_check k WHERE k.hub_id = ANY (mine)
    UNION ALL
    SELECT e.hub_id, e.sent_at, 'enquiry', e.sent_by_id, e.contact_id_opaque, a.name::text, '{}'
    FROM public.check_enquiry e JOIN public.partnership_agency a ON a.id = e.agency_id WHERE e.hub_id = ANY (mine)
    UNION ALL
    SELECT t.hub_id, t.at, 'answer', t.by_id, e.contact_id_opaque, a.name::text,
      jsonb_build_object('nil', t.nil, 'part', t.part)
    FROM public.check_return t JOIN public.check_enquiry e ON e.id = t.enquiry_id
    JOIN public.partnership_agency a ON a.id = e.agency_id WHERE t.hub_id = ANY (mine)
    UNION ALL
    SELECT v.hub_id, v.at, 'dissent', v.by_id, v.contact_id, v.words, jsonb_build_object('who', a.name)
    FROM public.check_view v JOIN public.partnership_agency a ON a.id = v.agency_id
    WHERE v.hub_id = ANY (mine) AND v.disagrees
    UNION ALL
    SELECT s.hub_id, s.at, 'dissent', s.by_id, s.contact_id, s.words, jsonb_build_object('who', s.who)
    FROM public.decision_dissent s WHERE s.hub_id = ANY (mine)
    UNION ALL
    SELECT d.hub_id, d.at, 'decision', d.by_id, d.contact_id, d.reasons, jsonb_build_object(
      'made_at', d.made_at, 'turned_down_at', d.turned_down_at, 'outcomes', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'outcome', o.outcome, 'level', o.level, 'who', trim(p.given || ' ' || p.family)) ORDER BY p.ref, o.id), '[]')
        FROM public.decision_outcome o JOIN public.contact_contactperson p ON p.id = o.about_id
        WHERE o.decision_id = d.id AND o.hub_id = d.hub_id))
    FROM public.decision_decision d WHERE d.hub_id = ANY (mine)
    UNION ALL
    SELECT m.hub_id, m.held_at, 'meeting', m.by_id, m.contact_id, m.decisions, jsonb_build_object(
      'chair', m.chair, 'attenders', jsonb_array_length(m.attenders), 'section_47', m.section_47, 'actions', m.actions)
    FROM public.decision_strategy m WHERE m.hub_id = ANY (mine)
  )
  SELECT g.id, told.at, told.what, told.post, c.reference::text, told.words, told.more
  FROM told JOIN public.exercise_group g ON g.place_id = told.hub AND g.run_id = which
  JOIN public.contact_contact c ON c.id = told.contact AND c.hub_id = told.hub
  ORDER BY told.at, told.what, g.id, told.words;
  PERFORM set_config('mash.exercise', '', true);
END $$;
REVOKE EXECUTE ON FUNCTION identity.exercise_doings(uuid) FROM mash_sealed, mash_worker;
