@org.jspecify.annotations.NullMarked
package io.tacit.server.seco;
