package io.tacit.protocol.nonlinear;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.garble.Garbler;
import io.tacit.crypto.garble.OnlineEncoder;
import io.tacit.crypto.garble.Workspace;
import io.tacit.crypto.ot.CorrelatedSender;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import io.tacit.protocol.flow.InOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The garbler's end of a lane on which chunks are garbled: labels of the evaluator's words by correlated transfers, public
 * seeds, decoding bits and tables by sending. One session of transfers, and one offset, for the life of the lane; each
 * query has a seed of its own, and each chunk one derived from it.
 */
public final class GarblerEnd implements AutoCloseable {
    private final Channel lane;
    private final Seed offsetSeed;
    private final FreeXorOffset offset;
    private final CorrelatedSender transfers;

    private GarblerEnd(Channel lane, Seed offsetSeed, FreeXorOffset offset, CorrelatedSender transfers) {
        this.lane = lane;
        this.offsetSeed = offsetSeed;
        this.offset = offset;
        this.transfers = transfers;
    }

    /**
     * Makes the base transfers; the peer runs {@link EvaluatorEnd#connect}.
     *
     * @param session at least 16 bytes that name this lane and no other, known to both
     * @param secret seed for this lane alone
     */
    public static GarblerEnd connect(Channel lane, byte[] session, Extension extension, Seed secret) {
        Seed offsetSeed = secret.derive("outsourced", "offset");
        FreeXorOffset offset = FreeXorOffset.of(offsetSeed);
        CorrelatedSender transfers = CorrelatedSender.connect(
                lane,
                session,
                extension,
                offset,
                secret.derive("outsourced", "transfers"),
                Kernels.active().blocks());
        return new GarblerEnd(lane, offsetSeed, offset, transfers);
    }

    /** What the offset of the lane's chunks is derived from: kept with what is prepared, until it is used. */
    public byte[] revealOffsetSeed() {
        return offsetSeed.reveal();
    }

    static Seed chunkSeed(Seed query, Chunk chunk) {
        return query.derive("outsourced", "garbling", Integer.toString(chunk.number()));
    }

    /** The masks r of all blocks' results. */
    @FunctionalInterface
    public interface Masks {
        /** Asked for in the order of the blocks, again and again for the same block. */
        ResultMasks of(Block block);
    }

    /**
     * Garbles chunks before their query is known.
     *
     * @param query the query's seed at the garbler
     * @param masks not asked for the answer's
     * @return the decoding bits of the answer, if its chunk is among them
     */
    public byte[] garble(List<Chunk> chunks, Seed query, Masks masks, Workers workers) {
        byte[] decoding = new byte[answerBytes(chunks)];
        InOrder.forEach(workers, chunks.size(), () -> new Garbling(chunks, query, masks, decoding));
        lane.flush();
        return decoding;
    }

    /**
     * Garbles the chunks of one block with the query at hand: each chunk's differences come in, its tables and labels go
     * out, and nothing is kept.
     *
     * @param share the garbler's share of the block's source
     * @return as {@link #garble}
     */
    public byte[] garbleNow(List<Chunk> chunks, Seed query, Masks masks, RingVector share, Workers workers) {
        byte[] decoding = new byte[answerBytes(chunks)];
        InOrder.forEach(workers, chunks.size(), () -> new GarblingNow(chunks, query, masks, decoding, share));
        lane.flush();
        return decoding;
    }

    private static int answerBytes(List<Chunk> chunks) {
        return chunks.stream()
                .filter(chunk -> chunk.block().isAnswer())
                .mapToInt(Chunk::answerBytes)
                .sum();
    }

    /** One thread's part of offline garbling. */
    private class Garbling implements InOrder.Worker {
        final List<Chunk> chunks;
        final Seed query;
        private final Masks masks;
        private final byte[] answer;
        private final Workspace space = new Workspace();
        private ResultMasks mask = (chunk, planes) -> {}; // the answer has none
        private byte[] zeroLabels = new byte[0];
        private byte[] garbled = new byte[0];

        Garbling(List<Chunk> chunks, Seed query, Masks masks, byte[] answer) {
            this.chunks = chunks;
            this.query = query;
            this.masks = masks;
            this.answer = answer;
        }

        @Override
        public void begin(int piece) {
            Chunk chunk = chunks.get(piece);
            if (!chunk.block().isAnswer()) {
                mask = masks.of(chunk.block());
            }
            zeroLabels = room(zeroLabels, chunk.labelBytes());
            transfers.chosen(chunk.transfers(), zeroLabels, 0);
        }

