/** The cloud of SecureNets as a server. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.securenets;
