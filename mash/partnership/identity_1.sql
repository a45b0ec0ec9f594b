-- Who acts, verified; and everything the policies ask about the worker, once a statement.
-- Each function runs as the tables' owner, with a fixed search_path, and takes nothing from a row.

CREATE FUNCTION identity.me() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text := current_setting('mash.identity', true);  -- NULL before its first use, '' after a COMMIT
  part text[] := string_to_array(token, '|');
  said bytea := convert_to(part[1] || '|' || part[2], 'UTF8');
BEGIN
  IF coalesce(token, '') = '' THEN RETURN NULL; END IF;
  IF EXISTS (
    SELECT FROM identity.key
    WHERE until > now() AND encode(sha256(outer_pad || sha256(inner_pad || said)), 'hex') = part[3]
  ) AND to_timestamp(part[2]::bigint) > now() THEN  -- now() is when the transaction began
    RETURN part[1];
  END IF;
  RAISE EXCEPTION 'the identity given is not ours, or is too old' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION identity.acting() RETURNS text  -- like me(), but somebody must be
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE who text := identity.me();
BEGIN
  IF who IS NULL THEN
    RAISE EXCEPTION 'nobody is acting'
      USING ERRCODE = 'insufficient_privilege', HINT = 'open the transaction within acting_as(...)';
  END IF;
  RETURN who;
END $$;

CREATE FUNCTION identity.my(kind text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN split_part(identity.acting(), ':', 1) = kind
    THEN substr(identity.acting(), length(kind) + 2) END
$$;

CREATE FUNCTION identity.my_account() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT identity.my('account')::uuid
$$;

CREATE FUNCTION identity.my_post() RETURNS uuid  -- while the post and its account last
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.id FROM public.partnership_staff s JOIN public.partnership_account a ON a.id = s.account_id
  WHERE s.id = identity.my('staff')::uuid AND a.is_active
    AND s.from_at <= now() AND (s.until_at IS NULL OR s.until_at > now())
$$;

CREATE FUNCTION identity.my_service() RETURNS text  -- one that is not listed is refused
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.my('service');
BEGIN
  IF said IS NULL OR EXISTS (
    SELECT FROM public.partnership_service WHERE name = said AND (until_at IS NULL OR until_at > now())
  ) THEN
    RETURN said;
  END IF;
  RAISE EXCEPTION 'the service % is not listed', said USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION identity.my_referral() RETURNS uuid  -- the contact that a referrer's code opens
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT contact_id FROM public.partnership_referrercode
  WHERE code_hash = identity.my('referrer') AND expires_at > now() AND wrong_tries < 5
$$;

CREATE FUNCTION identity.my_hubs() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE split_part(identity.acting(), ':', 1)
    WHEN 'staff' THEN ARRAY(SELECT hub_id FROM public.partnership_staff WHERE id = identity.my_post())
    WHEN 'service' THEN
      ARRAY(SELECT id FROM public.partnership_hub WHERE identity.my_service() IS NOT NULL)
    WHEN 'referrer' THEN ARRAY(
      SELECT hub_id FROM public.partnership_referrercode
      WHERE contact_id = identity.my_referral() AND code_hash = identity.my('referrer'))
    ELSE ARRAY[]::uuid[]
  END
$$;

CREATE FUNCTION identity.my_duties() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(
    (SELECT duties::text[] FROM public.partnership_staff WHERE id = identity.my_post()), ARRAY[]::text[])
$$;

CREATE FUNCTION identity.my_desks() RETURNS uuid[]  -- hubs at whose own desk I work
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN identity.my_service() IS NOT NULL THEN identity.my_hubs()
    WHEN identity.my_duties() && ARRAY['screen','assess','decide','approve','clear','out_of_hours','manage']
      THEN identity.my_hubs()
    ELSE ARRAY[]::uuid[]
  END
$$;

CREATE FUNCTION identity.my_agency() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT agency_id FROM public.partnership_staff WHERE id = identity.my_post()
$$;

CREATE FUNCTION identity.my_clearances() RETURNS uuid[]  -- hubs in which I may know what is sealed
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN 'clear' = ANY (identity.my_duties()) THEN identity.my_hubs() ELSE ARRAY[]::uuid[] END
$$;

CREATE FUNCTION identity.my_grants() RETURNS uuid[]  -- contacts opened to my post, my agency or my code
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE split_part(identity.acting(), ':', 1)
    WHEN 'staff' THEN ARRAY(
      SELECT contact_id FROM public.partnership_access
      WHERE NOT bars AND contact_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
        AND (staff_id = identity.my_post()
          OR (agency_id = identity.my_agency() AND hub_id = ANY (identity.my_hubs()))))
    WHEN 'referrer' THEN array_remove(ARRAY[identity.my_referral()], NULL)
    ELSE ARRAY[]::uuid[]
  END
$$;

CREATE FUNCTION identity.my_bars() RETURNS uuid[]  -- contacts closed to me: a conflict of interest
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT contact_id FROM public.partnership_access
    WHERE bars AND contact_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      AND staff_id = identity.my_post())
$$;

CREATE FUNCTION identity.my_barred_people() RETURNS uuid[]  -- people closed to me: a conflict of interest
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT person_id FROM public.partnership_access
    WHERE bars AND person_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      AND staff_id = identity.my_post())
$$;
