package io.tacit.protocol.seco;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Name of one query: 128 random bits, drawn by the user, as 32 lower-case hexadecimal digits. Not secret.
 *
 * @param hex the digits
 */
public record QueryId(String hex) {
    static final int BYTES = 16;

    public QueryId {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("not a query id");
        }
    }

    static QueryId random(SecureRandom source) {
        byte[] bytes = new byte[BYTES];
        source.nextBytes(bytes);
        return of(bytes, 0);
    }

    static QueryId of(byte[] bytes, int offset) {
        return new QueryId(HexFormat.of().formatHex(bytes, offset, offset + BYTES));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
