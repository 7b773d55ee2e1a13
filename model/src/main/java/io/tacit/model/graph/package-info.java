/** The typed, shaped, immutable float graph that a network file becomes. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.graph;
