-- What the policies ask about the worker is worked out once, at BEGIN, and once more when the transaction writes a
-- row that it rests on; in between the functions read what was kept.  What is kept is signed for its name, its
-- transaction and its identity: SQL that was smuggled in can neither write it nor bring an old one back.  Whatever is
-- not ours counts as nothing kept, and the answer is worked out afresh.

CREATE FUNCTION identity.signature(inner_pad bytea, outer_pad bytea, name text, said text) RETURNS text
LANGUAGE sql STABLE AS $$  -- no SET, so that it becomes part of whatever calls it
  SELECT pg_catalog.encode(pg_catalog.sha256(outer_pad OPERATOR(pg_catalog.||) pg_catalog.sha256(
    inner_pad OPERATOR(pg_catalog.||) pg_catalog.convert_to(pg_catalog.concat_ws(
      '|', 'known', name, pg_catalog.pg_backend_pid(), pg_catalog.date_part('epoch', pg_catalog.now()),
      pg_catalog.current_setting('mash.identity', true), said
    ), 'UTF8'))), 'hex')
$$;

CREATE FUNCTION identity.known(name text) RETURNS text  -- NULL: nothing is kept under this name; '': it is NULL
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE kept text := current_setting('mash.known_' || name, true);
BEGIN
  IF coalesce(kept, '') <> '' AND EXISTS (
    SELECT FROM identity.key
    WHERE until > now() AND identity.signature(inner_pad, outer_pad, name, substr(kept, 65)) = left(kept, 64)
  ) THEN
    RETURN substr(kept, 65);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION identity.work_out_account() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT identity.my('account')::uuid
$$;

CREATE FUNCTION identity.work_out_post() RETURNS uuid  -- while the post and its account last
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.id FROM public.partnership_staff s JOIN public.partnership_account a ON a.id = s.account_id
  WHERE s.id = identity.my('staff')::uuid AND a.is_active
    AND s.from_at <= now() AND (s.until_at IS NULL OR s.until_at > now())
$$;

CREATE FUNCTION identity.work_out_service() RETURNS text  -- one that is not listed is refused
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

CREATE FUNCTION identity.work_out_referral() RETURNS uuid  -- the contact that a referrer's code opens
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT contact_id FROM public.partnership_referrercode
  WHERE code_hash = identity.my('referrer') AND expires_at > now() AND wrong_tries < 5
$$;

CREATE FUNCTION identity.work_out_duties() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(
    (SELECT duties::text[] FROM public.partnership_staff WHERE id = identity.my_post()), ARRAY[]::text[])
$$;

CREATE FUNCTION identity.work_out_hubs() RETURNS uuid[]
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

CREATE FUNCTION identity.work_out_desks() RETURNS uuid[]  -- hubs at whose own desk I work
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN identity.my_service() IS NOT NULL THEN identity.my_hubs()
    WHEN identity.my_duties() && ARRAY['screen','assess','decide','approve','clear','out_of_hours','manage']
      THEN identity.my_hubs()
    ELSE ARRAY[]::uuid[]
  END
$$;

CREATE FUNCTION identity.work_out_agency() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT agency_id FROM public.partnership_staff WHERE id = identity.my_post()
$$;

CREATE FUNCTION identity.work_out_clearances() RETURNS uuid[]  -- hubs in which I may know what is sealed
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN 'clear' = ANY (identity.my_duties()) THEN identity.my_hubs() ELSE ARRAY[]::uuid[] END
$$;

CREATE FUNCTION identity.work_out_grants() RETURNS uuid[]  -- contacts opened to my post, my agency or my code
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

CREATE FUNCTION identity.work_out_bars() RETURNS uuid[]  -- contacts closed to me: a conflict of interest
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT contact_id FROM public.partnership_access
    WHERE bars AND contact_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      AND staff_id = identity.my_post())
$$;

CREATE FUNCTION identity.work_out_barred_people() RETURNS uuid[]  -- people closed to me: a conflict of interest
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT person_id FROM public.partnership_access
    WHERE bars AND person_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      AND staff_id = identity.my_post())
$$;

CREATE FUNCTION identity.work_out_nights() RETURNS boolean  -- Staff.works_nights says the same
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'out_of_hours' = ANY (identity.my_duties())
    AND NOT identity.my_duties() && ARRAY['screen','assess','decide','approve','clear','manage']
$$;

CREATE OR REPLACE FUNCTION identity.my_account() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('account');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_account(); END IF;
  RETURN nullif(said, '')::uuid;
END $$;

CREATE OR REPLACE FUNCTION identity.my_post() RETURNS uuid  -- while the post and its account last
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('post');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_post(); END IF;
  RETURN nullif(said, '')::uuid;
END $$;

CREATE OR REPLACE FUNCTION identity.my_service() RETURNS text  -- one that is not listed is refused
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('service');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_service(); END IF;
  RETURN nullif(said, '')::text;
