package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.CollectivePublicKey;
import io.tacit.crypto.lattice.multiparty.KeySwitching;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.SecretKeyShare;
import io.tacit.crypto.lattice.multiparty.ShareLedger;
import io.tacit.crypto.lattice.multiparty.SummedMask;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.linear.CollectiveLayerPlan.Result;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shares of (F^1 + ... + F^n) (r^1 + ... + r^n) under a collective key: the end of one of the holders, see {@link
 * ReceiverTriplets} for the protocol.
 *
 * <p>Security, against the other parties together, if they follow the protocol: they see encryptions of r^j and of F^j r
 * - s^j under a key of which this party has a share, and for each summed product one smudged share of its switch. One
 * call at a time.
 */
public final class HolderTriplets implements TripletSource {
    private final Channel receiver;
    private final CollectivePlan plan;
    private final SecretKeyShare key;
    private final CollectivePublicKey groupKey;
    private final ShareLedger ledger;
    private final Workers workers;
    private final Generators generators;

    /**
     * @param receiver channel to the receiver, for these products alone; {@link #close} closes it
     * @param plan for the network; all parties have the same
     * @param key this party's share
     * @param groupKey the collective one
     * @param ledger of the key share
     * @param random seeds masks and encryptions
     */
    public HolderTriplets(
            Channel receiver,
            CollectivePlan plan,
            SecretKeyShare key,
            CollectivePublicKey groupKey,
            ShareLedger ledger,
            Workers workers,
            SecureRandom random) {
        this.receiver = receiver;
        this.plan = plan;
        this.key = key;
        this.groupKey = groupKey;
        this.ledger = ledger;
        this.workers = workers;
        generators = new Generators("collective triplets", random);
    }

    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        CollectiveLayerPlan layer = plan.layer(shape, maskShares.length);
        LatticeParameters parameters = layer.parameters();
        KeySwitching switching = new KeySwitching(layer.choice());
        try (CollectiveWork work = new CollectiveWork(layer, groupKey, weightShare, maskShares, generators, workers)) {
            for (int window = 0; window < layer.windows(); window++) {
                // Enc(r^j) to the receiver, Enc(r) from it
                CollectiveCiphertext[] inputs = work.encrypt(window);
                for (CollectiveCiphertext input : inputs) {
                    send(input.encode());
                }
                receiver.flush();
                for (int i = 0; i < inputs.length; i++) {
                    inputs[i] = CollectiveCiphertext.decode(
                            parameters,
                            plan.parties(),
                            receive(CollectiveCiphertext.bytes(parameters)),
                            receiver.peer());
                }
                for (List<Result> round : layer.rounds(window)) {
                    // Enc(r) F^j - Enc(s^j)
                    long[][] minus = new long[round.size()][];
                    for (int i = 0; i < minus.length; i++) {
                        long[] own = work.draw(round.get(i));
                        minus[i] = new long[own.length];
                        for (int k = 0; k < own.length; k++) {
                            minus[i][k] = -own[k];
                        }
                        work.put(round.get(i), own);
                    }
                    for (PartialProduct part : work.parts(window, round, inputs, minus)) {
                        send(part.encode());
                    }
                    receiver.flush();
                    for (long[] own : minus) {
                        Arrays.fill(own, 0);
                    }
                    // the sum's c1; a share of its switch to the receiver
                    List<SummedMask> masks = new ArrayList<>();
                    for (int i = 0; i < round.size(); i++) {
                        masks.add(
                                SummedMask.decode(parameters, receive(SummedMask.bytes(parameters)), receiver.peer()));
                    }
                    byte[][] shares = new byte[round.size()][];
                    workers.forEach(
                            shares.length,
                            i -> shares[i] = switching
                                    .genShare(key, masks.get(i), work.wanted(round.get(i)), ledger)
                                    .encode());
                    for (byte[] share : shares) {
                        send(share);
                    }
                    receiver.flush();
                }
            }
            return work.shares();
        }
    }

    private void send(byte[] bytes) {
        Bulk.sendBytes(receiver, bytes, 0, bytes.length);
    }

    private byte[] receive(int length) {
        byte[] bytes = new byte[length];
        Bulk.receiveBytes(receiver, bytes, 0, length);
        return bytes;
    }

    /** Closes the channel, so that a call in progress fails and ends, and wipes. Keys are the caller's. */
    @Override
    public void close() {
        receiver.close();
        generators.close();
    }
}
