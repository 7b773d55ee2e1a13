package io.tacit.crypto.garble;

/** Where garbled tables come from: {@code channel::receive}, or a store. Pieces are those given to the sink. */
@FunctionalInterface
public interface TableSource {
    /** Reads exactly {@code length} bytes, or throws. */
    void read(byte[] into, int offset, int length);
}
