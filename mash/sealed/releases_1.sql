-- What the walls of releases ask about whoever acts, once a statement.  Each runs as the tables' owner.

CREATE FUNCTION identity.my_person() RETURNS uuid  -- the account of my post: two posts of it are one person
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT account_id FROM public.partnership_staff WHERE id = identity.my_post()
$$;

CREATE FUNCTION identity.my_released() RETURNS uuid[]  -- wordings that I may read now as their recipient
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT said.id FROM sealed.sealed_recipient mine
    JOIN sealed.sealed_wording said ON said.id = mine.wording_id
    JOIN sealed.sealed_secondword second ON second.wording_id = said.id AND second.approved
    WHERE mine.staff = identity.my_post() AND said.hub_id = ANY (identity.my_hubs())
      AND identity.my_duties()
        && ARRAY['screen','assess','decide','approve','clear','out_of_hours','manage','answer']
      AND said.expires_at > now() AND said."case" <> ALL (identity.my_bars())
      AND NOT EXISTS (SELECT FROM sealed.sealed_recall back WHERE back.release_id = said.release_id)
      AND NOT EXISTS (
        SELECT FROM sealed.sealed_wording later
        WHERE later.release_id = said.release_id AND later.number > said.number))
$$;

CREATE FUNCTION identity.my_asked() RETURNS uuid[]  -- wordings that rest on what my agency owns, if I speak for it
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT DISTINCT said.id FROM sealed.sealed_restson rests
    JOIN sealed.sealed_wording said ON said.id = rests.wording_id
    WHERE said.hub_id = ANY (identity.my_hubs()) AND said."case" <> ALL (identity.my_bars())
      AND ((NOT rests.of_hub AND rests.agency = identity.my_agency()
          AND ('answer' = ANY (identity.my_duties())
            OR EXISTS (SELECT FROM public.partnership_staff WHERE id = identity.my_post() AND leads)))
        OR (rests.of_hub AND 'manage' = ANY (identity.my_duties()))))
$$;

CREATE FUNCTION identity.my_vetoes() RETURNS uuid[]  -- wordings that an owner vetoed, if I am a senior lead
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT DISTINCT said.id FROM sealed.sealed_ownerword veto
    JOIN sealed.sealed_wording said ON said.id = veto.wording_id
    WHERE NOT veto.agreed AND identity.my_duties() && ARRAY['manage','approve']
      AND said.hub_id = ANY (identity.my_hubs()) AND said."case" <> ALL (identity.my_bars()))
$$;

CREATE FUNCTION identity.my_register() RETURNS uuid[]  -- releases whose course I may follow, without their words
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT made.id FROM sealed.sealed_release made
    WHERE made.hub_id = ANY (identity.my_hubs()) AND made."case" <> ALL (identity.my_bars())
      AND ('audit' = ANY (identity.my_duties())
        OR ('manage' = ANY (identity.my_duties()) AND EXISTS (
          SELECT FROM sealed.sealed_wording said
          JOIN sealed.sealed_secondword second ON second.wording_id = said.id AND second.approved
          WHERE said.release_id = made.id))))
$$;

CREATE FUNCTION identity.my_releases() RETURNS uuid[]  -- releases that I may know of, on whatever ground
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT release_id FROM sealed.sealed_wording
    WHERE id = ANY (identity.my_released()) OR id = ANY (identity.my_asked()) OR id = ANY (identity.my_vetoes())
    UNION SELECT unnest(identity.my_register()))
$$;

CREATE FUNCTION identity.my_approvable() RETURNS uuid[]  -- wordings that may leave the room by my word, now
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(
    SELECT said.id FROM sealed.sealed_wording said
    JOIN sealed.sealed_release made ON made.id = said.release_id
    WHERE said.hub_id = ANY (identity.my_hubs()) AND said."case" <> ALL (identity.my_bars())
      AND identity.my_duties() @> ARRAY['clear','release']
      AND identity.my_person() <> ALL (ARRAY[said.person, made.person]) AND said.expires_at > now()
      AND NOT EXISTS (SELECT FROM sealed.sealed_recall back WHERE back.release_id = made.id)
      AND NOT EXISTS (
        SELECT FROM sealed.sealed_wording later
        WHERE later.release_id = made.id AND later.number > said.number)
      AND EXISTS (SELECT FROM sealed.sealed_recipient to_whom WHERE to_whom.wording_id = said.id)
      AND EXISTS (SELECT FROM sealed.sealed_restson rests WHERE rests.wording_id = said.id)
      AND NOT EXISTS (
        SELECT FROM sealed.sealed_restson rests
        WHERE rests.wording_id = said.id
          AND (EXISTS (SELECT FROM sealed.sealed_item newer WHERE newer.replaces_id = rests.item_id)
            OR NOT coalesce((
              SELECT word.agreed OR EXISTS (
                SELECT FROM sealed.sealed_ruling ruled WHERE ruled.veto_id = word.id AND ruled.overruled)
              FROM sealed.sealed_ownerword word
              WHERE word.wording_id = said.id AND word.agency = rests.agency
              ORDER BY word.at DESC, word.id DESC LIMIT 1), false))))
$$;
