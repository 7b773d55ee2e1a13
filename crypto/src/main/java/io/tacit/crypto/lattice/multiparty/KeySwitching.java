package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Switches a summed product from the collective key to one party's key share: every other party sends that one its share
 * s_j c1 plus smudging noise (Mouchet et al., protocol 3, for a receiver who is one of the parties, so that its own share
 * never leaves it).
 *
 * <p>Security guarantee: with smudging noise as the {@link CollectiveChoice} says, shares tell a coalition without one party the
 * wanted sums and nothing else, as long as a party makes at most one share for a ciphertext: an average over several
 * would lose the noise. The noise is a function of key share and ciphertext, and the {@link ShareLedger} refuses a
 * request for other coefficients of the same ciphertext. Neither branches nor addresses depend on key or content.
 */
public final class KeySwitching {
    private final CollectiveChoice choice;

    /** @param choice the proof for the summed products */
    public KeySwitching(CollectiveChoice choice) {
        this.choice = choice;
    }

    /**
     * This party's share, for the receiver alone: the wanted coefficients of s_j c1 + noise.
     *
     * @param mask of the summed product
     * @param wanted indices from 0 .. N - 1, increasing; public
     * @param ledger of this key share
     * @throws IllegalStateException if a share for other coefficients of this ciphertext has been made
     */
    public SwitchingShare genShare(SecretKeyShare key, SummedMask mask, int[] wanted, ShareLedger ledger) {
        LatticeParameters parameters = choice.parameters();
        parameters.requireEqual(mask.parameters());
        parameters.requireSameRing(key.parameters());
        RnsRing ring = parameters.ring();
        requireWanted(wanted, ring.degree());
        byte[] ciphertext = digest("ciphertext", mask.encode());
        if (!ledger.enter(ciphertext, request(wanted))) {
            throw new IllegalStateException("a share for this ciphertext has been made, of other coefficients");
        }
        double[] values = own(key, mask, wanted);
        try (Prg prg = key.noise("smudging", ciphertext);
                Sampler sampler = new Sampler(prg, ring.kernels())) {
            long[][] noise = choice.isSmudged()
                    ? sampler.flood(choice.smudgeBits(), wanted.length)
                    : new long[][] {small(sampler, wanted.length)};
            ring.addWide(noise, Sampler.PIECE_BITS, wanted.length, values, new double[wanted.length]);
            for (long[] piece : noise) {
                Arrays.fill(piece, 0);
            }
        }
        return new SwitchingShare(parameters, 1, wanted.length, values);
    }

