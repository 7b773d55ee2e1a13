package io.tacit.protocol.nonlinear;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.BitConversion;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.garble.PartyBatch;
import io.tacit.crypto.garble.PartyEncoder;
import io.tacit.crypto.garble.PartyEvaluator;
import io.tacit.crypto.garble.PartyGarbler;
import io.tacit.crypto.garble.PartySession;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import io.tacit.protocol.flow.InOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One of n parties' end of a lane to each of the others, on which chunks are garbled by all of them, so that any n - 1 may
 * collude, see {@link PartyGarbler}. The circuits are those of two parties: a word is y + s, the result x - r. Here s and r
 * are random words that nobody knows: each party draws a share of their bits, of which {@link #drawMasks} also makes
 * additive shares s_j and r_j. Then y, the sum of all parties' shares of the word less their s_j, is opened to all, and so
 * is x - r, of which every party has its share with r_j.
 *
 * <p>One session of transfers, and one offset, for the life of the lane; each query has a seed of its own at each party.
 * What is said here of colluding parties holds as long as all follow the protocol.
 */
public final class PartyEnd implements AutoCloseable {
    /** Bits whose shares are converted together, about: what a round is waited for. */
    private static final int CONVERTED_BITS = 1 << 19;

    private final Mesh lane;
    private final Seed offsetSeed;
    private final FreeXorOffset offset;
    private final PartySession session;
    private final PartyGarbler garbler;
    private final BitConversion conversion;

    private PartyEnd(Mesh lane, Seed offsetSeed, FreeXorOffset offset, PartySession session, Seed secret) {
        this.lane = lane;
        this.offsetSeed = offsetSeed;
        this.offset = offset;
        this.session = session;
        this.garbler = new PartyGarbler(session);
        this.conversion = new BitConversion(session, secret);
    }

    /**
     * Makes the base transfers with every other party; all run it at once.
     *
     * @param session at least 16 bytes that name this lane and no other, known to all
     * @param secret seed for this lane alone
     */
    public static PartyEnd connect(Mesh lane, byte[] session, Extension extension, Seed secret) {
        Seed offsetSeed = secret.derive("n-party garbling", "offset");
        FreeXorOffset offset = FreeXorOffset.of(offsetSeed);
        PartySession transfers = PartySession.connect(
                lane,
                session,
                extension,
                offset,
                secret.derive("n-party garbling", "transfers"),
                Kernels.active().blocks());
        return new PartyEnd(lane, offsetSeed, offset, transfers, secret.derive("n-party garbling", "conversion"));
    }

    /** What this party's offset is derived from: kept with what is prepared, until it is used. */
    public byte[] revealOffsetSeed() {
        return offsetSeed.reveal();
    }

    private static Seed chunkSeed(Seed query, Chunk chunk) {
        return query.derive("n-party garbling", Integer.toString(chunk.number()));
    }

    /** This party's summands of the bits of s. */
    private static BitPlanes inputBits(Chunk chunk, Seed query) {
        return randomPlanes(chunk, query, InputKind.EVALUATOR);
    }

    /** This party's summands of the bits of r. */
    private static BitPlanes resultBits(Chunk chunk, Seed query) {
        return randomPlanes(chunk, query, InputKind.KNOWN);
    }

    private static BitPlanes randomPlanes(Chunk chunk, Seed query, InputKind kind) {
        BitPlanes planes = new BitPlanes(chunk.circuit().inputBits(kind), chunk.instances());
        try (Seed seed = chunkSeed(query, chunk);
                Prg prg = seed.generator("bits", kind.name())) {
            prg.fillLongs(planes.words(), 0, planes.words().length);
        }
        planes.trim();
        return planes;
    }

    /**
     * Additive shares of the random words of chunks; all parties run it at once, before or after {@link #garble}.
     *
     * @param query this party's seed of the query
     */
    public List<MaskShares> drawMasks(List<Chunk> chunks, Seed query) {
        List<MaskShares> shares = new ArrayList<>();
        for (int from = 0; from < chunks.size(); ) {
            Block block = chunks.get(from).block();
            long bits = 0;
            int to = from;
            while (to < chunks.size()
                    && chunks.get(to).block().equals(block)
                    && (to == from || bits < CONVERTED_BITS)) {
                bits += chunks.get(to).transfers();
                to++;
            }
            List<Chunk> together = chunks.subList(from, to);
            List<RingVector> inputs = convert(
                    together.stream().map(chunk -> inputBits(chunk, query)).toList(), block.input());
            Ring resultRing = block.isAnswer() ? block.input() : new Ring(block.outputBits());
            List<RingVector> results = convert(
                    together.stream().map(chunk -> resultBits(chunk, query)).toList(), resultRing);
            for (int i = 0; i < inputs.size(); i++) {
                shares.add(new MaskShares(inputs.get(i), results.get(i)));
            }
            from = to;
        }
        return shares;
    }

    /** Additive shares of words whose bits stand in planes: {@code ring.bits()} planes a word. */
    private List<RingVector> convert(List<BitPlanes> planes, Ring ring) {
        int words = planes.stream().mapToInt(bits -> bits.words().length).sum();
        long[] bits = new long[words];
        int at = 0;
        for (BitPlanes each : planes) {
            System.arraycopy(each.words(), 0, bits, at, each.words().length);
            at += each.words().length;
            each.close();
        }
        RingVector shares = conversion.convert(bits, Math.multiplyExact(words, Long.SIZE), ring);
        Arrays.fill(bits, 0);
        List<RingVector> results = new ArrayList<>();
        at = 0;
        for (BitPlanes each : planes) {
            RingVector sums = ring.zeros(each.planes() / ring.bits() * each.instances());
            int planeBits = each.wordsPerPlane() * Long.SIZE;
            for (int plane = 0; plane < each.planes(); plane++) {
                int word = plane / ring.bits() * each.instances();
                for (int i = 0; i < each.instances(); i++) {
                    long weighted = shares.get(at + plane * planeBits + i) << plane % ring.bits();
                    sums.set(word + i, sums.get(word + i) + weighted);
                }
            }
            at += each.planes() * planeBits;
            results.add(sums);
        }
        shares.wipe();
        return results;
    }

    /** Bytes of one chunk as {@link #garble} stores it at the evaluator: public seeds, masks of the outputs, tables. */
    public static long storedBytes(Chunk chunk, int parties) {
        return headerBytes(chunk, parties) + PartyBatch.tableBytes(chunk.circuit(), chunk.instances(), parties);
    }

    private static int headerBytes(Chunk chunk, int parties) {
        return parties * Seed.BYTES + chunk.decodingBytes();
    }

    /**
     * Garbles chunks before their query is known; all parties run it at once.
     *
     * @param evaluator the party that is to evaluate them
     * @param query this party's seed of the query
     * @param store at the evaluator, receives the chunks; nothing elsewhere
     * @return this party's share of the masks of the answer's outputs, if its chunk is among them
     */
    public byte[] garble(List<Chunk> chunks, int evaluator, Seed query, TableSink store) {
        byte[] answer = new byte[answerBytes(chunks)];
        garbler.garble(chunks.size(), i -> batch(chunks.get(i), query), evaluator, new PartyGarbler.Product() {
            @Override
            public void begin(int batch, byte[] publicSeeds, BitPlanes decoding) {
                Chunk chunk = chunks.get(batch);
                byte[] header = Arrays.copyOf(publicSeeds, headerBytes(chunk, lane.parties()));
                if (!chunk.block().isAnswer()) {
                    chunk.storePlanes(decoding, header, publicSeeds.length);
                }
                store.write(header, 0, header.length);
            }

            @Override
            public void tables(byte[] bytes, int at, int length) {
                store.write(bytes, at, length);
            }

            @Override
            public void share(int batch, BitPlanes masks) {
                chunks.get(batch).storePlanes(masks, answer, 0);
            }
        });
        return answer;
    }

    private static PartyBatch batch(Chunk chunk, Seed query) {
        return new PartyBatch(
                chunk.circuit(),
                chunkSeed(query, chunk),
                resultBits(chunk, query),
                inputBits(chunk, query),
                chunk.block().isAnswer());
    }

    private static int answerBytes(List<Chunk> chunks) {
        return chunks.stream()
                .filter(chunk -> chunk.block().isAnswer())
                .mapToInt(Chunk::answerBytes)
                .sum();
    }

    /**
     * Opens y for the chunks of one block; all parties run it at once.
     *
     * @param masks this party's, of each chunk
     * @param share this party's share of the block's source
     * @return the words y of each chunk, the same at all parties
     */
    public static List<RingVector> open(Mesh online, List<Chunk> chunks, List<MaskShares> masks, RingVector share) {
        Ring ring = chunks.get(0).block().input();
        int total = chunks.stream().mapToInt(Chunk::words).sum();
        RingVector sum = ring.zeros(total);
        int at = 0;
        for (int i = 0; i < chunks.size(); i++) {
            long[] words = new long[chunks.get(i).words()];
            share.pick(chunks.get(i).inputs(), 0, words, 0, words.length);
            for (int word = 0; word < words.length; word++) {
                words[word] -= masks.get(i).inputs().get(word);
            }
            sum.encode(words, 0, at, words.length);
            at += words.length;
        }
        RingVector own = ring.zeros(total);
        own.copy(sum, 0, 0, total);
        RingVector others = ring.zeros(total);
        online.exchange(party -> own.send(online.to(party), 0, total), party -> {
            others.receive(online.to(party), 0, total, chunks.get(0).block().name());
            ring.add(sum, 0, others, 0, sum, 0, total);
        });
        List<RingVector> opened = new ArrayList<>();
        at = 0;
        for (Chunk chunk : chunks) {
            RingVector words = ring.zeros(chunk.words());
            words.copy(sum, at, 0, chunk.words());
            opened.add(words);
            at += chunk.words();
        }
        return opened;
    }

    /**
     * Sends this party's labels of y to the evaluator for the chunks of one block. Once: the chunks are spent.
     *
     * @param opened from {@link #open}
     * @param offsetSeed {@link #revealOffsetSeed} of the lane on which the chunks were garbled
     * @param query this party's seed of the query
     */
    public static void sendLabels(
            Channel evaluator, List<Chunk> chunks, List<RingVector> opened, Seed offsetSeed, Seed query) {
        byte[] labels = new byte[0];
        try (FreeXorOffset offset = FreeXorOffset.of(offsetSeed)) {
            for (int i = 0; i < chunks.size(); i++) {
                Chunk chunk = chunks.get(i);
                labels = GarblerEnd.room(labels, chunk.labelBytes());
                encode(chunk, offset, query, opened.get(i), labels, 0);
                Bulk.sendBytes(evaluator, labels, 0, chunk.labelBytes());
            }
        }
        evaluator.flush();
    }

    private static void encode(
            Chunk chunk, FreeXorOffset offset, Seed query, RingVector opened, byte[] labels, int at) {
        long[] words = new long[chunk.words()];
        Arrays.setAll(words, opened::get);
        BlockArithmetic blocks = Kernels.active().blocks();
        try (Seed seed = chunkSeed(query, chunk);
                BitPlanes bits = chunk.onlinePlanes(words)) {
            new PartyEncoder(offset, seed, blocks).encode(bits, labels, at);
        }
    }

    /**
     * Evaluates the chunks of one block as the labels of y arrive.
     *
     * @param opened from {@link #open}
     * @param offsetSeed this party's, as for {@link #sendLabels}
     * @param query this party's seed of the query
     * @param stored gives what {@link #garble} stored, in the same order
     * @param target receives the results x - r; nothing for the answer
     * @return for the answer its external bits: with all parties' shares of their masks they make the result; else nothing
     */
    public static byte[] evaluate(
            Mesh online,
            List<Chunk> chunks,
            List<RingVector> opened,
            Seed offsetSeed,
            Seed query,
            TableSource stored,
            Results target,
            Workers workers) {
        byte[] answer = new byte[answerBytes(chunks)];
        try (FreeXorOffset offset = FreeXorOffset.of(offsetSeed)) {
            InOrder.forEach(
                    workers,
                    chunks.size(),
                    () -> new Evaluation(online, chunks, opened, offset, query, stored, target, answer));
        }
        return answer;
    }

    /** One thread's part of evaluation. */
    private static final class Evaluation implements InOrder.Worker {
        private final Mesh online;
        private final List<Chunk> chunks;
        private final List<RingVector> opened;
        private final FreeXorOffset offset;
        private final Seed query;
        private final TableSource stored;
        private final Results target;
        private final byte[] answer;
        private final PartyEvaluator evaluator;
        private byte[] header = new byte[0];
        private byte[] tables = new byte[0];
        private byte[] labels = new byte[0];

        Evaluation(
                Mesh online,
                List<Chunk> chunks,
                List<RingVector> opened,
                FreeXorOffset offset,
                Seed query,
                TableSource stored,
                Results target,
                byte[] answer) {
            this.online = online;
            this.chunks = chunks;
            this.opened = opened;
            this.offset = offset;
            this.query = query;
            this.stored = stored;
            this.target = target;
            this.answer = answer;
            this.evaluator =
                    new PartyEvaluator(online.parties(), Kernels.active().blocks());
        }

        @Override
        public void begin(int piece) {
            Chunk chunk = chunks.get(piece);
            int tableBytes =
                    Math.toIntExact(PartyBatch.tableBytes(chunk.circuit(), chunk.instances(), online.parties()));
            header = new byte[headerBytes(chunk, online.parties())];
            tables = GarblerEnd.room(tables, tableBytes);
            labels = GarblerEnd.room(labels, online.parties() * chunk.labelBytes());
            stored.read(header, 0, header.length);
            stored.read(tables, 0, tableBytes);
            for (int party : online.others()) {
                Bulk.receiveBytes(online.to(party), labels, party * chunk.labelBytes(), chunk.labelBytes());
            }
        }

        @Override
        public void work(int piece) {
            Chunk chunk = chunks.get(piece);
            encode(chunk, offset, query, opened.get(piece), labels, online.self() * chunk.labelBytes());
            int seedBytes = online.parties() * Seed.BYTES;
            int[] at = {0};
            try (BitPlanes external = evaluator.evaluate(
                    chunk.circuit(),
                    chunk.instances(),
                    Arrays.copyOf(header, seedBytes),
                    labels,
                    (into, offset, length) -> {
                        System.arraycopy(tables, at[0], into, offset, length);
                        at[0] += length;
                    })) {
                if (chunk.block().isAnswer()) {
                    chunk.storePlanes(external, answer, 0);
                } else {
                    external.xor(chunk.loadPlanes(header, seedBytes));
                    target.accept(chunk, external);
                }
            }
        }

        @Override
        public void end(int piece) {}
    }

    /** Overwrites what depends on the offset. */
    @Override
    public void close() {
        garbler.close();
        conversion.close();
        session.close();
        offset.close();
        offsetSeed.close();
    }
}
