package io.tacit.protocol.flow;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialException;

/** What a role tells its peers when it cannot go on. */
public final class Endings {

    private Endings() {}

    /** Ends a channel after a failure: the peer learns the reason, never a text. */
    public static void end(Channel channel, Throwable failure) {
        if (failure instanceof ProtocolAbort abort) {
            channel.abort(abort.reason().passedOn());
        } else if (failure instanceof LimitExceeded) {
            channel.abort(AbortReason.LIMIT_EXCEEDED);
        } else if (failure instanceof MaterialException) {
            channel.abort(AbortReason.MATERIAL_DAMAGED);
        } else if (failure instanceof PeerUnavailable gone && gone.peer().equals(channel.peer())) {
            channel.close();
        } else {
            channel.abort(failure instanceof PeerUnavailable ? AbortReason.CANCELLED : AbortReason.INTERNAL_ERROR);
        }
    }

    /** The same among several parties: the peer also learns which of the others failed, if one did. */
    public static void endNaming(Channel channel, Throwable failure) {
        if (failure instanceof ProtocolAbort abort && !abort.peer().equals(channel.peer())) {
            channel.abort(abort.reason(), abort.peer());
        } else if (failure instanceof PeerUnavailable gone && !gone.peer().equals(channel.peer())) {
            channel.abort(AbortReason.TIMED_OUT, gone.peer());
        } else {
            end(channel, failure);
        }
    }
}