        @Override
        public void work(int piece) {
            Chunk chunk = chunks.get(piece);
            garbled = room(garbled, chunk.garbledBytes());
            try (Seed seed = chunkSeed(query, chunk);
                    Garbler garbler = new Garbler(offset, seed, Kernels.active().blocks(), space);
                    BitPlanes known = chunk.knownPlanes(mask)) {
                byte[] publicSeed = garbler.publicSeed();
                System.arraycopy(publicSeed, 0, garbled, 0, Seed.BYTES);
                int[] at = {Seed.BYTES + chunk.decodingBytes()};
                Garbler.Garbled result =
                        garbler.garble(chunk.circuit(), known, zeroLabels, 0, (bytes, offset, length) -> {
                            System.arraycopy(bytes, offset, garbled, at[0], length);
                            at[0] += length;
                        });
                if (chunk.block().isAnswer()) {
                    chunk.storePlanes(result.decoding(), answer, 0);
                } else {
                    chunk.storePlanes(result.decoding(), garbled, Seed.BYTES);
                }
            }
        }

        @Override
        public void end(int piece) {
            Bulk.sendBytes(lane, garbled, 0, chunks.get(piece).garbledBytes());
        }
    }

    /** One thread's part of garbling with the query at hand. */
    private final class GarblingNow extends Garbling {
        private final RingVector share;
        private RingVector difference;
        private byte[] labels = new byte[0];

        GarblingNow(List<Chunk> chunks, Seed query, Masks masks, byte[] answer, RingVector share) {
            super(chunks, query, masks, answer);
            this.share = share;
            this.difference = chunks.get(0).block().input().zeros(0);
        }

        @Override
        public void begin(int piece) {
            super.begin(piece);
            Chunk chunk = chunks.get(piece);
            difference = chunk.block().residues()
                    ? chunk.block().input().zeros(chunk.words())
                    : receiveDifference(lane, chunk);
        }

        @Override
        public void work(int piece) {
            super.work(piece);
            Chunk chunk = chunks.get(piece);
            labels = room(labels, chunk.labelBytes());
            encode(chunk, offset, query, share, difference, labels);
        }

        @Override
        public void end(int piece) {
            super.end(piece);
            Bulk.sendBytes(lane, labels, 0, chunks.get(piece).labelBytes());
        }
    }

    static byte[] room(byte[] bytes, int length) {
        return bytes.length >= length ? bytes : new byte[length];
    }

    /** Receives the evaluator's differences of the chunks of one block that were garbled before. */
    public static List<RingVector> receiveDifferences(Channel online, List<Chunk> chunks) {
        return chunks.stream().map(chunk -> receiveDifference(online, chunk)).toList();
    }

    /**
     * Sends the labels of y for the chunks of one block that were garbled before. Once: the chunks are spent.
     *
     * @param differences from {@link #receiveDifferences}
     * @param offsetSeed {@link #revealOffsetSeed} of the lane on which the chunks were garbled
     * @param query the query's seed at the garbler
     * @param share the garbler's share of the block's source
     */
    public static void sendLabels(
            Channel online,
            List<Chunk> chunks,
            List<RingVector> differences,
            Seed offsetSeed,
            Seed query,
            RingVector share) {
        byte[] labels = new byte[0];
        try (FreeXorOffset offset = FreeXorOffset.of(offsetSeed)) {
            for (int i = 0; i < chunks.size(); i++) {
                Chunk chunk = chunks.get(i);
                labels = room(labels, chunk.labelBytes());
                encode(chunk, offset, query, share, differences.get(i), labels);
                Bulk.sendBytes(online, labels, 0, chunk.labelBytes());
            }
        }
    }

    private static RingVector receiveDifference(Channel channel, Chunk chunk) {
        RingVector difference = chunk.block().input().zeros(chunk.words());
        difference.receive(channel, 0, chunk.words(), chunk.block().name());
        return difference;
    }

    /** The labels of y = Y_0 + delta. */
    private static void encode(
            Chunk chunk, FreeXorOffset offset, Seed query, RingVector share, RingVector difference, byte[] labels) {
        long[] words = new long[chunk.words()];
        share.pick(chunk.inputs(), 0, words, 0, words.length);
        for (int i = 0; i < words.length; i++) {
            words[i] += difference.get(i);
        }
        try (Seed seed = chunkSeed(query, chunk);
                BitPlanes online = chunk.onlinePlanes(words)) {
            new OnlineEncoder(offset, seed, Kernels.active().blocks()).encode(0, online, labels, 0);
        }
        Arrays.fill(words, 0);
    }

    /** Overwrites what depends on the offset. */
    @Override
    public void close() {
        transfers.close();
        offset.close();
        offsetSeed.close();
    }
}
