/** Seeds from the system's generator, and AES-128-CTR generators that expand them, one for each purpose. */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.random;
