-- A restricted case is closed to whoever works at its hub's desk and is neither cleared, nor manages the hub, nor was
-- let in by name.  Who works nights alone is held to the night's contacts already, and keeps those.

CREATE OR REPLACE FUNCTION identity.work_out_bars() RETURNS uuid[]  -- contacts closed to me: a conflict, or restricted
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT contact_id FROM public.partnership_access
    WHERE bars AND contact_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      AND staff_id = identity.my_post()
    UNION
    SELECT closed.contact_id FROM public.partnership_restriction closed
    WHERE closed.until_at IS NULL AND closed.hub_id = ANY (identity.my_desks()) AND identity.my_post() IS NOT NULL
      AND NOT identity.my_duties() && ARRAY['clear','manage'] AND NOT identity.works_nights()
      AND NOT EXISTS (
        SELECT FROM public.partnership_access let_in
        WHERE NOT let_in.bars AND let_in.contact_id = closed.contact_id AND let_in.staff_id = identity.my_post()
          AND let_in.from_at <= now() AND (let_in.until_at IS NULL OR let_in.until_at > now())))
$$;

CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_restriction
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
