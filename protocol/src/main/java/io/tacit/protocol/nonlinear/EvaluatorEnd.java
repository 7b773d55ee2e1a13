package io.tacit.protocol.nonlinear;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.garble.Evaluator;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.garble.Workspace;
import io.tacit.crypto.ot.CorrelatedReceiver;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.flow.HandOff;
import io.tacit.protocol.flow.InOrder;
import io.tacit.protocol.flow.SideBySide;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The evaluator's end of a lane on which chunks are garbled, see {@link GarblerEnd}. Its words s come from its query's seed;
 * transfers run ahead of the tables by a bounded number of chunks, in a thread of their own, so that neither server waits
 * for the other's.
 */
public final class EvaluatorEnd implements AutoCloseable {
    /** Chunks by which transfers run ahead. */
    private static final int AHEAD = 4;

    private final Channel lane;
    private final CorrelatedReceiver transfers;

    private EvaluatorEnd(Channel lane, CorrelatedReceiver transfers) {
        this.lane = lane;
        this.transfers = transfers;
    }

    /**
     * Makes the base transfers; the peer runs {@link GarblerEnd#connect}.
     *
     * @param session at least 16 bytes that name this lane and no other, known to both
     * @param secret seed for this lane alone
     */
    public static EvaluatorEnd connect(Channel lane, byte[] session, Extension extension, Seed secret) {
        return new EvaluatorEnd(
                lane,
                CorrelatedReceiver.connect(
                        lane,
                        session,
                        extension,
                        secret.derive("outsourced", "transfers"),
                        Kernels.active().blocks()));
    }

    /** Bytes of one chunk as {@link #receive} stores it. */
    public static long storedBytes(Chunk chunk) {
        return (long) chunk.labelBytes() + chunk.garbledBytes();
    }

    /**
     * Takes chunks before their query is known and stores labels and tables, chunk after chunk. Not of blocks of residues.
     *
     * @param query the query's seed at the evaluator
     * @param threads runs what it is given at once
     */
    public void receive(List<Chunk> chunks, Seed query, TableSink store, Executor threads) {
        HandOff<byte[]> ahead = new HandOff<>(AHEAD);
        byte[] garbled =
                new byte[chunks.stream().mapToInt(Chunk::garbledBytes).max().orElse(0)];
        SideBySide.run(
                threads,
                () -> chunks.forEach(chunk -> {
                    ahead.put(transfer(chunk, chunk.choices(query)));
                    lane.flush();
                }),
                () -> chunks.forEach(chunk -> {
                    byte[] labels = ahead.take();
                    Bulk.receiveBytes(lane, garbled, 0, chunk.garbledBytes());
                    store.write(labels, 0, labels.length);
                    store.write(garbled, 0, chunk.garbledBytes());
                }),
                failure -> stop(ahead, failure));
    }

    /**
     * Evaluates the chunks of one block with the query at hand; nothing is kept.
     *
     * @param share the evaluator's share of the block's source
     * @param target receives the results; nothing for the answer
     * @return for the answer its colours; else nothing
     */
    public byte[] evaluateNow(
            List<Chunk> chunks, Seed query, RingVector share, Results target, Workers workers, Executor threads) {
        HandOff<byte[]> ahead = new HandOff<>(AHEAD);
        byte[] answer = new byte[answerBytes(chunks)];
        SideBySide.run(
                threads,
                () -> chunks.forEach(chunk -> {
                    boolean residues = chunk.block().residues();
                    byte[] labels = transfer(chunk, residues ? chunk.choices(share) : chunk.choices(query));
                    if (!residues) {
                        sendDifference(lane, chunk, query, share);
                    }
                    lane.flush();
                    ahead.put(labels);
                }),
                () -> InOrder.forEach(
                        workers,
                        chunks.size(),
                        () -> new Evaluation(chunks, target, answer, (chunk, own, garbled, online) -> {
                            byte[] labels = ahead.take();
                            System.arraycopy(labels, 0, own, 0, labels.length);
                            Bulk.receiveBytes(lane, garbled, 0, chunk.garbledBytes());
                            Bulk.receiveBytes(lane, online, 0, chunk.labelBytes());
                        })),
                failure -> stop(ahead, failure));
        return answer;
    }

    private void stop(HandOff<byte[]> ahead, Throwable failure) {
        ahead.stop();
        Endings.end(lane, failure);
    }

