package io.tacit.protocol.privdnn;

/** The encrypted filters as they stand in the bundle: records 0 .. {@link CorePlan#weightRecords} - 1. Thread-safe. */
@FunctionalInterface
public interface FilterRecords {
    /** {@link CorePlan#weightRecordBytes} bytes. */
    byte[] read(int record);
}
