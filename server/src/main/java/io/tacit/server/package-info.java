/** Parties that run day and night: roles behind a port. */
@org.jspecify.annotations.NullMarked
package io.tacit.server;
