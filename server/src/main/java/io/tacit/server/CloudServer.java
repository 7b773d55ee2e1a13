package io.tacit.server;

import io.tacit.client.api.SecureNets;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.crypto.channel.Channel;
import io.tacit.kernel.Workers;
import io.tacit.protocol.securenets.Cloud;
import io.tacit.protocol.securenets.CloudLimits;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A cloud of {@code securenets} behind its port: serves each session with a {@link Cloud} role of its own. */
public final class CloudServer implements AutoCloseable {
    private static final String USER = "user";

    private final LocalParty party;
    private final ExecutorService threads;
    private final Listener listener;

    private CloudServer(LocalParty party, ExecutorService threads, Listener listener) {
        this.party = party;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Opens the role's port and begins to serve.
     *
     * @param role {@code cloud-1} to {@code cloud-3}
     * @param address where to listen
     * @param tap applied to each channel before the role sees it: the identity, or a recorder of what this party receives
     */
    public static CloudServer open(
            Deployment deployment,
            String role,
            Identity identity,
            InetSocketAddress address,
            CloudLimits limits,
            UnaryOperator<Channel> tap) {
        LocalParty party = LocalParty.open(deployment, role, identity);
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "tacit " + role + " worker");
            thread.setDaemon(true);
            return thread;
        });
        Workers workers = new Workers(threads, Runtime.getRuntime().availableProcessors());
        try {
            Listener listener = Listener.open(
                    party,
                    address,
                    java.util.Set.copyOf(SecureNets.LANES),
                    session -> serve(session, new Cloud(limits, workers), workers(threads), tap));
            return new CloudServer(party, threads, listener);
        } catch (RuntimeException e) {
            threads.shutdown();
            party.close();
            throw e;
        }
    }

    /** Lanes of a session must run at the same time, whatever the number of cores. */
    private static Workers workers(ExecutorService threads) {
        return new Workers(threads, SecureNets.LANES.size());
    }

    private static void serve(Session session, Cloud cloud, Workers lanes, UnaryOperator<Channel> tap) {
        lanes.forEach(
                SecureNets.LANES.size(),
                lane -> cloud.serve(tap.apply(session.lane(USER, SecureNets.LANES.get(lane)))));
    }

    public int port() {
        return listener.port();
    }

    /** Waits until another thread closes the server. */
    public void join() throws InterruptedException {
        listener.join();
    }

    @Override
    public void close() {
        listener.close();
        threads.shutdownNow();
        party.close();
    }
}
