/** End-to-end measurements, the papers' tables, and JMH benchmarks of the kernels. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench;
