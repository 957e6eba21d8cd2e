-- After the end of a contract: the ledger's rows and the history of one municipality go for good. Both hold
-- dates of birth. Security definer, because the application may delete neither: it takes a number, goes
-- by the walls of the open municipality, and refuses one whose service has not ended.
CREATE FUNCTION delivery_forget(town bigint, OUT deliveries bigint, OUT spans bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.municipalities_municipality WHERE id = town AND service = 'ended'
    ) THEN
        RAISE EXCEPTION 'Only the data of a municipality whose service has ended can be forgotten.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.delivery_delivery WHERE municipality_id = town;
    GET DIAGNOSTICS deliveries = ROW_COUNT;
    DELETE FROM public.municipalities_readerspan WHERE municipality_id = town;
    GET DIAGNOSTICS spans = ROW_COUNT;
END $$;
REVOKE ALL ON FUNCTION delivery_forget(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery_forget(bigint) TO kizuna_app;

-- FORCE binds the owner too: it reaches the rows of the open municipality, and no others.
DO $$
BEGIN
    EXECUTE format('CREATE POLICY owner_forgets ON public.delivery_delivery FOR ALL TO %I
        USING (municipality_id = (SELECT nullif(current_setting(''app.municipality_id'', true), '''')::bigint))',
        current_user);
    EXECUTE format('CREATE POLICY owner_forgets ON public.municipalities_readerspan FOR ALL TO %I
        USING (municipality_id = (SELECT nullif(current_setting(''app.municipality_id'', true), '''')::bigint))',
        current_user);
END $$;
