package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.ParameterChoice;
import java.util.OptionalInt;

/** Whether, and how far, shares of key switches hide the noise of what is switched. Immutable. */
public final class Smudging {
    /**
     * Shares carry an encryption's error and no smudging, as in Chen and Khisti (2024). The receiver then sees the noise of the
     * sum, which depends on all parties' multiplicands and masks: insecure, for the published mode of a protocol alone.
     */
    public static final Smudging NONE = new Smudging(OptionalInt.empty());

    private final OptionalInt statisticalBits;

    private Smudging(OptionalInt statisticalBits) {
        this.statisticalBits = statisticalBits;
    }

    /**
     * What a coalition sees is within 2^-statisticalBits of what the wanted sums alone tell, for each of them.
     *
     * @param statisticalBits sigma', 40 to 80
     */
    public static Smudging ofBits(int statisticalBits) {
        ParameterChoice.requireStatisticalBits(statisticalBits);
        return new Smudging(OptionalInt.of(statisticalBits));
    }

    /** Sigma'; empty for {@link #NONE}. */
    public OptionalInt statisticalBits() {
        return statisticalBits;
    }
}
