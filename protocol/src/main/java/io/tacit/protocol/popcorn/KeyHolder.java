package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/**
 * What a client brings to a session, in both modes.
 *
 * @param server lane to the server
 * @param keys of the plan's length; the caller closes them
 * @param workers where decryption and evaluation run in parallel, beside the calling thread
 * @param threads runs what it is given at once, in a thread of its own
 * @param observer sees what is decrypted on the way
 */
public record KeyHolder(
        Channel server,
        PaillierKeys keys,
        SecureRandom random,
        Workers workers,
        Executor threads,
        MaskedObserver observer) {

    /** Watched by nobody. */
    public KeyHolder(Channel server, PaillierKeys keys, SecureRandom random, Workers workers, Executor threads) {
        this(server, keys, random, workers, threads, MaskedObserver.NONE);
    }
}
