package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialCoefficients;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.kernel.NttPrime;
import java.util.List;

/**
 * The sum of all parties' partial products: an encryption of the wanted sums under the collective key. It is with the
 * receiver, who has the others make their shares for its {@link #mask}. Immutable.
 */
public final class SummedProduct {
    private final LatticeParameters parameters;
    final double[] values;
    private final SummedMask mask;
    private final int wanted;

    private SummedProduct(LatticeParameters parameters, int wanted, double[] values, SummedMask mask) {
        this.parameters = parameters;
        this.wanted = wanted;
        this.values = values;
        this.mask = mask;
    }

    /** The sum of the parts of all parties. */
    public static SummedProduct aggregate(CollectiveChoice choice, List<PartialProduct> parts) {
        if (parts.size() != choice.parties()) {
            throw new IllegalArgumentException(parts.size() + " parts of " + choice.parties() + " parties");
        }
        LatticeParameters parameters = choice.parameters();
        RnsRing ring = parameters.ring();
        int wanted = parts.get(0).wanted();
        double[] values = new double[ring.limbs() * wanted];
        double[] mask = ring.zero();
        for (PartialProduct part : parts) {
            parameters.requireEqual(part.parameters());
            if (part.wanted() != wanted) {
                throw new IllegalArgumentException("parts of different wanted coefficients");
            }
            add(ring, wanted, part.values, values);
            ring.add(mask, part.mask);
        }
        SummedMask sum = new SummedMask(parameters, new PolynomialCoefficients(ring, mask).toEvaluation());
        return new SummedProduct(parameters, wanted, values, sum);
    }

    /** {@code sum += part} on rows of {@code count} values. */
    static void add(RnsRing ring, int count, double[] part, double[] sum) {
        for (int limb = 0; limb < ring.limbs(); limb++) {
            NttPrime prime = ring.prime(limb);
            int at = limb * count;
            ring.kernels().residues().add(prime, sum, at, part, at, sum, at, count);
        }
    }

    LatticeParameters parameters() {
        return parameters;
    }

    int wanted() {
        return wanted;
    }

    /** What the others make their shares for. */
    public SummedMask mask() {
        return mask;
    }
}
