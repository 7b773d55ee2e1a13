package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import java.time.Duration;

/** What a cheating cloud speaks through: passes everything on, but for what a test changes. */
public class InsecureChannel implements Channel {
    final Channel inner;

    public InsecureChannel(Channel inner) {
        this.inner = inner;
    }

    @Override
    public String peer() {
        return inner.peer();
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        inner.send(bytes, offset, length);
    }

    @Override
    public void receive(byte[] into, int offset, int length) {
        inner.receive(into, offset, length);
    }

    @Override
    public boolean awaitMessage(Duration longest) {
        return inner.awaitMessage(longest);
    }

    @Override
    public void flush() {
        inner.flush();
    }

    @Override
    public void enter(Phase phase) {
        inner.enter(phase);
    }

    @Override
    public Traffic traffic() {
        return inner.traffic();
    }

    @Override
    public void abort(AbortReason reason) {
        inner.abort(reason);
    }

    @Override
    public void close() {
        inner.close();
    }
}
