package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * One of n parties that garble batches together, so that one of them can evaluate them later: the protocol of Beaver,
 * Micali and Rogaway with free XOR for each party, made from oblivious transfers between each pair (Ben-Efraim, Lindell,
 * Omri, "Optimizing semi-honest secure multiparty computation for the Internet", 2016). Not thread-safe.
 *
 * <p>Every wire w has a mask, the sum of one bit of each party, and an external bit: its value plus its mask. Every party i
 * has a label of w for each external bit; they differ by its offset R_i. The evaluator learns all parties' labels of the
 * external bit of each wire, and nothing else. A batch takes four steps, in each of which every party sends and then
 * waits for the others:
 * <ol>
 *   <li>transfers with the shares of the masks as choices: shares of each mask times each R_j; and one more for each gate,
 *       with a random choice;
 *   <li>products of masks, see {@link MaskProducts}: one bit for each gate and pair, both ways;
 *   <li>the random choices are corrected to the products: one bit for each gate, to all;
 *   <li>tables, see {@link TableMaker}: all to the evaluator, who adds them up; 64 n bytes a gate.
 * </ol>
 * Batches follow each other step by step, so that a round trip is waited for once and not for every batch. A party is never
 * more than a step ahead of another: what it has sent before the other reads is less than two batches' choices and bits,
 * which the carriers must hold, and the tables of one, for which it waits.
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
    private static final int STEPS = 5;

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

    /** Takes what comes of the batches: tables in the order of the batches, shares likewise, but ahead of them. */
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
                transfer(works[step % STEPS]);
            }
            if (isUnderWay(step - 1, count)) {
                multiply(works[(step - 1) % STEPS]);
            }
            if (isUnderWay(step - 2, count)) {
                correct(works[(step - 2) % STEPS]);
            }
            if (isUnderWay(step - 3, count)) {
                finish(works[(step - 3) % STEPS], evaluator, product);
            }
            if (isUnderWay(step - 4, count) && evaluator == mesh.self()) {
                collect(works[(step - 4) % STEPS], product);
            }
        }
    }

    private static boolean isUnderWay(int batch, int count) {
        return batch >= 0 && batch < count;
    }

    /** First step: this party's choices in transfers from all others, and its public seed. */
    private void transfer(PartyWork work) {
        long[] choices = work.choices();
        for (int party : mesh.others()) {
            mesh.to(party).send(work.publicSeeds()[mesh.self()]);
            session.receiver(party).chosen(work.batch().transfers(), choices, work.received(party), 0);
        }
        Arrays.fill(choices, 0);
        mesh.flush();
    }

    /** Second step. */
    private void multiply(PartyWork work) {
        for (int party : mesh.others()) {
            work.publicSeeds()[party] = mesh.to(party).receive(Seed.BYTES);
            session.sender(party).chosen(work.batch().transfers(), work.sent(party), 0);
        }
        BitPlanes[] differences = products.multiply(work);
        for (int party : mesh.others()) {
            send(mesh.to(party), differences[party]);
        }
        mesh.flush();
    }

    /** Third step. */
    private void correct(PartyWork work) {
        BitPlanes sum = new BitPlanes(work.products().planes(), work.instances());
        addFromOthers(sum);
        MaskProducts.add(work, sum);
        BitPlanes corrections = work.disguises();
        corrections.xor(work.products());
        for (int party : mesh.others()) {
            send(mesh.to(party), corrections);
        }
        mesh.flush();
    }

    /** Fourth step: the tables; the evaluator's own have time until those of the others arrive. */
    private void finish(PartyWork work, int evaluator, Product product) {
        addFromOthers(work.corrections());
        work.corrections().xor(work.products());
        if (work.batch().sealed()) {
            product.share(work.number(), work.outputs());
        }
        if (evaluator == mesh.self()) {
            return;
        }
        if (!work.batch().sealed()) {
            send(mesh.to(evaluator), work.outputs());
        }
        maker.make(work, (bytes, offset, length) -> Bulk.sendBytes(mesh.to(evaluator), bytes, offset, length));
        mesh.flush();
        work.close();
    }

    /** At the evaluator, after the fourth step of all: the sum of the tables. */
    private void collect(PartyWork work, Product product) {
        BitPlanes decoding = work.batch().sealed() ? new BitPlanes(0, work.instances()) : work.outputs();
        addFromOthers(decoding);
        product.begin(work.number(), join(work.publicSeeds()), decoding);
        maker.make(work, (bytes, offset, length) -> {
            addTables(bytes, offset, length);
            product.tables(bytes, offset, length);
        });
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

    /** Adds planes that every other party sends. */
    private void addFromOthers(BitPlanes sum) {
        BitPlanes part = new BitPlanes(sum.planes(), sum.instances());
        for (int party : mesh.others()) {
            Bulk.receiveLongs(mesh.to(party), part.words(), 0, part.words().length);
            part.trim();
            sum.xor(part);
        }
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
