package io.tacit.client.wire;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.material.MaterialException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The one port of a party: takes connections, greets them, gathers the lanes of each session and has the role's program
 * serve it. Sessions are limited by the deployment; connections that have not yet been greeted are limited in number and
 * time and cost little until they have shown a TLS client's first message.
 */
public final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());

    private static final int MAX_PROBES = 2;

    private final LocalParty party;
    private final Set<String> lanes;
    private final SessionHandler handler;
    private final Gate gate;
    private final ExecutorService sessionThreads;
    private final Map<SessionId, Session> sessions = new HashMap<>();
    private final AtomicInteger probes = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    private Listener(LocalParty party, Set<String> lanes, SessionHandler handler, Gate gate) {
        this.party = party;
        this.lanes = Set.copyOf(lanes);
        this.handler = handler;
        this.gate = gate;
        this.sessionThreads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "tacit " + party.role() + " session");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the port and begins to serve.
     *
     * @param address where to listen; port 0 for any free one
     * @param lanes names of the lanes that peers may open
     * @param handler the role's program
     * @throws PeerUnavailable in one clear sentence if the port cannot be had
     */
    public static Listener open(
            LocalParty party, InetSocketAddress address, Set<String> lanes, SessionHandler handler) {
        Gate gate;
        try {
            gate = new Gate(party, address);
        } catch (BindException e) {
            throw new PeerUnavailable(
                    party.role(),
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + " (" + e.getMessage()
                            + "): stop the program that has this port, or choose another");
        } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
            throw new PeerUnavailable(
                    party.role(), "cannot listen on " + address.getHostString() + ":" + address.getPort());
        }
        Listener listener = new Listener(party, lanes, handler, gate);
        gate.start(listener::greet);
        return listener;
    }

    /** Port that is listened on. */
    public int port() {
        return gate.port();
    }

    /** Sessions that are being served. */
    public int sessions() {
        synchronized (sessions) {
            return sessions.size();
        }
    }

    /** Waits until another thread closes the listener. */
    public void join() throws InterruptedException {
        closed.await();
    }

    private void greet(Socket plain, InputStream consumed) {
        AtomicReference<Admitted> place = new AtomicReference<>();
        try {
            Greeting.Greeted greeted =
                    new Greeting(party).accept(plain, consumed, hello -> place.set(new Admitted(admit(hello), hello)));
            Objects.requireNonNull(place.get()).session.opened(greeted.theirs(), greeted.channel());
        } catch (ProtocolAbort | PeerUnavailable e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage());
            Admitted admitted = place.get();
            if (admitted != null) {
                admitted.session.release(
                        admitted.hello); // a session left without lanes ends when its role waits in vain
            }
        }
    }

    private record Admitted(Session session, Hello hello) {}

    private Session admit(Hello hello) throws Hello.Refused {
        if (hello.lane().equals(LinkProbe.LANE)) {
            return admitProbe(hello);
        }
        if (!lanes.contains(hello.lane())) {
            throw new Hello.Refused(AbortReason.LANE_REFUSED);
        }
        if (!handler.admits(hello.sender())) {
            throw new Hello.Refused(AbortReason.ROLE_MISMATCH);
        }
        synchronized (sessions) {
            Session session = sessions.get(hello.session());
            if (session != null) {
                session.reserve(hello);
                return session;
            }
            long ofRole = sessions.values().stream()
                    .filter(open -> open.opener().equals(hello.sender()))
                    .count();
            if (ofRole >= party.deployment().limits().sessions()) { // a role cannot take another's places
                throw new Hello.Refused(AbortReason.BUSY);
            }
            Session fresh = new Session(
                    hello.session(), hello.sender(), party.settings().silence());
            fresh.reserve(hello);
            sessions.put(hello.session(), fresh);
            sessionThreads.execute(() -> serve(fresh, handler));
            return fresh;
        }
    }

    /** A measurement is no session of the deployment: it takes no session's place and touches no role. */
    private Session admitProbe(Hello hello) throws Hello.Refused {
        if (probes.incrementAndGet() > MAX_PROBES) {
            probes.decrementAndGet();
            throw new Hello.Refused(AbortReason.BUSY);
        }
        Session probe =
                new Session(hello.session(), hello.sender(), party.settings().silence());
        probe.reserve(hello);
        sessionThreads.execute(() -> {
            try {
                serve(probe, session -> LinkProbe.serve(session.lane(hello.sender(), LinkProbe.LANE)));
            } finally {
                probes.decrementAndGet();
            }
        });
        return probe;
    }

    private void serve(Session session, SessionHandler program) {
        Consumer<WireChannel> ending = WireChannel::close;
        try {
            program.serve(session);
        } catch (RuntimeException | Error e) {
            log(session, e);
            ending = lane -> {
                if (e instanceof PeerUnavailable late && late.peer().equals(lane.peer())) {
                    lane.abort(AbortReason.TIMED_OUT); // it may be there, and only have been silent
                } else {
                    Endings.end(lane, e);
                }
            };
        } finally {
            end(session, ending);
        }
    }

    private void log(Session session, Throwable failure) {
        if (failure instanceof ProtocolAbort abort) {
            boolean stopped = abort.reason() == AbortReason.STOPPED;
            LOG.log(stopped ? System.Logger.Level.INFO : System.Logger.Level.WARNING, failure.getMessage());
        } else if (failure instanceof PeerUnavailable) {
            // while this side stops, sessions end because it ends them
            LOG.log(closing ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING, failure.getMessage());
        } else if (failure instanceof LimitExceeded) {
            LOG.log(System.Logger.Level.WARNING, failure.getMessage());
        } else if (failure instanceof MaterialException) { // the disk: full, gone, altered
            LOG.log(System.Logger.Level.ERROR, failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, "session " + session.id(), failure);
        }
    }

    private void end(Session session, Consumer<WireChannel> ending) {
        session.end().forEach(ending);
        synchronized (sessions) {
            sessions.remove(session.id(), session);
        }
    }

    /** Frees the port and ends all sessions; the peers are told STOPPED. */
    @Override
    public void close() {
        closing = true;
        gate.close();
        List<Session> open;
        synchronized (sessions) {
            open = new ArrayList<>(sessions.values());
        }
        open.forEach(session -> end(session, lane -> lane.abort(AbortReason.STOPPED)));
        sessionThreads.shutdownNow();
        try {
            sessionThreads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closed.countDown();
    }
}
