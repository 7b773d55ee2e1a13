package io.tacit.protocol.audit;

import io.tacit.crypto.random.Seed;
import java.security.SecureRandom;

/** A source as it must not be: every seed drawn from it is the same. Names are fresh, or nothing would run. */
final class InsecureRepeatingRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    private long names;

    @Override
    public void nextBytes(byte[] bytes) {
        boolean seed = bytes.length == Seed.BYTES;
        long state = seed ? 1 : ++names;
        for (int i = 0; i < bytes.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            bytes[i] = (byte) (state >>> 56);
        }
    }
}
