package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One of n parties that garble batches together, so that one of them can evaluate them later: the protocol of Beaver,
 * Micali and Rogaway with free XOR for each party, made from oblivious transfers between each pair (Ben-Efraim, Lindell,
 * Omri, "Optimizing semi-honest secure multiparty computation for the Internet", 2016). Not thread-safe.
 *
 * <p>Every wire w has a mask, the sum of one bit of each party, and an external bit: its value plus its mask. Every party i
 * has a label of w for each external bit; they differ by its offset R_i. The evaluator learns all parties' labels of the
 * external bit of each wire, and nothing else. A batch takes three exchanges:
 * <ol>
 *   <li>transfers with the shares of the masks as choices: shares of each mask times each R_j; and one more for each gate,
 *       with a random choice;
 *   <li>products of masks, see {@link MaskProducts}: one bit for each gate and pair, both ways;
 *   <li>the random choices are corrected to the products: one bit for each gate, to all.
 * </ol>
 * Then all send their part of the tables, see {@link TableMaker}, to the evaluator, who adds them up: 64 n bytes a gate.
 * One exchange serves three batches, each in another step, so that a round trip is waited for once a batch.
 *
 * <p>Security guarantee: against n - 1 colluding semi-honest parties, the evaluator among them or not. Masks are uniform
 * for them, since one summand is; they learn the external bits, and hence of the outputs what the masks of the outputs
 * tell them. What a party sends is determined by the sum of all and the colluders' own parts, or hidden by transfers
 * between two others. Of the hashes in an honest party's part of a table, the evaluator can compute those of its active
 * labels only. It is hidden by the tweakable hash of {@link io.tacit.crypto.block.CircularHash} under keys of that party
 * alone, on the joined label {@code x = u xor s(v)}, s linear (see {@link io.tacit.kernel.BlockArithmetic#join}): inputs of
 * the three other rows differ from the active one by R, s(R) and R xor s(R), which are uniform, and different, because s
 * and s xor identity are invertible. The proof of circular correlation robustness (Guo, Katz, Wang, Yu, 2019/074, theorem
 * on TMMO) in the ideal-cipher model asks of the inputs no more than this and that no input is hashed twice with one
 * tweak; tweaks here count gates, parties j and instances. A colluder that deviates is not detected.
 */
public final class PartyGarbler implements AutoCloseable {
    /** Steps of a batch that begin with an exchange. */
    private static final int STEPS = 3;

    private final Mesh mesh;
    private final PartySession session;
    private final MaskProducts products;
    private final TableMaker maker;
    private final PartyWork.Blocks[] places = new PartyWork.Blocks[STEPS];
    private byte[] others = new byte[0];

    /** @param session used through this object alone while it garbles */
    public PartyGarbler(PartySession session) {
        this.mesh = session.mesh();
        this.session = session;
        this.products = new MaskProducts(session);
        this.maker = new TableMaker(session);
        Arrays.setAll(places, i -> new PartyWork.Blocks(mesh.parties()));
    }

    /** Takes what comes of the batches, in their order. */
    public interface Product {
        /**
         * At the evaluator, before the tables of a batch.
         *
         * @param publicSeeds {@link Seed#BYTES} of each party, one after another
         * @param decoding masks of the outputs: an output is its external bit xor this. No planes if the batch is sealed
         */
        void begin(int batch, byte[] publicSeeds, BitPlanes decoding);

        /** At the evaluator, again and again: the next piece of the tables. The array is reused afterwards. */
        void tables(byte[] bytes, int offset, int length);

        /** At every party, for a sealed batch: its share of the masks of the outputs. */
        void share(int batch, BitPlanes masks);
    }

    /**
     * Garbles batches; all parties run it at once, for the same circuits, instances and evaluator.
     *
     * @param count how many
     * @param batches this party's part of each; asked for once, in their order
     * @param evaluator number of the party that is to evaluate
     */
    public void garble(int count, IntFunction<PartyBatch> batches, int evaluator, Product product) {
        Objects.checkIndex(evaluator, mesh.parties());
        PartyWork[] works = new PartyWork[STEPS];
        for (int step = 0; step < count + STEPS - 1; step++) {
            if (step < count) {
                works[step % STEPS] = new PartyWork(mesh, step, batches.apply(step), places[step % STEPS]);
            }
            Optional<PartyWork> first = underWay(works, step, count);
            Optional<PartyWork> second = underWay(works, step - 1, count);
            Optional<PartyWork> third = underWay(works, step - 2, count);
            mesh.exchange(party -> send(party, first, second, third), party -> receive(party, first, second, third));
            first.ifPresent(products::multiply);
            second.ifPresent(MaskProducts::correct);
            third.ifPresent(work -> finish(work, evaluator, product));
        }
    }

    private static Optional<PartyWork> underWay(PartyWork[] works, int batch, int count) {
        return batch >= 0 && batch < count ? Optional.of(works[batch % STEPS]) : Optional.empty();
    }

    private void send(int party, Optional<PartyWork> first, Optional<PartyWork> second, Optional<PartyWork> third) {
        Channel channel = mesh.to(party);
        first.ifPresent(work -> {
            channel.send(work.publicSeeds()[mesh.self()]);
            session.receiver(party).chosen(work.batch().transfers(), work.choices(), work.received(party), 0);
        });
        second.ifPresent(work -> send(channel, work.differences(party)));
        third.ifPresent(work -> send(channel, work.disguises()));
    }

    private void receive(int party, Optional<PartyWork> first, Optional<PartyWork> second, Optional<PartyWork> third) {
        Channel channel = mesh.to(party);
        first.ifPresent(work -> {
            work.publicSeeds()[party] = channel.receive(Seed.BYTES);
            session.sender(party).chosen(work.batch().transfers(), work.sent(party), 0);
        });
        second.ifPresent(work -> receive(channel, work.differenceSum()));
        third.ifPresent(work -> receive(channel, work.corrections()));
    }

    /** After the last exchange: tables, to the evaluator. */
    private void finish(PartyWork work, int evaluator, Product product) {
        work.corrections().xor(work.products());
        boolean sealed = work.batch().sealed();
        if (sealed) {
            product.share(work.number(), work.outputs());
        }
        if (evaluator == mesh.self()) {
            BitPlanes decoding = sealed ? new BitPlanes(0, work.instances()) : work.outputs();
            for (int party : mesh.others()) {
                receive(mesh.to(party), decoding);
            }
            product.begin(work.number(), join(work.publicSeeds()), decoding);
            maker.make(work, (bytes, offset, length) -> {
                addTables(bytes, offset, length);
                product.tables(bytes, offset, length);
            });
        } else {
            Channel channel = mesh.to(evaluator);
            if (!sealed) {
                send(channel, work.outputs());
            }
            maker.make(work, (bytes, offset, length) -> Bulk.sendBytes(channel, bytes, offset, length));
            channel.flush();
        }
        work.close();
    }

    private void addTables(byte[] bytes, int offset, int length) {
        if (others.length < length) {
            others = new byte[length];
        }
        for (int party : mesh.others()) {
            Bulk.receiveBytes(mesh.to(party), others, 0, length);
            session.blocks().xor(bytes, offset, others, 0, bytes, offset, length);
        }
    }

    private static byte[] join(byte[][] seeds) {
        byte[] joined = new byte[seeds.length * Seed.BYTES];
        for (int party = 0; party < seeds.length; party++) {
            System.arraycopy(seeds[party], 0, joined, party * Seed.BYTES, Seed.BYTES);
        }
        return joined;
    }

    private static void send(Channel channel, BitPlanes planes) {
        Bulk.sendLongs(channel, planes.words(), 0, planes.words().length);
    }

    /** Adds planes that another party sends. */
    private static void receive(Channel channel, BitPlanes sum) {
        BitPlanes part = new BitPlanes(sum.planes(), sum.instances());
        Bulk.receiveLongs(channel, part.words(), 0, part.words().length);
        part.trim();
        sum.xor(part);
    }

    /** Overwrites what depends on the offset and on masks. */
    @Override
    public void close() {
        products.wipe();
        maker.wipe();
        for (PartyWork.Blocks blocks : places) {
            blocks.wipe();
        }
    }
}
