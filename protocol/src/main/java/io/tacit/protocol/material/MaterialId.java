package io.tacit.protocol.material;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Name of one piece of prepared material: 128 random bits as 32 lower-case hexadecimal digits. Not secret.
 *
 * @param hex the digits
 */
public record MaterialId(String hex) {
    private static final int BYTES = 16;

    public MaterialId {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("not a material id");
        }
    }

    public static MaterialId random(SecureRandom source) {
        byte[] bytes = new byte[BYTES];
        source.nextBytes(bytes);
        return new MaterialId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return hex;
    }
}
