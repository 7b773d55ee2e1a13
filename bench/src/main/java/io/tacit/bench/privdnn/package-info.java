/** PrivDNN, measured. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.privdnn;
