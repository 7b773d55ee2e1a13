package io.tacit.protocol.seco;

import io.tacit.crypto.ot.Extension;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.BlockCircuits.Resharing;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.plan.SharingSettings;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A network, or a part of one, that some parties compute on additive shares: stages, rings and blocks. The same for all
 * of them. Immutable.
 */
public final class SharedPart {
    private final SharingPlan sharing;
    private final int parties;
    private final int leastOutputBits;
    private final List<Block> blocks;

    /**
     * @param leastOutputBits bits that the ring of the result has at least, for those who read it
     * @param resharing how results of blocks get their new masks
     * @throws io.tacit.model.UnsupportedModelException naming every step whose values are too wide for shares
     */
    SharedPart(PublicNetwork network, Disclosure disclosure, int parties, int leastOutputBits, Resharing resharing) {
        this.sharing = new SharingPlan(network, settings(disclosure, resharing), leastOutputBits, resharing);
        this.parties = parties;
        this.leastOutputBits = leastOutputBits;
        this.blocks = sharing.blocks();
    }

    private static SharingSettings settings(Disclosure disclosure, Resharing resharing) {
        SharingSettings usual = SharingSettings.of(disclosure);
        // where all garble, tables are many times what transfers take: the faster ones
        return resharing == Resharing.PROJECTED
                ? usual
                : new SharingSettings(disclosure, Extension.SOFTSPOKEN_2, usual.linearRingBits());
    }

    /** Steps, rings and stages. */
    public SharingPlan sharing() {
        return sharing;
    }

    /** Parties that have shares. */
    public int parties() {
        return parties;
    }

    /** All blocks in the order in which they run. */
    public List<Block> blocks() {
        return blocks;
    }

    /** Messages that follow on one another between the parties when a query is answered, but for the answer itself. */
    public int rounds() {
        int rounds = sharing.disclosure().kind() == Disclosure.Kind.SCORES ? 1 : 0;
        for (Stage stage : sharing.stages()) {
            rounds += (int) stage.openings().stream().filter(Opening::fresh).count();
            // masked words to all, labels to the evaluator, results to all
            rounds += stage.blocks().stream()
                    .mapToInt(block -> block.isAnswer() ? 2 : 3)
                    .sum();
        }
        return rounds;
    }

    /** SHA-256 of everything that it is made from. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(sharing.hash());
            digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(parties)
                    .putInt(leastOutputBits)
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Values of a step's result. */
    int size(int step) {
        return sharing.network().steps().get(step).shape().size();
    }

    /** The step whose result is the answer. */
    int last() {
        return sharing.network().steps().size() - 1;
    }

    /** Bytes of one party's part of the answer. */
    int answerBytes() {
        return sharing.disclosure().kind() == Disclosure.Kind.SCORES
                ? Math.toIntExact(sharing.ring(last()).packedBytes(size(last())))
                : blocks.get(blocks.size() - 1).groups().get(0).circuit().outputBits();
    }
}
