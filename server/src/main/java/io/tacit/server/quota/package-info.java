/** How much each client may ask. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.quota;
