/** The two servers of {@code outsourced} as parties that run day and night. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.outsourced;
