/** Checks that a product computed by someone else is the product that was asked for. */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.verify;
