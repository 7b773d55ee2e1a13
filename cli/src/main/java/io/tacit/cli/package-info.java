/** The {@code tacit} command. */
@org.jspecify.annotations.NullMarked
package io.tacit.cli;
