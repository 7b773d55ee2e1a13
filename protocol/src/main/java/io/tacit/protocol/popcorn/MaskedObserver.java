package io.tacit.protocol.popcorn;

import java.math.BigInteger;

/** Sees what a client decrypts on the way to the answer, for audits. */
@FunctionalInterface
public interface MaskedObserver {
    /** Sees nothing. */
    MaskedObserver NONE = (step, values) -> {};

    /** Masked values of a step: a + rho in hardened mode, r a in published mode. */
    void decrypted(String step, BigInteger[] values);
}
