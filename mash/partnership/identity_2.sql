-- Whose work I may give out because I lead their agency's team in my hub.

CREATE FUNCTION identity.my_team() RETURNS uuid[]  -- posts of the agency that I lead in my hub; none if I lead nobody
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT one.id FROM public.partnership_staff one
    JOIN public.partnership_staff me
      ON me.id = identity.my_post() AND me.leads AND one.agency_id = me.agency_id AND one.hub_id = me.hub_id
    WHERE me.hub_id = ANY (identity.my_hubs()))
$$;
