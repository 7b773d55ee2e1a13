/**
 * A network split over several servers (Chen, Khisti, 2024; arXiv 2404.16232), hardened: a user asks a gateway, and n
 * servers, the gateway among them, hold the network in additive shares. Any n - 1 of the servers may collude. Linear
 * layers are prepared under a collective key ({@link io.tacit.protocol.linear.ReceiverTriplets}), non-linear ones by
 * circuits that all servers garble together ({@link io.tacit.protocol.seco.JointCircuits}). The roles are {@link
 * io.tacit.protocol.seco.User}, {@link io.tacit.protocol.seco.Gateway} and {@link io.tacit.protocol.seco.Server}.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.seco;
