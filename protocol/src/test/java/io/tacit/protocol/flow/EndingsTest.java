package io.tacit.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialException;
import org.junit.jupiter.api.Test;

/** What a client hears from the server that it talks to, after a failure there. */
class EndingsTest {
    private static ProtocolAbort heard(Throwable failure) {
        MemoryChannel.Pair pair = MemoryChannel.connect("client", "evaluator", 10_000);
        Endings.end(pair.right(), failure); // the evaluator's end: its peer is the client
        ProtocolAbort abort =
                catchThrowableOfType(ProtocolAbort.class, () -> pair.left().receive(1));
        assertThat(abort).isNotNull();
        return abort;
    }

    @Test
    void theClientsOwnFaultsAreItsOwn() {
        ProtocolAbort abort = heard(new ProtocolAbort("client", "input", AbortReason.MALFORMED));
        assertThat(abort.peer()).isEqualTo("evaluator");
        assertThat(abort.reason()).isEqualTo(AbortReason.MALFORMED);
        assertThat(heard(new ProtocolAbort("client", "input", AbortReason.STOPPED))
                        .reason())
                .isEqualTo(AbortReason.CANCELLED);
    }

    @Test
    void whoFailedBehindItIsNamed() {
        ProtocolAbort gone = heard(new PeerUnavailable("garbler", "the connection was lost"));
        assertThat(gone.peer()).isEqualTo("garbler");
        assertThat(gone.step()).isEqualTo("told by evaluator");
        assertThat(gone.reason()).isEqualTo(AbortReason.UNREACHABLE);
        ProtocolAbort damaged = heard(new ProtocolAbort("garbler", "claim", AbortReason.MATERIAL_DAMAGED));
        assertThat(damaged.peer()).isEqualTo("garbler");
        assertThat(damaged.reason()).isEqualTo(AbortReason.MATERIAL_DAMAGED);
    }

    @Test
    void otherFailuresAreTheServersAndTellNoText() {
        assertThat(heard(new LimitExceeded("3 a day")).reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED);
        assertThat(heard(new MaterialException("disk")).reason()).isEqualTo(AbortReason.MATERIAL_DAMAGED);
        ProtocolAbort inside = heard(new IllegalStateException("weights: 1, 2, 3"));
        assertThat(inside.reason()).isEqualTo(AbortReason.INTERNAL_ERROR);
        assertThat(inside).message().doesNotContain("weights");
    }
}
