/** How roles do two things at once, with failures that end both. */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.flow;
