/** The catalogue of everything that can go wrong, for people and for programs. */
@org.jspecify.annotations.NullMarked
package io.tacit.client.error;
