/** Pictures: bounded reading, resizing, cropping, and what a network wants to see. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.image;
