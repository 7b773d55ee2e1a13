package io.tacit.server.outsourced;

import io.tacit.crypto.channel.Channel;
import io.tacit.kernel.Workers;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.plan.SharingPlan;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * What both servers are made of.
 *
 * @param plan what they compute
 * @param triplets how they prepare linear layers
 * @param pipeline whether the stages of that overlap
 * @param store keeps what is prepared
 * @param folder the server's own, for its share of the network
 * @param random seeds everything
 * @param workers where computation runs in parallel
 * @param threads runs what it is given at once, each in a thread of its own
 * @param tap applied to each channel before a role gets it, such as a recorder of what this party receives
 */
public record ServerParts(
        SharingPlan plan,
        TripletPlan triplets,
        Pipeline pipeline,
        MaterialStore store,
        Path folder,
        SecureRandom random,
        Workers workers,
        Executor threads,
        UnaryOperator<Channel> tap) {}
