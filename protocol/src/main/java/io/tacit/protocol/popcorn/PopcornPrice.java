package io.tacit.protocol.popcorn;

import io.tacit.protocol.nonlinear.Chunk;

/** What a query costs in hardened mode, in bytes and gates, for one image in circuits and all images in ciphertexts. */
public final class PopcornPrice {
    private final PopcornPlan plan;

    public PopcornPrice(PopcornPlan plan) {
        this.plan = plan;
    }

    private int ciphertextBytes() {
        return 2 * plan.settings().keyLength().modulusBits() / Byte.SIZE;
    }

    /** Bytes of ciphertexts that go to the client in a query. */
    public long ciphertextBytesDown() {
        return plan.ciphertextsDown() * ciphertextBytes();
    }

    /** Bytes of ciphertexts that come from the client in a query. */
    public long ciphertextBytesUp() {
        return plan.ciphertextsUp() * ciphertextBytes();
    }

    private interface OfChunk {
        long count(Chunk chunk);
    }

    private long sum(OfChunk count) {
        long sum = 0;
        for (PopcornPlan.Round round : plan.rounds()) {
            for (Chunk chunk : round.chunks()) {
                sum += count.count(chunk);
            }
        }
        return sum;
    }

    /** AND gates for an image. */
    public long andGates() {
        return plan.rounds().stream()
                .mapToLong(round -> round.block().andGates())
                .sum();
    }

    /** Bytes of tables, seeds and decoding bits that go to the client for an image, before the query or during it. */
    public long tableBytes() {
        return sum(Chunk::garbledBytes);
    }

    /** Bytes of oblivious transfers that go to the server for an image, before the query or during it. */
    public long transferBytes() {
        return sum(chunk -> plan.settings().extension().bytes(chunk.transfers(), true));
    }

    /** Bytes of labels that go to the client for an image, during the query. */
    public long labelBytes() {
        return sum(Chunk::labelBytes);
    }

    /** Bytes of the client's differences that go to the server for an image, during the query. */
    public long differenceBytes() {
        return sum(chunk -> chunk.block().input().packedBytes(chunk.words()));
    }
}
