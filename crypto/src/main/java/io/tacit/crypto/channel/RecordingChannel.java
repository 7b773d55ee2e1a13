package io.tacit.crypto.channel;

import java.time.Duration;

/** A party's end of a channel that also hands what the party receives to a sink: the party's view, for audits. */
public final class RecordingChannel implements Channel {
    private final Channel channel;
    private final Sink sink;

    public RecordingChannel(Channel channel, Sink sink) {
        this.channel = channel;
        this.sink = sink;
    }

    /** Takes each received message, in order; must copy what it keeps. */
    @FunctionalInterface
    public interface Sink {
        void received(byte[] bytes, int offset, int length);
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
        sink.received(into, offset, length);
    }

    @Override
    public boolean awaitMessage(Duration limit) {
        return channel.awaitMessage(limit);
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
    public void abort(AbortReason reason, String culprit) {
        channel.abort(reason, culprit);
    }

    @Override
    public void close() {
        channel.close();
    }
}
