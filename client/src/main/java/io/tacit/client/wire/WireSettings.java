package io.tacit.client.wire;

import io.tacit.client.deployment.Deployment;
import java.time.Duration;

/**
 * The times of a connection. Only {@link #messageDeadline} is the operator's choice; the others are the same on both
 * sides of every connection and are changed in tests.
 *
 * @param connect longest wait for a TCP connection
 * @param hello longest time for TLS and hello together
 * @param heartbeat a side that has sent nothing for this long sends a sign of life
 * @param silence a peer that is waited for and gives no sign of life for this long is given up; several heartbeats
 * @param messageDeadline longest wait for one message, or for room to send one, of a peer that gives signs of life
 * @param linger longest time that closing waits for the peer to take what was sent
 */
public record WireSettings(
        Duration connect,
        Duration hello,
        Duration heartbeat,
        Duration silence,
        Duration messageDeadline,
        Duration linger) {

    public WireSettings {
        if (heartbeat.multipliedBy(2).compareTo(silence) > 0) {
            throw new IllegalArgumentException("silence " + silence + " is below two heartbeats of " + heartbeat);
        }
    }

    /** Usual times with the deployment's message deadline. */
    public static WireSettings of(Deployment deployment) {
        return new WireSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(15), // a process that has just started computes its first handshake slowly
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                deployment.limits().messageDeadline(),
                Duration.ofSeconds(1));
    }
}
