package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.CollectivePublicKey;
import io.tacit.crypto.lattice.multiparty.KeySwitching;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.SecretKeyShare;
import io.tacit.crypto.lattice.multiparty.SummedProduct;
import io.tacit.crypto.lattice.multiparty.SwitchedProduct;
import io.tacit.crypto.lattice.multiparty.SwitchingShare;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.linear.CollectiveLayerPlan.Result;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shares of (F^1 + ... + F^n) (r^1 + ... + r^n) under a collective key: the end of the party that decrypts. Every party j
 * sends Enc(r^j); the receiver adds them up and sends Enc(r) to all. Every other party j answers with Enc(r) F^j -
 * Enc(s^j), s^j uniform, its share. The receiver adds its own Enc(r) F, has all others switch the sum to itself with
 * smudged shares, and decrypts F r - sum of the s^j: its share. (A summand of its own would cancel.) Weights and inputs
 * are laid into polynomials as for two parties.
 *
 * <p>Security, against the other parties together, if they follow the protocol: as for {@link HolderTriplets}, and none
 * of the shares of a switch leave this party, nor what it decrypts, which is uniform as long as one s^j is unknown. One
 * call at a time.
 */
public final class ReceiverTriplets implements TripletSource {
    private final List<Channel> holders;
    private final CollectivePlan plan;
    private final SecretKeyShare key;
    private final CollectivePublicKey groupKey;
    private final Workers workers;
    private final Generators generators;

    /**
     * @param holders channels to all other parties, for these products alone; {@link #close} closes them
     * @param plan for the network; all parties have the same
     * @param key this party's share
     * @param groupKey the collective one
     * @param random seeds encryptions
     */
    public ReceiverTriplets(
            List<Channel> holders,
            CollectivePlan plan,
            SecretKeyShare key,
            CollectivePublicKey groupKey,
            Workers workers,
            SecureRandom random) {
        if (holders.size() != plan.parties() - 1) {
            throw new IllegalArgumentException(holders.size() + " channels for " + plan.parties() + " parties");
        }
        this.holders = List.copyOf(holders);
        this.plan = plan;
        this.key = key;
        this.groupKey = groupKey;
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
                // Enc(r) = the sum of all Enc(r^j)
                CollectiveCiphertext[] inputs = work.encrypt(window);
                for (int i = 0; i < inputs.length; i++) {
                    for (Channel holder : holders) {
                        inputs[i] = inputs[i].plus(CollectiveCiphertext.decode(
                                parameters, 1, receive(holder, CollectiveCiphertext.bytes(parameters)), holder.peer()));
                    }
                }
                for (CollectiveCiphertext input : inputs) {
                    sendAll(input.encode());
                }
                holders.forEach(Channel::flush);
                for (List<Result> round : layer.rounds(window)) {
                    List<SummedProduct> sums = sums(work, window, round, inputs);
                    for (SummedProduct sum : sums) {
                        sendAll(sum.mask().encode());
                    }
                    holders.forEach(Channel::flush);
                    for (int i = 0; i < sums.size(); i++) {
                        int[] wanted = work.wanted(round.get(i));
                        List<SwitchingShare> shares = new ArrayList<>();
                        for (Channel holder : holders) {
                            shares.add(SwitchingShare.decode(
                                    parameters,
                                    wanted.length,
                                    receive(holder, SwitchingShare.bytes(parameters, wanted.length)),
                                    holder.peer()));
                        }
                        // F r - sum of the s^j
                        SwitchedProduct switched = switching.keySwitch(sums.get(i), switching.aggregateShares(shares));
                        long[] values = switching.decrypt(key, switched, wanted);
                        work.put(round.get(i), values);
                        Arrays.fill(values, 0);
                    }
                }
            }
            return work.shares();
        }
    }

    /** Enc(r) F - sum of the Enc(s^j), for each result of a round. */
    private List<SummedProduct> sums(
            CollectiveWork work, int window, List<Result> round, CollectiveCiphertext[] inputs) {
        CollectiveLayerPlan layer = work.plan();
        long[][] nothing = new long[round.size()][];
        for (int i = 0; i < nothing.length; i++) {
            nothing[i] = new long[work.wanted(round.get(i)).length];
        }
        PartialProduct[] own = work.parts(window, round, inputs, nothing);
        List<SummedProduct> sums = new ArrayList<>();
        for (int i = 0; i < own.length; i++) {
            int wanted = nothing[i].length;
            List<PartialProduct> parts = new ArrayList<>();
            parts.add(own[i]);
            for (Channel holder : holders) {
                parts.add(PartialProduct.decode(
                        layer.parameters(),
                        wanted,
                        receive(holder, PartialProduct.bytes(layer.parameters(), wanted)),
                        holder.peer()));
            }
            sums.add(SummedProduct.aggregate(layer.choice(), parts));
        }
        return sums;
    }

    private void sendAll(byte[] bytes) {
        for (Channel holder : holders) {
            Bulk.sendBytes(holder, bytes, 0, bytes.length);
        }
    }

    private static byte[] receive(Channel holder, int length) {
        byte[] bytes = new byte[length];
        Bulk.receiveBytes(holder, bytes, 0, length);
        return bytes;
    }

    /** Closes the channels, so that a call in progress fails and ends, and wipes. Keys are the caller's. */
    @Override
    public void close() {
        holders.forEach(Channel::close);
        generators.close();
    }
}
