@org.jspecify.annotations.NullMarked
package io.tacit.model.separate;
