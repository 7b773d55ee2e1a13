package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A group of parties in one place, from one test seed. Every message goes through its bytes. */
final class Group {
    final CollectiveChoice choice;
    final LatticeParameters parameters;
    final Prg prg;
    final List<SecretKeyShare> keys = new ArrayList<>();
    final List<ShareLedger> ledgers = new ArrayList<>();
    final CollectivePublicKey open;
    final KeySwitching switching;

    Group(CollectiveChoice choice, long number) {
        this.choice = choice;
        this.parameters = choice.parameters();
        this.prg = seed(number).generator("group");
        this.switching = new KeySwitching(choice);
        List<byte[]> contributions = new ArrayList<>();
        for (int j = 0; j < choice.parties(); j++) {
            keys.add(SecretKeyShare.of(parameters, seed(1000 * number + j)));
            ledgers.add(new MemoryShareLedger());
            contributions.add(seed(2000 * number + j).reveal());
        }
        CommonReference reference = CommonReference.combine(contributions);
        PublicKeyGeneration generation = new PublicKeyGeneration(parameters, reference);
        open = generation.aggregateShares(keys.stream()
                .map(key -> PublicKeyShare.decode(
                        parameters, reference, generation.genShare(key).encode(), "peer"))
                .toList());
    }

    static Seed seed(long number) {
        byte[] bytes = new byte[Seed.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (number >>> 8 * i);
        }
        return Seed.of(bytes);
    }

    int parties() {
        return choice.parties();
    }

    /** The sum of one encryption of each party. */
    CollectiveCiphertext encrypt(List<long[]> messages) {
        @Nullable CollectiveCiphertext sum = null;
        for (long[] message : messages) {
            try (CollectiveEncryptor encryptor = new CollectiveEncryptor(parameters, open, prg)) {
                CollectiveCiphertext one = CollectiveCiphertext.decode(
                        parameters, 1, encryptor.encrypt(message).encode(), "peer");
                sum = sum == null ? one : sum.plus(one);
            }
        }
        return CollectiveCiphertext.decode(
                parameters, messages.size(), Objects.requireNonNull(sum).encode(), "peer");
    }

    /** One party's part. */
    PartialProduct part(List<CollectiveCiphertext> inputs, List<long[]> factors, int[] wanted, long[] summand) {
        try (PartialProductAccumulator sum = new PartialProductAccumulator(choice, open)) {
            for (int b = 0; b < inputs.size(); b++) {
                sum.accumulate(inputs.get(b), PlaintextPolynomial.of(parameters, factors.get(b)));
            }
            return PartialProduct.decode(
                    parameters, wanted.length, sum.finish(wanted, summand, prg).encode(), "peer");
        }
    }

    /** The share of one party, for a sum that it has from the receiver. */
    SwitchingShare share(int party, SummedProduct sum, int[] wanted) {
        SummedMask mask = SummedMask.decode(parameters, sum.mask().encode(), "receiver");
        return SwitchingShare.decode(
                parameters,
                wanted.length,
                switching
                        .genShare(keys.get(party), mask, wanted, ledgers.get(party))
                        .encode(),
                "peer");
    }

    /** What party 0 decrypts. */
    long[] receive(SummedProduct sum, int[] wanted) {
        List<SwitchingShare> shares = new ArrayList<>();
        for (int j = 1; j < parties(); j++) {
            shares.add(share(j, sum, wanted));
        }
        return switching.decrypt(keys.get(0), switching.keySwitch(sum, switching.aggregateShares(shares)), wanted);
    }

    int[] all() {
        int[] all = new int[parameters.degree()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        return all;
    }

    long[] uniform(int length) {
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
            values[i] = prg.nextLong();
        }
        return values;
    }

    /** The first {@code terms} of N values are uniform, the others zero. */
    long[] factor(int terms) {
        long[] values = new long[parameters.degree()];
        System.arraycopy(uniform(terms), 0, values, 0, terms);
        return values;
    }
}
