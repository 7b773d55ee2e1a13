package io.tacit.protocol.privdnn;

/** Takes the encrypted filters for the bundle: records in order. */
@FunctionalInterface
public interface RecordSink {
    void accept(int record, byte[] bytes);
}
