/** Links of given bandwidth and delay, for measurements on one machine. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.link;
