-- Disposing of what the groups of one run recorded: everything in their hubs, in one transaction, or nothing.
--
-- For the service of disposal alone, of a run that has ended and whose day has come, and of hubs that are there for an
-- exercise alone.  What stays: the hub's name, the posts that ended, and the lines of the record.

CREATE FUNCTION identity.exercise_dispose(which uuid, moment timestamptz) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  places uuid[];
  one record;
  gone bigint;
  these jsonb;
  counts jsonb := '{}';
  unsealed jsonb := '[]';
BEGIN
  IF identity.my_service() IS DISTINCT FROM 'disposal' THEN
    RAISE EXCEPTION 'only the service of disposal disposes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM public.exercise_run r WHERE r.id = which AND r.ended_at IS NOT NULL AND r.disposed_at IS NULL
    AND r.keep_until < moment::date FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT array_agg(h.id) INTO places FROM public.exercise_group g
    JOIN public.exercise_run r ON r.id = g.run_id
    JOIN public.partnership_hub h ON h.id = g.place_id AND h.is_training AND h.exercise_for_id = r.hub_id
    WHERE g.run_id = which;
  FOR one IN
    SELECT c.oid, c.relname::text AS name, c.relnamespace = 'sealed'::regnamespace AS is_sealed
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'hub_id' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'sealed'::regnamespace)
      AND c.relname NOT LIKE 'exercise\_%' AND c.relname NOT IN (
        'ledger_entry', 'partnership_staff', 'partnership_membership', 'partnership_closure')
    ORDER BY c.relname
  LOOP
    IF one.is_sealed THEN
      EXECUTE format('SELECT coalesce(jsonb_agg(jsonb_build_array(%L, t.id)), ''[]'') FROM %s t WHERE t.hub_id = ANY ($1)',
        one.name, one.oid::regclass) INTO these USING places;
      unsealed := unsealed || these;
    END IF;
    EXECUTE format('DELETE FROM %s WHERE hub_id = ANY ($1)', one.oid::regclass) USING places;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN counts := counts || jsonb_build_object(one.name, gone); END IF;
  END LOOP;
  SET CONSTRAINTS ALL IMMEDIATE;  -- whatever would still point at what is gone stops it here
  UPDATE public.exercise_run SET disposed_at = moment, gone = counts WHERE id = which;
  RETURN jsonb_build_object('counts', counts, 'sealed', unsealed);
END $$;
REVOKE EXECUTE ON FUNCTION identity.exercise_dispose(uuid, timestamptz) FROM mash_reader, mash_sealed;
