package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.multiparty.CollectiveChoice;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.SummedMask;
import io.tacit.crypto.lattice.multiparty.SwitchingShare;
import java.util.ArrayList;
import java.util.List;

/**
 * What travels and is computed for one layer and a batch of queries under a collective key.
 *
 * <p>Groups of items are worked on in windows, as in {@link LayerPlan}; the results of a window in <em>rounds</em>, each
 * of which takes two round trips between the receiver and every holder.
 */
public final class CollectiveLayerPlan {
    private final LinearShape shape;
    private final PackingPlan packing;
    private final CollectiveChoice choice;
    private final int groupsPerWindow;
    private final int resultsPerRound;

    CollectiveLayerPlan(
            LinearShape shape, PackingPlan packing, CollectiveChoice choice, int groupsPerWindow, int resultsPerRound) {
        this.shape = shape;
        this.packing = packing;
        this.choice = choice;
        this.groupsPerWindow = groupsPerWindow;
        this.resultsPerRound = resultsPerRound;
    }

    public LinearShape shape() {
        return shape;
    }

    public PackingPlan packing() {
        return packing;
    }

    /** Degree, modulus and plaintext bits, with the bound of the noise. */
    public CollectiveChoice choice() {
        return choice;
    }

    /** Of the layer's plaintext. */
    public LatticeParameters parameters() {
        return choice.parameters();
    }

    /** Times that the groups are begun anew. */
    int windows() {
        return PackingPlan.ceilingDivide(packing.itemGroups(), groupsPerWindow);
    }

    /** First group of a window; of the window after the last one, the number of groups. */
    int firstGroup(int window) {
        return Math.min(packing.itemGroups(), window * groupsPerWindow);
    }

    /**
     * One result.
     *
     * @param outputBlock block of output channels
     * @param group of items
     */
    record Result(int outputBlock, int group) {}

    /** The results of a window, output block after output block, in rounds. */
    List<List<Result>> rounds(int window) {
        List<List<Result>> rounds = new ArrayList<>();
        List<Result> round = new ArrayList<>();
        for (int outputBlock = 0; outputBlock < packing.outputBlocks(); outputBlock++) {
            for (int group = firstGroup(window); group < firstGroup(window + 1); group++) {
                round.add(new Result(outputBlock, group));
                if (round.size() == resultsPerRound) {
                    rounds.add(round);
                    round = new ArrayList<>();
                }
            }
        }
        if (!round.isEmpty()) {
            rounds.add(round);
        }
        return rounds;
    }

    /**
     * Bytes and messages that one holder and the receiver exchange, as the holder's channel counts them; round trips are
     * not foretold.
     */
    public Traffic.Count holderTraffic() {
        long inputs = packing.inputPolynomials();
        long results = packing.resultPolynomials();
        int inputBytes = CollectiveCiphertext.bytes(parameters());
        int maskBytes = SummedMask.bytes(parameters());
        long sent = inputs * inputBytes;
        long messages = inputs * Bulk.messages(inputBytes);
        for (int outputBlock = 0; outputBlock < packing.outputBlocks(); outputBlock++) {
            for (int group = 0; group < packing.itemGroups(); group++) {
                int wanted = packing.wanted(outputBlock, group);
                int part = PartialProduct.bytes(parameters(), wanted);
                int share = SwitchingShare.bytes(parameters(), wanted);
                sent += part + share;
                messages += Bulk.messages(part) + Bulk.messages(share);
            }
        }
        return new Traffic.Count(
                sent,
                inputs * inputBytes + results * maskBytes,
                messages,
                inputs * Bulk.messages(inputBytes) + results * Bulk.messages(maskBytes),
                0);
    }
}
