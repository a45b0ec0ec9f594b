-- What a seat of an exercise may read by its own post: the keys of its run, its group and itself, and its name.

CREATE FUNCTION identity.my_exercise() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(
    (SELECT ARRAY[s.run_id, s.group_id, s.id] FROM public.exercise_seat s WHERE s.post_id = identity.my_post()),
    ARRAY[]::uuid[])
$$;

CREATE FUNCTION identity.my_seat() RETURNS varchar
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.seat FROM public.exercise_seat s WHERE s.post_id = identity.my_post()
$$;
