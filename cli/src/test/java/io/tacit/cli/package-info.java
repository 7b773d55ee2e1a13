@org.jspecify.annotations.NullMarked
package io.tacit.cli;
