package io.tacit.client.wire;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Name of one session, drawn at random by the party that begins it and shared by all its lanes. Not secret.
 *
 * @param high first eight bytes, big-endian
 * @param low last eight bytes
 */
public record SessionId(long high, long low) {
    /** Length in bytes. */
    public static final int BYTES = 16;

    public static SessionId random(SecureRandom random) {
        return new SessionId(random.nextLong(), random.nextLong());
    }

    static SessionId readFrom(ByteBuffer bytes) {
        return new SessionId(bytes.getLong(), bytes.getLong());
    }

    void writeTo(ByteBuffer bytes) {
        bytes.putLong(high).putLong(low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
