package io.tacit.crypto.ot;

/**
 * How base transfers are extended: SoftSpoken (Roy, "SoftSpokenOT: quieter OT extension from small-field silent VOLE",
 * 2022/192) with the repetition code. Each step of {@link #fieldBits} costs twice the cipher work per saved bit of traffic.
 */
public enum Extension {
    /** The extension of Ishai, Kilian, Nissim and Petrank (2003), which is SoftSpoken with one bit: 15.9 bytes a transfer. */
    IKNP(1),
    /** 7.9 bytes a transfer: fastest where traffic is cheap. */
    SOFTSPOKEN_2(2),
    /** 3.9 bytes a transfer. */
    SOFTSPOKEN_4(4),
    /** 1.9 bytes a transfer; 16 times the cipher work of {@link #SOFTSPOKEN_2}. */
    SOFTSPOKEN_8(8);

    private final int fieldBits;

    Extension(int fieldBits) {
        this.fieldBits = fieldBits;
    }

    /** k: bits of the offset that one punctured tree serves. */
    public int fieldBits() {
        return fieldBits;
    }

    /** Punctured trees: 128 / k. */
    public int trees() {
        return 128 / fieldBits;
    }

    /** Leaves of a tree: 2^k. */
    public int leaves() {
        return 1 << fieldBits;
    }

    /**
     * Bytes that the receiver sends for {@code count} transfers.
     *
     * @param chosen whether the receiver chooses its bits, or takes random ones
     */
    public long bytes(long count, boolean chosen) {
        return (count + Columns.GRANULE - 1)
                / Columns.GRANULE
                * (Columns.GRANULE / Byte.SIZE)
                * (trees() - (chosen ? 0 : 1));
    }

    /** Messages in which they travel, if nothing is checked. */
    public long messages(long count) {
        return (count + Columns.BATCH - 1) / Columns.BATCH;
    }
}
