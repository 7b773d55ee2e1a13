/** Making the certificates of a deployment: a private authority and one certificate a role. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.identity;
