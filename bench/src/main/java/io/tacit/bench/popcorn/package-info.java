/** Popcorn, measured. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.popcorn;
