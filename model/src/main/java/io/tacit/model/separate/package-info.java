/** Networks of which some filters of the first two convolutions are kept apart from the rest, and the choice of these filters. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.separate;
