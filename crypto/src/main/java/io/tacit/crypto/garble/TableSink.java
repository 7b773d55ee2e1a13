package io.tacit.crypto.garble;

/** Where garbled tables go, in the order of garbling: {@code channel::send}, or a store. */
@FunctionalInterface
public interface TableSink {
    /** Takes {@code length} bytes; the array is reused afterwards. */
    void write(byte[] bytes, int offset, int length);
}
