package io.tacit.crypto.lattice.multiparty;

/**
 * For which ciphertexts a party has made its share of a key switch, and which coefficients were wanted, for the life of
 * the key share. Noise is a function of key share and ciphertext, so a share asked for again comes out the same, to the
 * bit; what must never happen is that another share is made for the same ciphertext. Thread-safe.
 */
public interface ShareLedger {
    /** Bytes of the names of ciphertexts and requests: SHA-256. */
    int NAME_BYTES = 32;

    /**
     * Writes down that a share is made; it is written, also for the time after a crash, when this returns.
     *
     * @param ciphertext name of key and ciphertext
     * @param request name of what is wanted of it
     * @return false if another request was written down for the ciphertext before: no share may be made
     */
    boolean enter(byte[] ciphertext, byte[] request);
}
