-- What an auditor may know of a case: its reference, and whether names agree.  The owner sees the rows of an auditor's
-- own hub inside these functions alone; nothing of what a case says comes out of them.  What the auditor has a conflict
-- of interest with is left out.

CREATE FUNCTION identity.audited_contact(said text) RETURNS uuid  -- the contact of a reference
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT id FROM public.contact_contact
  WHERE reference = said AND hub_id = ANY (identity.my_hubs()) AND 'audit' = ANY (identity.my_duties())
    AND id <> ALL (identity.my_bars())
$$;

CREATE FUNCTION identity.audited_references(keys uuid[]) RETURNS TABLE (id uuid, reference text)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.reference FROM public.contact_contact c
  WHERE c.id = ANY (keys) AND c.hub_id = ANY (identity.my_hubs()) AND 'audit' = ANY (identity.my_duties())
    AND c.id <> ALL (identity.my_bars())
$$;

CREATE FUNCTION identity.audited_people(tokens bytea[]) RETURNS TABLE (id uuid, given text, family text, born_on date)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id, p.given, p.family, p.born_on FROM public.people_person p JOIN (
    SELECT t.person_id FROM public.people_token t
    WHERE t.hub_id = ANY (identity.my_hubs()) AND t.token = ANY (tokens) AND 'audit' = ANY (identity.my_duties())
    GROUP BY t.person_id HAVING count(DISTINCT t.token) = cardinality(tokens)
  ) found ON found.person_id = p.id
  WHERE p.id <> ALL (identity.my_barred_people())
  ORDER BY p.family, p.given, p.id LIMIT 50
$$;

CREATE FUNCTION identity.same_name(account text, given text, family text) RETURNS text  -- 'own', 'family' or NULL
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN btrim(family) = '' THEN NULL
    WHEN lower(btrim(given || ' ' || family)) = lower(btrim(account)) THEN 'own'
    WHEN lower(btrim(account)) LIKE '% ' || replace(replace(lower(btrim(family)), '%', ''), '_', '') THEN 'family'
  END
$$;

CREATE FUNCTION identity.audited_namesakes(staff uuid[], people uuid[], contacts uuid[])
RETURNS TABLE (staff_id uuid, thing uuid, which text)  -- pairs in step: a worker and a person, or a worker and a contact
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  WITH pairs AS (SELECT * FROM unnest(staff, people, contacts) AS pair(staff, person, contact)),
  named AS (
    SELECT pairs.staff, coalesce(pairs.person, pairs.contact) AS thing, a.name, n.given, n.family
    FROM pairs
    JOIN public.partnership_staff s ON s.id = pairs.staff AND s.hub_id = ANY (identity.my_hubs())
    JOIN public.partnership_account a ON a.id = s.account_id
    CROSS JOIN LATERAL (
      SELECT p.given::text, p.family::text FROM public.people_person p
      WHERE p.id = pairs.person AND p.hub_id = s.hub_id AND p.id <> ALL (identity.my_barred_people())
      UNION ALL
      SELECT c.given, c.family FROM public.contact_contactperson c
      WHERE c.contact_id = pairs.contact AND c.hub_id = s.hub_id AND c.contact_id <> ALL (identity.my_bars())
    ) n
    WHERE 'audit' = ANY (identity.my_duties())
  )
  SELECT named.staff, named.thing, min(identity.same_name(name, given, family)) FROM named
  WHERE identity.same_name(name, given, family) IS NOT NULL
  GROUP BY named.staff, named.thing
$$;

REVOKE EXECUTE ON FUNCTION identity.audited_contact(text), identity.audited_references(uuid[]),
  identity.audited_people(bytea[]), identity.audited_namesakes(uuid[], uuid[], uuid[]) FROM mash_worker, mash_sealed;
