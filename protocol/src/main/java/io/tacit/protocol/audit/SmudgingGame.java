package io.tacit.protocol.audit;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.multiparty.CollectiveChoice;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.CollectiveEncryptor;
import io.tacit.crypto.lattice.multiparty.CollectivePublicKey;
import io.tacit.crypto.lattice.multiparty.CommonReference;
import io.tacit.crypto.lattice.multiparty.KeySwitching;
import io.tacit.crypto.lattice.multiparty.MemoryShareLedger;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.PartialProductAccumulator;
import io.tacit.crypto.lattice.multiparty.PublicKeyGeneration;
import io.tacit.crypto.lattice.multiparty.SecretKeyShare;
import io.tacit.crypto.lattice.multiparty.Smudging;
import io.tacit.crypto.lattice.multiparty.SummedProduct;
import io.tacit.crypto.lattice.multiparty.SwitchedProduct;
import io.tacit.crypto.lattice.multiparty.SwitchingShare;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The game that a key switch must withstand: two of three parties, the receiver among them, choose two polynomials for the
 * third, who multiplies by one of them; they see what the receiver decrypts and the noise in it, and tell which. They
 * learn from the plays of even number how large the noise is with either, and guess the nearer in those of odd number.
 */
final class SmudgingGame {
    private static final int PARTIES = 3;
    private static final int DEGREE = 8192;
    private static final int BITS = 20;
    private static final int TERMS = 64;

    private final CollectiveChoice choice;
    private final KeySwitching switching;
    private final List<SecretKeyShare> keys = new ArrayList<>();
    private final CollectivePublicKey open;
    private final Prg prg;
    private final int[] wanted = new int[TERMS];

    SmudgingGame(SecurityLevel level, Smudging smudging, Seed seed) {
        choice = CollectiveChoice.atDegree(level, DEGREE, BITS, PARTIES, TERMS, smudging)
                .orElseThrow();
        switching = new KeySwitching(choice);
        prg = seed.generator("smudging game");
        LatticeParameters parameters = choice.parameters();
        List<byte[]> contributions = new ArrayList<>();
        for (int party = 0; party < PARTIES; party++) {
            keys.add(SecretKeyShare.of(parameters, seed.derive("key", Integer.toString(party))));
            contributions.add(seed.derive("reference", Integer.toString(party)).reveal());
        }
        PublicKeyGeneration generation = new PublicKeyGeneration(parameters, CommonReference.combine(contributions));
        open = generation.aggregateShares(
                keys.stream().map(generation::genShare).toList());
        for (int i = 0; i < TERMS; i++) {
            wanted[i] = i * (DEGREE / TERMS);
        }
    }

    /** Share of the guesses that are right. @param plays with either polynomial */
    double play(int plays) {
        double[][] sizes = new double[2][plays];
        for (int play = 0; play < plays; play++) {
            for (int side = 0; side < 2; side++) {
                sizes[side][play] = noiseBits(side == 0 ? new long[DEGREE] : uniform(TERMS));
            }
        }
        double[] usual = new double[2];
        for (int side = 0; side < 2; side++) {
            for (int play = 0; play < plays; play += 2) {
                usual[side] += sizes[side][play] / (plays / 2);
            }
        }
        int won = 0;
        for (int side = 0; side < 2; side++) {
            for (int play = 1; play < plays; play += 2) {
                double size = sizes[side][play];
                int guess = Math.abs(size - usual[0]) < Math.abs(size - usual[1]) ? 0 : 1;
                won += guess == side ? 1 : 0;
            }
        }
        return (double) won / (plays / 2 * 2);
    }

    private long[] uniform(int terms) {
        long[] values = new long[DEGREE];
        prg.fillLongs(values, 0, terms);
        for (int i = 0; i < terms; i++) {
            values[i] &= (1 << BITS) - 1;
        }
        return values;
    }

    /** Logarithm of the mean size of the noise. @param factor of the third party */
    private double noiseBits(long[] factor) {
        LatticeParameters parameters = choice.parameters();
        CollectiveCiphertext input;
        try (CollectiveEncryptor encryptor = new CollectiveEncryptor(parameters, open, prg)) {
            input = encryptor.encrypt(uniform(DEGREE));
            for (int party = 1; party < PARTIES; party++) {
                input = input.plus(encryptor.encrypt(uniform(DEGREE)));
            }
        }
        List<PartialProduct> parts = new ArrayList<>();
        for (int party = 0; party < PARTIES; party++) {
            try (PartialProductAccumulator sum = new PartialProductAccumulator(choice, open)) {
                // what the two contribute to the noise they know, or choose: nothing
                long[] own = party == PARTIES - 1 ? factor : new long[DEGREE];
                sum.accumulate(input, PlaintextPolynomial.of(parameters, own));
                parts.add(sum.finish(wanted, new long[TERMS], prg));
            }
        }
        SummedProduct sum = SummedProduct.aggregate(choice, parts);
        List<SwitchingShare> shares = new ArrayList<>();
        for (int party = 1; party < PARTIES; party++) {
            shares.add(switching.genShare(keys.get(party), sum.mask(), wanted, new MemoryShareLedger()));
        }
        SwitchedProduct switched = switching.keySwitch(sum, switching.aggregateShares(shares));
        double size = 0;
        for (BigInteger noise : switching.noise(keys.get(0), switched, wanted)) {
            size += noise.abs().doubleValue() / TERMS;
        }
        return Math.log(size + 1) / Math.log(2);
    }
}
