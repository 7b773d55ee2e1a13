/** The parties of {@code outsourced} that only dial: the client that asks, the owner that shares its network and leaves. */
@org.jspecify.annotations.NullMarked
package io.tacit.client.outsourced;
