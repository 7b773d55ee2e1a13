package io.tacit.protocol.outsourced;

import io.tacit.crypto.share.RingVector;

/**
 * Sees one server's shares of the results of steps, query by query: for audits, which must know what a server can work out.
 * What it sees is secret.
 */
@FunctionalInterface
public interface ShareObserver {
    /** Sees nothing. */
    ShareObserver NONE = (query, step, share) -> {};

    /**
     * A server has, or makes, its share of a step's result.
     *
     * @param step index of the step
     * @param share over {@link io.tacit.protocol.plan.SharingPlan#ring}; not to be changed. Of step 0 it
     *     is whole at once and wiped after the query; of the others it is whole when the query has been answered.
     */
    void share(QueryId query, int step, RingVector share);
}
