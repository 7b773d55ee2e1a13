package io.tacit.protocol.securenets;

/** One round of images through the clouds, on one lane. */
interface Round extends AutoCloseable {

    /** Sends what a linear layer reads, receives and verifies its result, and hands it to {@code local}. */
    void apply(int layer, LocalSteps local);

    @Override
    void close();
}
