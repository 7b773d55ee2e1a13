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

    /**
     * Ends a channel after a failure: the peer learns the reason, never a text, and where the failure is not the peer's own, which
     * of the others failed.
     */
    public static void end(Channel channel, Throwable failure) {
        if (failure instanceof ProtocolAbort abort) {
            if (abort.peer().equals(channel.peer())) {
                channel.abort(abort.reason().passedOn());
            } else {
                channel.abort(abort.reason(), abort.peer());
            }
        } else if (failure instanceof PeerUnavailable gone) {
            if (gone.peer().equals(channel.peer())) {
                channel.close();
            } else {
                channel.abort(AbortReason.UNREACHABLE, gone.peer());
            }
        } else if (failure instanceof LimitExceeded) {
            channel.abort(AbortReason.LIMIT_EXCEEDED);
        } else {
            channel.abort(
                    failure instanceof MaterialException ? AbortReason.MATERIAL_DAMAGED : AbortReason.INTERNAL_ERROR);
        }
    }
}
