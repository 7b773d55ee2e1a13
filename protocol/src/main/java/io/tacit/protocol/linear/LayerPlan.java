package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.ParameterChoice;
import io.tacit.crypto.lattice.ReturnFormat;
import io.tacit.crypto.lattice.SeededCiphertext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What travels and is computed for one layer and a batch of queries, in each of the two directions. Both directions are
 * alike, so what a party sends is what it receives.
 *
 * <p>Groups of items are worked on in <em>windows</em>: the inputs of one window are in memory together, and each weight
 * polynomial is transformed once for all of them.
 */
public final class LayerPlan {
    private final LinearShape shape;
    private final PackingPlan packing;
    private final ParameterChoice choice;
    private final int groupsPerWindow;
    private final Map<Integer, ReturnFormat> formats = new ConcurrentHashMap<>();

    LayerPlan(LinearShape shape, PackingPlan packing, ParameterChoice choice, int groupsPerWindow) {
        this.shape = shape;
        this.packing = packing;
        this.choice = choice;
        this.groupsPerWindow = groupsPerWindow;
    }

    public LinearShape shape() {
        return shape;
    }

    public PackingPlan packing() {
        return packing;
    }

    /** Degree, modulus and plaintext bits, with the bound of the noise. */
    public ParameterChoice choice() {
        return choice;
    }

    /** Of the layer's plaintext. */
    public LatticeParameters parameters() {
        return choice.parameters();
    }

    /** Groups of items whose inputs are in memory together. */
    public int groupsPerWindow() {
        return groupsPerWindow;
    }

    /** Times that each weight polynomial is transformed. */
    public int windows() {
        return PackingPlan.ceilingDivide(packing.itemGroups(), groupsPerWindow);
    }

    /** First group of a window; of the window after the last one, the number of groups. */
    int firstGroup(int window) {
        return Math.min(packing.itemGroups(), window * groupsPerWindow);
    }

    /** Bytes of one encrypted input. */
    public int inputBytes() {
        return SeededCiphertext.bytes(parameters());
    }

    /** What of a result is sent. */
    public ReturnFormat format(int outputBlock, int group) {
        return formats.computeIfAbsent(packing.wanted(outputBlock, group), choice::returning);
    }

    /** Ciphertexts that each party sends: inputs and results. */
    public long ciphertexts() {
        return packing.inputPolynomials() + packing.resultPolynomials();
    }

    /** Bytes of encrypted inputs that each party sends. */
    public long bytesOfInputs() {
        return packing.inputPolynomials() * inputBytes();
    }

    /** Bytes of results that each party sends. */
    public long bytesOfResults() {
        long bytes = 0;
        for (int outputBlock = 0; outputBlock < packing.outputBlocks(); outputBlock++) {
            for (int group = 0; group < packing.itemGroups(); group++) {
                bytes += format(outputBlock, group).bytes();
            }
        }
        return bytes;
    }

    /** Content bytes and messages, sent and received, as a party's channel counts them; round trips are not foretold. */
    public Traffic.Count traffic() {
        long messages = packing.inputPolynomials() * messages(inputBytes());
        for (int outputBlock = 0; outputBlock < packing.outputBlocks(); outputBlock++) {
            for (int group = 0; group < packing.itemGroups(); group++) {
                messages += messages(format(outputBlock, group).bytes());
            }
        }
        long bytes = bytesOfInputs() + bytesOfResults();
        return new Traffic.Count(bytes, bytes, messages, messages, 0);
    }

    private static long messages(int bytes) {
        return PackingPlan.ceilingDivide(bytes, Channel.MAX_MESSAGE_BYTES);
    }
}
