package io.tacit.cli;

import io.tacit.client.wire.SecretFile;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.RecordingChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a party receives, message after message, in one file a peer role: {@code FILE.ROLE}; for audits. As secret as the
 * party's state: the files are their owner's alone.
 */
final class Recording implements UnaryOperator<Channel>, AutoCloseable {
    private final Path file;
    private final long limitBytes;
    private final Map<String, Sink> sinks = new HashMap<>();

    /** @param limitBytes most bytes of each file */
    Recording(Path file, long limitBytes) {
        this.file = file;
        this.limitBytes = limitBytes;
    }

    @Override
    public Channel apply(Channel channel) {
        synchronized (sinks) {
            return new RecordingChannel(channel, sinks.computeIfAbsent(channel.peer(), this::open));
        }
    }

    private Sink open(String peer) {
        try {
            Path recorded = file.resolveSibling(file.getFileName() + "." + peer);
            Files.deleteIfExists(recorded);
            Files.createFile(recorded, SecretFile.ownerOnly(recorded));
            return new Sink(Files.newOutputStream(recorded), limitBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the recording cannot be written", e);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (sinks) {
            for (Sink sink : sinks.values()) {
                sink.close();
            }
        }
    }

    /** Appends to one file, up to a limit; shared by all channels to a peer. */
    private static final class Sink implements RecordingChannel.Sink {
        private final OutputStream out;
        private long room;

        Sink(OutputStream out, long room) {
            this.out = out;
            this.room = room;
        }

        @Override
        public synchronized void received(byte[] bytes, int offset, int length) {
            int part = (int) Math.min(room, length);
            try {
                out.write(bytes, offset, part);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("the recording cannot be written", e);
            }
            room -= part;
        }

        synchronized void close() throws IOException {
            out.close();
        }
    }
}
