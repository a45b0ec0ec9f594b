-- Opening one restricted case in an emergency.  The worker cannot see the restriction, nor write access to what is
-- closed to them; this looks the reference up among the restrictions of their hub and lets this one post in for an hour.
-- A conflict of interest is never opened.  NULL: no such reference, or not to be opened; which of both is not said.

CREATE FUNCTION identity.open_restricted(said text, reason text, opening uuid, due timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid := identity.my_post();
  closed record;
BEGIN
  SELECT r.contact_id, r.hub_id INTO closed FROM public.partnership_restriction r
  WHERE r.reference = said AND r.until_at IS NULL AND me IS NOT NULL AND btrim(reason) <> ''
    AND r.hub_id = ANY (identity.my_desks()) AND r.contact_id = ANY (identity.my_bars())
    AND NOT EXISTS (
      SELECT FROM public.partnership_access kept_out
      WHERE kept_out.bars AND kept_out.contact_id = r.contact_id AND kept_out.staff_id = me
        AND kept_out.from_at <= now() AND (kept_out.until_at IS NULL OR kept_out.until_at > now()));
  IF closed IS NULL THEN RETURN NULL; END IF;
  INSERT INTO public.partnership_opening
    (id, hub_id, contact_id, reference, staff_id, why, from_at, until_at, review_due_at, outcome, review_why)
  VALUES (opening, closed.hub_id, closed.contact_id, said, me, reason, now(), now() + interval '60 minutes', due, '', '');
  INSERT INTO public.partnership_access (id, hub_id, staff_id, contact_id, bars, why, from_at, until_at, by_id)
  VALUES (gen_random_uuid(), closed.hub_id, me, closed.contact_id, false, left('In an emergency: ' || reason, 200),
    now(), now() + interval '60 minutes', me);
  RETURN closed.contact_id;
END $$;
REVOKE EXECUTE ON FUNCTION identity.open_restricted(text, text, uuid, timestamptz) FROM mash_reader, mash_sealed;
