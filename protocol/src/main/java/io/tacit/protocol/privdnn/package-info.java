/**
 * A network of which some filters are encrypted, in the user's hands (Ren et al., PoPETs 2024(3)); see the protocol page
 * {@code privdnn}. {@link io.tacit.protocol.privdnn.Owner} and {@link io.tacit.protocol.privdnn.User} are the roles,
 * {@link io.tacit.protocol.privdnn.PrivDnnPlan} says what they compute in which order.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.privdnn;