    /** The labels of s. */
    private byte[] transfer(Chunk chunk, long[] choices) {
        byte[] labels = new byte[chunk.labelBytes()];
        transfers.chosen(chunk.transfers(), choices, labels, 0);
        Arrays.fill(choices, 0);
        return labels;
    }

    /**
     * Sends delta = Y_1 - s for the chunks of one block that were stored before.
     *
     * @param query the query's seed at the evaluator
     * @param share the evaluator's share of the block's source
     */
    public static void sendDifferences(Channel online, List<Chunk> chunks, Seed query, RingVector share) {
        chunks.forEach(chunk -> sendDifference(online, chunk, query, share));
    }

    private static void sendDifference(Channel channel, Chunk chunk, Seed query, RingVector share) {
        long[] masks = chunk.maskWords(query);
        long[] words = new long[chunk.words()];
        share.pick(chunk.inputs(), 0, words, 0, words.length);
        for (int i = 0; i < words.length; i++) {
            words[i] -= masks[i];
        }
        RingVector difference = chunk.block().input().zeros(words.length);
        difference.encode(words, 0, 0, words.length);
        difference.send(channel, 0, words.length);
        Arrays.fill(masks, 0);
        Arrays.fill(words, 0);
    }

    /**
     * Evaluates the chunks of one block that were stored before, as the labels of y arrive.
     *
     * @param stored gives what {@link #receive} stored, in the same order
     * @param target receives the results; nothing for the answer
     * @return for the answer its colours; else nothing
     */
    public static byte[] evaluateStored(
            Channel online, List<Chunk> chunks, TableSource stored, Results target, Workers workers) {
        byte[] answer = new byte[answerBytes(chunks)];
        InOrder.forEach(
                workers,
                chunks.size(),
                () -> new Evaluation(chunks, target, answer, (chunk, own, garbled, labels) -> {
                    stored.read(own, 0, chunk.labelBytes());
                    stored.read(garbled, 0, chunk.garbledBytes());
                    Bulk.receiveBytes(online, labels, 0, chunk.labelBytes());
                }));
        return answer;
    }

    private static int answerBytes(List<Chunk> chunks) {
        return chunks.stream()
                .filter(chunk -> chunk.block().isAnswer())
                .mapToInt(Chunk::answerBytes)
                .sum();
    }

    /** Where a chunk's labels of s, garbled bytes and labels of y come from. */
    private interface Loading {
        void load(Chunk chunk, byte[] own, byte[] garbled, byte[] online);
    }

    /** One thread's part of evaluation. */
    private static final class Evaluation implements InOrder.Worker {
        private final List<Chunk> chunks;
        private final Results target;
        private final byte[] answer;
        private final Loading loading;
        private final Workspace space = new Workspace();
        private byte[] own = new byte[0];
        private byte[] garbled = new byte[0];
        private byte[] online = new byte[0];

        Evaluation(List<Chunk> chunks, Results target, byte[] answer, Loading loading) {
            this.chunks = chunks;
            this.target = target;
            this.answer = answer;
            this.loading = loading;
        }

        @Override
        public void begin(int piece) {
            Chunk chunk = chunks.get(piece);
            own = GarblerEnd.room(own, chunk.labelBytes());
            garbled = GarblerEnd.room(garbled, chunk.garbledBytes());
            online = GarblerEnd.room(online, chunk.labelBytes());
            loading.load(chunk, own, garbled, online);
        }

        @Override
        public void work(int piece) {
            Chunk chunk = chunks.get(piece);
            byte[] publicSeed = Arrays.copyOf(garbled, Seed.BYTES);
            int[] at = {Seed.BYTES + chunk.decodingBytes()};
            try (Evaluator evaluator =
                            new Evaluator(publicSeed, Kernels.active().blocks(), space);
                    BitPlanes colours = evaluator.evaluate(
                            chunk.circuit(),
                            0,
                            chunk.instances(),
                            new Evaluator.Labels(online, 0),
                            new Evaluator.Labels(own, 0),
                            (into, offset, length) -> {
                                System.arraycopy(garbled, at[0], into, offset, length);
                                at[0] += length;
                            })) {
                if (chunk.block().isAnswer()) {
                    chunk.storePlanes(colours, answer, 0);
                } else {
                    colours.xor(chunk.loadPlanes(garbled, Seed.BYTES));
                    target.accept(chunk, colours);
                }
            }
        }

        @Override
        public void end(int piece) {}
    }

    /** Overwrites the last batch of transfers. */
    @Override
    public void close() {
        transfers.close();
    }
}
