package io.tacit.crypto.paillier;

/** Lengths of N that keys may have. */
public enum KeyLength {
    /** 112-bit security, for comparison with the literature. */
    BITS_2048(2048, 448),
    /** 128-bit security, the default. */
    BITS_3072(3072, 512);

    private final int modulusBits;
    private final int shortExponentBits;

    KeyLength(int modulusBits, int shortExponentBits) {
        this.modulusBits = modulusBits;
        this.shortExponentBits = shortExponentBits;
    }

    /** Exact length of N. */
    public int modulusBits() {
        return modulusBits;
    }

    /** Length of the exponents of {@link FixedBaseRandomizers#shortExponents}: four times the security level. */
    public int shortExponentBits() {
        return shortExponentBits;
    }

    /** The length with that many bits. @throws IllegalArgumentException if keys of that length are not used */
    public static KeyLength ofBits(int bits) {
        for (KeyLength length : values()) {
            if (length.modulusBits == bits) {
                return length;
            }
        }
        throw new IllegalArgumentException("a Paillier modulus of " + bits + " bits");
    }
}
