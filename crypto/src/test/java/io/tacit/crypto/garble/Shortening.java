package io.tacit.crypto.garble;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import java.time.Duration;

/** Sends one message without its last byte. */
final class Shortening implements Channel {
    private final Channel channel;
    private final int number;
    private int sent;

    Shortening(Channel channel, int number) {
        this.channel = channel;
        this.number = number;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        channel.send(bytes, offset, sent++ == number ? length - 1 : length);
    }

    @Override
    public String peer() {
        return channel.peer();
    }

    @Override
    public void receive(byte[] into, int offset, int length) {
        channel.receive(into, offset, length);
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
