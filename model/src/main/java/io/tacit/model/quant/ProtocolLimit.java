package io.tacit.model.quant;

import io.tacit.model.integer.IntegerNetwork;
import java.util.ArrayList;
import java.util.List;

/** How large an accumulator each protocol can take: what {@code tacit check} holds against the proven ranges. */
public enum ProtocolLimit {
    /** Rings and lattice parameters of the two-server protocol. */
    OUTSOURCED("outsourced", 40),
    /** The field of 2^31 - 1 elements, signed values centred. */
    SECURENETS_31("securenets over 2^31-1", 30),
    /** The field of 2^61 - 1 elements, signed values centred. */
    SECURENETS_61("securenets over 2^61-1", 60),
    /** Two plaintext primes of 30 or 31 bits: 2 |z| below 2^62. */
    PRIVDNN("privdnn", 60),
    /** As outsourced: shares modulo a power of two carried by lattice ciphertexts. */
    SECO("seco", 40),
    /** Paillier plaintexts of 2048 bits and more, less the statistical mask. */
    POPCORN("popcorn", 1900);

    private final String title;
    private final int magnitudeBits;

    ProtocolLimit(String title, int magnitudeBits) {
        this.title = title;
        this.magnitudeBits = magnitudeBits;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** Absolute values must be below two to this power. */
    public int magnitudeBits() {
        return magnitudeBits;
    }

    /** One sentence for each protocol that cannot take the network, naming the layers and their bits. */
    public static List<String> refusals(IntegerNetwork network) {
        List<String> sentences = new ArrayList<>();
        for (ProtocolLimit limit : values()) {
            List<String> layers = LayerReport.beyond(network, limit.magnitudeBits);
            if (!layers.isEmpty()) {
                sentences.add(limit.title + " takes absolute values below 2^" + limit.magnitudeBits + "; beyond: "
                        + String.join(", ", layers));
            }
        }
        return sentences;
    }
}
