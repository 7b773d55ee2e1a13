package io.tacit.client.wire;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** One session at a listening party: the lanes that its peers have opened under one {@link SessionId}. */
public final class Session {
    private record LaneName(String peer, String lane) {}

    private final SessionId id;
    private final String opener;
    private final Duration longestWait;
    private final Map<LaneName, CompletableFuture<WireChannel>> lanes = new HashMap<>();
    private final Map<String, Sha256> certificates = new HashMap<>();
    private final Set<LaneName> reserved = new HashSet<>();
    private boolean ended;

    Session(SessionId id, String opener, Duration longestWait) {
        this.id = id;
        this.opener = opener;
        this.longestWait = longestWait;
    }

    public SessionId id() {
        return id;
    }

    /** Role of the peer that opened it. */
    String opener() {
        return opener;
    }

    /**
     * The channel of one lane; waits until the peer has opened it.
     *
     * @param peer role that dials
     * @param lane the lane's name
     * @throws PeerUnavailable if the peer does not open the lane in time
     */
    public WireChannel lane(String peer, String lane) {
        try {
            return future(new LaneName(peer, lane)).get(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new PeerUnavailable(
                    peer, "has not opened lane " + lane + " within " + longestWait.toMillis() + " ms");
        } catch (CancellationException e) {
            throw new PeerUnavailable(peer, "the session has ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerUnavailable(peer, "interrupted while waiting for lane " + lane);
        }
    }

    /** Names of the lanes that peers have asked for so far. */
    public Set<String> lanes() {
        synchronized (lanes) {
            return reserved.stream().map(LaneName::lane).collect(Collectors.toUnmodifiableSet());
        }
    }

    /** Fingerprint of the certificate with which that role takes part: who the client is, for quotas. */
    public Sha256 certificateOf(String peer) {
        synchronized (lanes) {
            Sha256 certificate = certificates.get(peer);
            if (certificate == null) {
                throw new IllegalArgumentException(peer + " has opened no lane");
            }
            return certificate;
        }
    }

    private CompletableFuture<WireChannel> future(LaneName name) {
        synchronized (lanes) {
            CompletableFuture<WireChannel> future = lanes.computeIfAbsent(name, n -> new CompletableFuture<>());
            if (ended) {
                future.cancel(false);
            }
            return future;
        }
    }

    /** Keeps a place for the lane that a peer asks for. */
    void reserve(Hello hello) throws Hello.Refused {
        synchronized (lanes) {
            Sha256 known = certificates.get(hello.sender());
            if (ended || (known != null && !known.equals(hello.senderCertificate()))) {
                throw new Hello.Refused(AbortReason.UNKNOWN_SESSION);
            }
            if (!reserved.add(new LaneName(hello.sender(), hello.lane()))) {
                throw new Hello.Refused(AbortReason.LANE_REFUSED);
            }
            certificates.put(hello.sender(), hello.senderCertificate());
        }
    }

    /** Fills the place. */
    void opened(Hello hello, WireChannel channel) {
        if (!future(new LaneName(hello.sender(), hello.lane())).complete(channel)) {
            channel.abort(AbortReason.UNKNOWN_SESSION); // the session has ended meanwhile
        }
    }

    /** Gives the place up: the peer was lost before its lane stood, and may try again. */
    void release(Hello hello) {
        synchronized (lanes) {
            reserved.remove(new LaneName(hello.sender(), hello.lane()));
        }
    }

    /** Ends the session; returns the channels to close. */
    List<WireChannel> end() {
        synchronized (lanes) {
            ended = true;
            List<WireChannel> channels = new ArrayList<>();
            for (CompletableFuture<WireChannel> lane : lanes.values()) {
                if (!lane.cancel(false) && lane.isDone() && !lane.isCompletedExceptionally()) {
                    channels.add(lane.join());
                }
            }
            return channels;
        }
    }
}
