/** Speed of garbling and oblivious transfer, in one process and between two. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.primitive;
