package io.tacit.server.seco;

import io.tacit.client.seco.ServerFile;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.kernel.Workers;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.seco.JointCircuits;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.ServerLimits;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * What every server is made of.
 *
 * @param party dials the other servers
 * @param file the server's part of the network
 * @param key opens what users seal for the server
 * @param store keeps what is prepared
 * @param random seeds everything
 * @param workers where computation runs in parallel
 * @param threads runs what it is given at once, each in a thread of its own
 * @param tap applied to each channel before a role gets it, such as a recorder of what this party receives
 */
public record SecoParts(
        LocalParty party,
        ServerFile file,
        OpeningKey key,
        MaterialStore store,
        ServerLimits limits,
        SecureRandom random,
        Workers workers,
        Executor threads,
        UnaryOperator<Channel> tap) {

    SecoPlan plan() {
        return file.plan();
    }

    /** This server's number. */
    int self() {
        return file.share().server();
    }

    /** Back end of non-linear steps. */
    JointCircuits circuits() {
        return plan().circuits(self(), random, workers, threads);
    }
}
