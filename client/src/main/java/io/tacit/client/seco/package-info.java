/**
 * The user of {@code seco}, who only dials, and the files that splitting a network makes: one for users, one for each server.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.client.seco;
