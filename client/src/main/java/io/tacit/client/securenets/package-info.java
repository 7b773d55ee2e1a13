/** SecureNets over the wire, as a user sees it. */
@org.jspecify.annotations.NullMarked
package io.tacit.client.securenets;
