package io.tacit.model.quant;

/** How large an accumulator each protocol can take: what {@code tacit check} holds against the proven ranges. */
enum ProtocolLimit {
    /** Rings and lattice parameters of the two-server protocol. */
    OUTSOURCED(40),
    /** The field of 2^31 - 1 elements, signed values centred. */
    SECURENETS_31(30),
    /** The field of 2^61 - 1 elements, signed values centred. */
    SECURENETS_61(60),
    /** Two plaintext primes of 30 or 31 bits: 2 |z| below 2^62. */
    PRIVDNN(60),
    /** As outsourced: shares modulo a power of two carried by lattice ciphertexts. */
    SECO(40),
    /** Words of the circuits between linear layers: 62 bits with the sign. */
    POPCORN(61),
    /** Paillier plaintexts of 2048 bits and more, less the factor that masks: for networks that nothing shifts. */
    POPCORN_PUBLISHED(1900);

    private final int magnitudeBits;

    ProtocolLimit(int magnitudeBits) {
        this.magnitudeBits = magnitudeBits;
    }

    /** Absolute values must be below two to this power. */
    int magnitudeBits() {
        return magnitudeBits;
    }
}
