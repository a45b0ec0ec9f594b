-- Which hubs may be compared now, and whom of them the run must never read.

CREATE FUNCTION identity.region_running() RETURNS TABLE (hub uuid, elsewhere uuid)  -- each pair both ways
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH newest AS (
    SELECT DISTINCT ON (g.hub_id) g.hub_id, g.runs, g.others, g.from_at, g.until_at, h.is_training
    FROM public.region_grant g JOIN public.partnership_hub h ON h.id = g.hub_id
    WHERE h.exercise_for_id IS NULL
    ORDER BY g.hub_id, g.number DESC
  ), live AS (SELECT * FROM newest WHERE runs AND from_at <= now() AND until_at > now())
  SELECT one.hub_id, other.hub_id FROM live one JOIN live other
    ON other.hub_id <> one.hub_id AND other.hub_id = ANY (one.others) AND one.hub_id = ANY (other.others)
    AND one.is_training = other.is_training
$$;
REVOKE EXECUTE ON FUNCTION identity.region_running() FROM PUBLIC, mash_app, mash_reader, mash_worker, mash_sealed;

CREATE FUNCTION identity.my_region() RETURNS TABLE (hub uuid, elsewhere uuid)  -- of my own hub; of all, for the run
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.hub, r.elsewhere FROM identity.region_running() r WHERE r.hub = ANY (identity.my_hubs())
$$;
REVOKE EXECUTE ON FUNCTION identity.my_region() FROM mash_sealed;

-- People of whom no other hub is told, as known_elsewhere has it.  The walls of the tables that it asks ask who is barred,
-- which is what it works out: so until it has, and for itself alone, nobody is, signed as learn() signs it.
CREATE FUNCTION identity.region_hidden() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  pads record;
  found uuid[];
BEGIN
  SELECT inner_pad, outer_pad INTO pads FROM identity.key WHERE until > now() ORDER BY until DESC LIMIT 1;
  PERFORM set_config('mash.known_barred_people',
    identity.signature(pads.inner_pad, pads.outer_pad, 'barred_people', '{}') || '{}', true);
  WITH record AS (
    SELECT one.id, one.hub_id, coalesce(one.merged_into_id, one.id) AS whole
    FROM public.people_person one WHERE one.hub_id IN (SELECT r.hub FROM identity.region_running() r)
  ), named AS (
    SELECT record.whole, cp.id, cp.contact_id, cp.protected
    FROM record JOIN public.contact_settlement s ON s.person_id = record.id AND s.undone_at IS NULL
    JOIN public.contact_contactperson cp ON cp.id = s.contact_person_id
  ), never AS (
    SELECT named.whole FROM named WHERE named.protected
    UNION SELECT named.whole FROM named JOIN public.partnership_restriction r ON r.contact_id = named.contact_id
      WHERE r.until_at IS NULL
    UNION SELECT named.whole FROM named JOIN sealed.sealed_room room ON room."case" = named.contact_id
      JOIN sealed.sealed_item item ON item.room_id = room.id WHERE item.people @> ARRAY[named.id]
    UNION SELECT alike.whole FROM (
      SELECT record.whole, mark.subject_id, array_agg(DISTINCT mark.kind::text) AS agreed
      FROM sealed.sealed_mark mark
      JOIN public.people_token t ON t.hub_id = mark.hub_id AND t.token = mark.token AND t.kind = mark.kind
      JOIN record ON record.id = t.person_id
      WHERE NOT EXISTS (SELECT FROM sealed.sealed_subjectended ended WHERE ended.subject_id = mark.subject_id)
      GROUP BY record.whole, mark.subject_id) alike
    WHERE alike.agreed && ARRAY['pair','month','day'] AND alike.agreed && ARRAY['born','home','phone','number']
  )
  SELECT coalesce(array_agg(record.id), ARRAY[]::uuid[]) INTO found FROM record WHERE record.whole IN (SELECT never.whole FROM never);
  PERFORM set_config('mash.known_barred_people', '', true);
  RETURN found;
END $$;
REVOKE EXECUTE ON FUNCTION identity.region_hidden() FROM PUBLIC, mash_app, mash_reader, mash_worker, mash_sealed;

CREATE OR REPLACE FUNCTION identity.work_out_hubs() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE split_part(identity.acting(), ':', 1)
    WHEN 'staff' THEN ARRAY(SELECT hub_id FROM public.partnership_staff WHERE id = identity.my_post())
    WHEN 'service' THEN CASE WHEN identity.my_service() = 'region'
      THEN ARRAY(SELECT DISTINCT r.hub FROM identity.region_running() r)
      ELSE ARRAY(SELECT id FROM public.partnership_hub WHERE identity.my_service() IS NOT NULL) END
    WHEN 'referrer' THEN ARRAY(
      SELECT hub_id FROM public.partnership_referrercode
      WHERE contact_id = identity.my_referral() AND code_hash = identity.my('referrer'))
    ELSE ARRAY[]::uuid[]
  END
$$;

CREATE OR REPLACE FUNCTION identity.work_out_barred_people() RETURNS uuid[]  -- people closed to me: a conflict of interest
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN identity.my_service() = 'region' THEN identity.region_hidden() ELSE ARRAY(
    SELECT person_id FROM public.partnership_access
    WHERE bars AND person_id IS NOT NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      AND staff_id = identity.my_post()) END
$$;
