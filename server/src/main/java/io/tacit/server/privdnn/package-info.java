/** The owner of a partly encrypted network as a service. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.privdnn;
