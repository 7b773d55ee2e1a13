/** What a network costs in the clear: the honest baseline of every private evaluation. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.plaintext;
