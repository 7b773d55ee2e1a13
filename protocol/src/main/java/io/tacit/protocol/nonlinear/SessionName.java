package io.tacit.protocol.nonlinear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Traffic;
import java.security.SecureRandom;

/** The name of a session of transfers: both ends draw half of it. */
public final class SessionName {
    private static final int HALF_BYTES = 16;

    private SessionName() {}

    /** What agreeing costs either end, but for round trips. */
    public static Traffic.Count traffic() {
        return new Traffic.Count(HALF_BYTES, HALF_BYTES, 1, 1, 0);
    }

    /** Agrees on the name of a session on a lane: the garbler's half, then the evaluator's. */
    public static byte[] agree(Channel lane, SecureRandom random, boolean garbler) {
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
