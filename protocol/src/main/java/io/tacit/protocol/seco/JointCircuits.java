package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;

/**
 * One server's end of the non-linear steps, which all n servers compute together: from additive shares of a tensor to x -
 * r in the clear, r the sum of masks of which each server has one. Blocks are numbered as in the plan. Every method of a
 * lane, a preparation and a query is called by all servers at once, in the same order.
 */
public interface JointCircuits {

    /** Bytes that a server keeps for a query. */
    long keptBytes();

    /** Bytes that the evaluator keeps beside. */
    long tableBytes();

    /** Makes ready a lane on which queries are prepared. */
    Lane connect(Mesh lane);

    /** A lane on which queries are prepared, one after another. */
    interface Lane extends AutoCloseable {
        /**
         * Begins to prepare a query: draws its masks.
         *
         * @param query this server's own seed of the query, secret
         */
        Preparation prepare(Seed query);

        /** Wipes; channels are the caller's. */
        @Override
        void close();
    }

    /** The preparation of one query. */
    interface Preparation {
        /**
         * This server's mask of a block's results, in the shape of the block's target, over the ring of its output bits.
         * Not for the answer.
         */
        RingVector mask(int block);

        /**
         * Garbles all blocks.
         *
         * @param evaluator number of the server that will evaluate them
         * @param kept takes {@link JointCircuits#keptBytes}, this server's secrets for the online phase
         * @param tables takes {@link JointCircuits#tableBytes} at the evaluator, nothing elsewhere
         */
        void garble(int evaluator, TableSink kept, TableSink tables);
    }

    /**
     * Begins to answer a query.
     *
     * @param online channels to all others
     * @param query the seed that it was prepared with
     * @param evaluator the one that it was garbled for
     * @param kept gives what was kept
     * @param tables gives the tables, at the evaluator
     */
    Online online(Mesh online, Seed query, int evaluator, TableSource kept, TableSource tables);

    /** The online phase of one query: the blocks in their order, each once. */
    interface Online extends AutoCloseable {
        /**
         * Runs a block.
         *
         * @param share this server's share of the block's source
         * @return x - r in the shape of the target, over the ring of its output bits: the same at all servers
         */
        RingVector run(int block, RingVector share);

        /**
         * Runs the block that ranks the answer.
         *
         * @return this server's part of the answer: the exclusive or of all servers' parts are its bits, a byte each;
         *     less tells nothing
         */
        byte[] answer(int block, RingVector share);

        /** Wipes. */
        @Override
        void close();
    }
}
