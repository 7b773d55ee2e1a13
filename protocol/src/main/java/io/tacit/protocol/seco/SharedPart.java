package io.tacit.protocol.seco;

import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.BlockCircuits.Resharing;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
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
        this.sharing = new SharingPlan(network, SharingSettings.of(disclosure), leastOutputBits, resharing);
        this.parties = parties;
        this.leastOutputBits = leastOutputBits;
        this.blocks = sharing.blocks();
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
