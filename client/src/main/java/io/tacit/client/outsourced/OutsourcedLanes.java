package io.tacit.client.outsourced;

import java.util.List;

/** Lanes of {@code outsourced}: who dials which at whom, and what runs on it. */
public final class OutsourcedLanes {
    /** Role that shares the network out. */
    public static final String OWNER = "owner";

    /** Role that asks. */
    public static final String CLIENT = "client";

    /** Server S0. */
    public static final String GARBLER = "garbler";

    /** Server S1. */
    public static final String EVALUATOR = "evaluator";

    /** Owner at both servers: the share of the network. */
    public static final String DEPLOY = "deploy";

    /** Owner at the evaluator: asks for queries to be prepared. */
    public static final String CONTROL = "control";

    /** Client at both servers: queries, one after another on each lane. */
    public static final List<String> QUERIES = List.of("query-0", "query-1", "query-2", "query-3");

    /** Evaluator at the garbler: garbled tables and transfers of queries to come. */
    public static final String TABLES = "tables";

    /** Evaluator at the garbler: prepared products, for the lane {@link #TABLES} or {@link #NOW} of the same session. */
    public static final String TRIPLETS = "triplets";

    /** Evaluator at the garbler: queries with prepared material. */
    public static final String ONLINE = "online";

    /** Evaluator at the garbler: queries for which nothing is prepared. */
    public static final String NOW = "now";

    private OutsourcedLanes() {}
}
