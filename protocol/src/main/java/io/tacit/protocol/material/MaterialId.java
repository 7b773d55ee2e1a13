package io.tacit.protocol.material;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Name of one piece of prepared material: 128 random bits as 32 lower-case hexadecimal digits. Not secret.
 *
 * @param hex the digits
 */
public record MaterialId(String hex) {
    /** Length of an id. */
    public static final int BYTES = 16;

    public MaterialId {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("not a material id");
        }
    }

    public static MaterialId random(SecureRandom source) {
        byte[] bytes = new byte[BYTES];
        source.nextBytes(bytes);
        return of(bytes, 0);
    }

    /** The id in the {@link #BYTES} bytes from {@code offset} on. */
    public static MaterialId of(byte[] bytes, int offset) {
        return new MaterialId(HexFormat.of().formatHex(bytes, offset, offset + BYTES));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
