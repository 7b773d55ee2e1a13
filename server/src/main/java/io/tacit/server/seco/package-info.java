/** The servers of {@code seco}, the gateway among them, as parties that run day and night. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.seco;
