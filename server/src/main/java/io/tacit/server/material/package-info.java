/**
 * Prepared material in files: claimed by an atomic rename before it is read, never used twice; and what keeps enough of it ready.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.server.material;
