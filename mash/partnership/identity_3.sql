-- What a post sees whose only duty at the desk is the emergency duty team's.

CREATE FUNCTION identity.works_nights() RETURNS boolean  -- Staff.works_nights says the same
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'out_of_hours' = ANY (identity.my_duties())
    AND NOT identity.my_duties() && ARRAY['screen','assess','decide','approve','clear','manage']
$$;

CREATE FUNCTION identity.my_night() RETURNS uuid[]  -- contacts open to it; none until the desk says which
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY[]::uuid[]
$$;
