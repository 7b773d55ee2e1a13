package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Channel;
import java.security.SecureRandom;

/** Names of sessions of transfers: both servers draw half of it. */
final class Sessions {
    private static final int HALF_BYTES = 16;

    private Sessions() {}

    /** The garbler's half, then the evaluator's. */
    static byte[] agree(Channel lane, SecureRandom random, boolean garbler) {
        byte[] own = new byte[HALF_BYTES];
        random.nextBytes(own);
        lane.send(own);
        byte[] peers = lane.receive(HALF_BYTES);
        byte[] session = new byte[2 * HALF_BYTES];
        System.arraycopy(garbler ? own : peers, 0, session, 0, HALF_BYTES);
        System.arraycopy(garbler ? peers : own, 0, session, HALF_BYTES, HALF_BYTES);
        return session;
    }
}
