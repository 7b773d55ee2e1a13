package io.tacit.protocol.audit;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A party's end of a channel that keeps what the party receives: the party's view, for an audit. */
final class RecordingChannel implements Channel {
    private final Channel channel;
    private final List<byte[]> received = new ArrayList<>();

    RecordingChannel(Channel channel) {
        this.channel = channel;
    }

    /** The messages received so far, in order. */
    List<byte[]> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    @Override
    public String peer() {
        return channel.peer();
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        channel.send(bytes, offset, length);
    }

    @Override
    public void receive(byte[] into, int offset, int length) {
        channel.receive(into, offset, length);
        synchronized (received) {
            received.add(Arrays.copyOfRange(into, offset, offset + length));
        }
    }

    @Override
    public boolean awaitMessage(Duration longest) {
        return channel.awaitMessage(longest);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void enter(Phase phase) {
        channel.enter(phase);
    }

    @Override
    public Traffic traffic() {
        return channel.traffic();
    }

    @Override
    public void abort(AbortReason reason) {
        channel.abort(reason);
    }

    @Override
    public void close() {
        channel.close();
    }
}
