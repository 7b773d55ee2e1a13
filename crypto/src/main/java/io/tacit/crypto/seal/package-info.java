/** Messages for one party that pass through others: public-key encryption of short contents. */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.seal;
