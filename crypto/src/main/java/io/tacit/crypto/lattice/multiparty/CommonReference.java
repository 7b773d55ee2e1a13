package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.random.Seed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * The uniform polynomial a that all shares of one collective public key are made with, from a public seed. Immutable.
 *
 * <p>Security guarantee: uniform as soon as one contribution is, among parties that follow the protocol.
 */
public final class CommonReference {
    private final byte[] seed;

    private CommonReference(byte[] seed) {
        this.seed = seed;
    }

    /**
     * The reference that the parties draw together.
     *
     * @param contributions {@link Seed#BYTES} public uniform bytes of each party, in the order of the parties
     */
    public static CommonReference combine(List<byte[]> contributions) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("tacit common reference".getBytes(StandardCharsets.US_ASCII));
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(contributions.size())
                    .array());
            for (byte[] contribution : contributions) {
                if (contribution.length != Seed.BYTES) {
                    throw new IllegalArgumentException("a contribution of " + contribution.length + " bytes");
                }
                digest.update(contribution);
            }
            return new CommonReference(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    byte[] seed() {
        return seed;
    }

    PolynomialEvaluation expand(RnsRing ring) {
        return Sampler.expand(ring, seed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CommonReference that && Arrays.equals(seed, that.seed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(seed);
    }
}