    private static long[] small(Sampler sampler, int count) {
        double[] errors = sampler.binomial(count);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = (long) errors[i];
        }
        Arrays.fill(errors, 0);
        return values;
    }

    /** The sum of shares. */
    public SwitchingShare aggregateShares(List<SwitchingShare> shares) {
        LatticeParameters parameters = choice.parameters();
        int wanted = shares.get(0).wanted();
        int count = 0;
        double[] values = new double[parameters.limbs() * wanted];
        for (SwitchingShare share : shares) {
            parameters.requireEqual(share.parameters());
            if (share.wanted() != wanted) {
                throw new IllegalArgumentException("shares of different wanted coefficients");
            }
            SummedProduct.add(parameters.ring(), wanted, share.values, values);
            count += share.shares();
        }
        return new SwitchingShare(parameters, count, wanted, values);
    }

    /**
     * The product under the receiver's key share.
     *
     * @param others the shares of all parties but the receiver
     */
    public SwitchedProduct keySwitch(SummedProduct product, SwitchingShare others) {
        LatticeParameters parameters = choice.parameters();
        parameters.requireEqual(product.parameters());
        parameters.requireEqual(others.parameters());
        if (others.shares() != choice.parties() - 1 || others.wanted() != product.wanted()) {
            throw new IllegalArgumentException(
                    others.shares() + " shares of " + (choice.parties() - 1) + ", or for other coefficients");
        }
        double[] values = product.values.clone();
        SummedProduct.add(parameters.ring(), product.wanted(), others.values, values);
        return new SwitchedProduct(parameters, product.wanted(), values, product.mask());
    }

    /**
     * The wanted sums, each modulo 2^l, 0 .. 2^l - 1.
     *
     * @param key the receiver's own key share
     * @param wanted the indices that the parts were made with
     */
    public long[] decrypt(SecretKeyShare key, SwitchedProduct product, int[] wanted) {
        double[] values = open(key, product, wanted);
        long[] sums = rounded(values, wanted.length);
        Arrays.fill(values, 0);
        return sums;
    }

    /**
     * How far each wanted coefficient is from the multiple of q / 2^l that it is rounded to: all that the receiver sees
     * beside the sums. For audits.
     */
    public BigInteger[] noise(SecretKeyShare key, SwitchedProduct product, int[] wanted) {
        RnsRing ring = choice.parameters().ring();
        int count = wanted.length;
        double[] values = open(key, product, wanted);
        double[] exact = new double[values.length];
        ring.kernels().rns().encode(choice.parameters().scale(), rounded(values, count), 0, exact, 0, count, count);
        BigInteger[] noise = new BigInteger[count];
        Arrays.fill(noise, BigInteger.ZERO);
        for (int limb = 0; limb < ring.limbs(); limb++) {
            BigInteger prime = BigInteger.valueOf(ring.prime(limb).value());
            BigInteger others = ring.modulus().divide(prime);
            BigInteger basis = others.multiply(others.modInverse(prime));
            for (int j = 0; j < count; j++) {
                int at = limb * count + j;
                noise[j] = noise[j].add(basis.multiply(BigInteger.valueOf((long) (values[at] - exact[at]))));
            }
        }
        for (int j = 0; j < count; j++) {
            BigInteger value = noise[j].mod(ring.modulus());
            boolean upper = value.shiftLeft(1).compareTo(ring.modulus()) > 0;
            noise[j] = upper ? value.subtract(ring.modulus()) : value;
        }
        return noise;
    }

    /** The wanted coefficients of c0 + c1 s. */
    private double[] open(SecretKeyShare key, SwitchedProduct product, int[] wanted) {
        LatticeParameters parameters = choice.parameters();
        parameters.requireEqual(product.parameters());
        requireWanted(wanted, parameters.ring().degree());
        if (wanted.length != product.wanted()) {
            throw new IllegalArgumentException(wanted.length + " wanted coefficients, not " + product.wanted());
        }
        double[] values = own(key, product.mask, wanted);
        SummedProduct.add(parameters.ring(), wanted.length, product.values, values);
        return values;
    }

    private long[] rounded(double[] values, int count) {
        long[] sums = new long[count];
        choice.parameters()
                .ring()
                .kernels()
                .rns()
                .decode(choice.parameters().scale(), values, 0, count, sums, 0, count);
        return sums;
    }

    /** The wanted coefficients of s_j c1. */
    private static double[] own(SecretKeyShare key, SummedMask mask, int[] wanted) {
        RnsRing ring = mask.parameters().ring();
        try (PolynomialEvaluation product = new PolynomialEvaluation(ring, mask.polynomial.rows.clone())) {
            ring.multiply(product.rows, key.key().rows);
            ring.toCoefficients(product.rows);
            double[] kept = new double[ring.limbs() * wanted.length];
            pick(ring, product.rows, wanted, kept);
            return kept;
        }
    }

    static void pick(RnsRing ring, double[] rows, int[] wanted, double[] kept) {
        for (int limb = 0; limb < ring.limbs(); limb++) {
            for (int j = 0; j < wanted.length; j++) {
                kept[limb * wanted.length + j] = rows[limb * ring.degree() + wanted[j]];
            }
        }
    }

    /** @throws IllegalArgumentException if these are not one or more increasing indices below the degree */
    static void requireWanted(int[] indices, int degree) {
        int previous = -1;
        for (int index : indices) {
            if (index <= previous || index >= degree) {
                throw new IllegalArgumentException("wanted coefficients are not increasing within the degree");
            }
            previous = index;
        }
        if (indices.length == 0) {
            throw new IllegalArgumentException("no wanted coefficients");
        }
    }

    private byte[] request(int[] wanted) {
        ByteBuffer text = ByteBuffer.allocate((1 + wanted.length) * Integer.BYTES);
        text.putInt(choice.isSmudged() ? choice.smudgeBits() : 0);
        text.asIntBuffer().put(wanted);
        return digest("request", text.array());
    }

    private static byte[] digest(String what, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(("tacit key switching " + what).getBytes(StandardCharsets.US_ASCII));
            return digest.digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