END $$;

CREATE OR REPLACE FUNCTION identity.my_referral() RETURNS uuid  -- the contact that a referrer's code opens
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('referral');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_referral(); END IF;
  RETURN nullif(said, '')::uuid;
END $$;

CREATE OR REPLACE FUNCTION identity.my_duties() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('duties');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_duties(); END IF;
  RETURN nullif(said, '')::text[];
END $$;

CREATE OR REPLACE FUNCTION identity.my_hubs() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('hubs');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_hubs(); END IF;
  RETURN nullif(said, '')::uuid[];
END $$;

CREATE OR REPLACE FUNCTION identity.my_desks() RETURNS uuid[]  -- hubs at whose own desk I work
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('desks');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_desks(); END IF;
  RETURN nullif(said, '')::uuid[];
END $$;

CREATE OR REPLACE FUNCTION identity.my_agency() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('agency');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_agency(); END IF;
  RETURN nullif(said, '')::uuid;
END $$;

CREATE OR REPLACE FUNCTION identity.my_clearances() RETURNS uuid[]  -- hubs in which I may know what is sealed
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('clearances');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_clearances(); END IF;
  RETURN nullif(said, '')::uuid[];
END $$;

CREATE OR REPLACE FUNCTION identity.my_grants() RETURNS uuid[]  -- contacts opened to my post, my agency or my code
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('grants');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_grants(); END IF;
  RETURN nullif(said, '')::uuid[];
END $$;

CREATE OR REPLACE FUNCTION identity.my_bars() RETURNS uuid[]  -- contacts closed to me: a conflict of interest
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('bars');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_bars(); END IF;
  RETURN nullif(said, '')::uuid[];
END $$;

CREATE OR REPLACE FUNCTION identity.my_barred_people() RETURNS uuid[]  -- people closed to me: a conflict of interest
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('barred_people');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_barred_people(); END IF;
  RETURN nullif(said, '')::uuid[];
END $$;

CREATE OR REPLACE FUNCTION identity.works_nights() RETURNS boolean  -- Staff.works_nights says the same
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := identity.known('nights');
BEGIN
  IF said IS NULL THEN RETURN identity.work_out_nights(); END IF;
  RETURN nullif(said, '')::boolean;
END $$;

CREATE FUNCTION identity.forget() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'account','post','service','referral','duties','hubs','desks','agency','clearances','grants','bars',
    'barred_people','nights','night'
  ] LOOP
    PERFORM set_config('mash.known_' || name, '', true);
  END LOOP;
END $$;

CREATE FUNCTION identity.learn() RETURNS void  -- each is worked out from those before it
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  pads record;
  name text;
  said text;
BEGIN
  PERFORM identity.forget();
  IF coalesce(current_setting('mash.identity', true), '') = '' THEN RETURN; END IF;
  SELECT inner_pad, outer_pad INTO pads FROM identity.key WHERE until > now() ORDER BY until DESC LIMIT 1;
  FOREACH name IN ARRAY ARRAY[
    'account','post','service','referral','duties','hubs','desks','agency','clearances','grants','bars',
    'barred_people','nights','night'
  ] LOOP
    -- The night's contacts change as its post works, and are kept only for a page, which changes nothing.
    CONTINUE WHEN name = 'night' AND NOT (identity.works_nights() AND current_setting('role') = 'mash_reader');
    said := coalesce(CASE name
      WHEN 'account' THEN identity.my_account()::text
      WHEN 'post' THEN identity.my_post()::text
      WHEN 'service' THEN identity.my_service()::text
      WHEN 'referral' THEN identity.my_referral()::text
      WHEN 'duties' THEN identity.my_duties()::text
      WHEN 'hubs' THEN identity.my_hubs()::text
      WHEN 'desks' THEN identity.my_desks()::text
      WHEN 'agency' THEN identity.my_agency()::text
      WHEN 'clearances' THEN identity.my_clearances()::text
      WHEN 'grants' THEN identity.my_grants()::text
      WHEN 'bars' THEN identity.my_bars()::text
      WHEN 'barred_people' THEN identity.my_barred_people()::text
      WHEN 'nights' THEN identity.works_nights()::text
      WHEN 'night' THEN identity.my_night()::text
    END, '');
    PERFORM set_config(
      'mash.known_' || name, identity.signature(pads.inner_pad, pads.outer_pad, name, said) || said, true);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN  -- not ours, too old, or not listed: the first question will say so
  PERFORM identity.forget();
END $$;

CREATE FUNCTION identity.learn_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM identity.learn();
  RETURN NULL;
END $$;

CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_account
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_access
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_hub
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_referrercode
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_service
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
CREATE TRIGGER learn_again AFTER INSERT OR UPDATE OR DELETE ON public.partnership_staff
  FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();
