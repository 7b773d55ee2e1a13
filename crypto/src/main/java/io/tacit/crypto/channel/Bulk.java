package io.tacit.crypto.channel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Long arrays over a {@link Channel}: both sides know the count and cut it into the same messages of at most
 * {@link #CHUNK_BYTES}, little-endian. Memory beside the array is one chunk.
 */
public final class Bulk {
    /** Bytes a message: small enough to stay in a core's cache on its way to the cipher. */
    public static final int CHUNK_BYTES = 1 << 18;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bulk() {}

    public static void sendInts(Channel channel, int[] values, int offset, int count) {
        int perChunk = CHUNK_BYTES / Integer.BYTES;
        byte[] bytes = new byte[Math.min(count, perChunk) * Integer.BYTES];
        var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        for (int done = 0; done < count; done += perChunk) {
            int part = Math.min(perChunk, count - done);
            view.clear().put(values, offset + done, part);
            channel.send(bytes, 0, part * Integer.BYTES);
        }
    }

    public static void receiveInts(Channel channel, int[] values, int offset, int count) {
        int perChunk = CHUNK_BYTES / Integer.BYTES;
        byte[] bytes = new byte[Math.min(count, perChunk) * Integer.BYTES];
        var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        for (int done = 0; done < count; done += perChunk) {
            int part = Math.min(perChunk, count - done);
            channel.receive(bytes, 0, part * Integer.BYTES);
            view.clear().get(values, offset + done, part);
        }
    }

    public static void sendLongs(Channel channel, long[] values, int offset, int count) {
        int perChunk = CHUNK_BYTES / Long.BYTES;
        byte[] bytes = new byte[Math.min(count, perChunk) * Long.BYTES];
        var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        for (int done = 0; done < count; done += perChunk) {
            int part = Math.min(perChunk, count - done);
            view.clear().put(values, offset + done, part);
            channel.send(bytes, 0, part * Long.BYTES);
        }
    }

    public static void receiveLongs(Channel channel, long[] values, int offset, int count) {
        int perChunk = CHUNK_BYTES / Long.BYTES;
        byte[] bytes = new byte[Math.min(count, perChunk) * Long.BYTES];
        var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        for (int done = 0; done < count; done += perChunk) {
            int part = Math.min(perChunk, count - done);
            channel.receive(bytes, 0, part * Long.BYTES);
            view.clear().get(values, offset + done, part);
        }
    }

    /** Sends {@code length} bytes. */
    public static void sendBytes(Channel channel, byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; done += CHUNK_BYTES) {
            channel.send(bytes, offset + done, Math.min(CHUNK_BYTES, length - done));
        }
    }

    /** Receives {@code length} bytes. */
    public static void receiveBytes(Channel channel, byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; done += CHUNK_BYTES) {
            channel.receive(bytes, offset + done, Math.min(CHUNK_BYTES, length - done));
        }
    }

    /** Messages in which {@code length} bytes travel. */
    public static long messages(long length) {
        return (length + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    /** Writes a {@code long} as it travels. */
    public static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    /** Reads a {@code long} as it travels. */
    public static long getLong(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    /** Sends one {@code long} as a message of its own. */
    public static void sendLong(Channel channel, long value) {
        byte[] bytes = new byte[Long.BYTES];
        LONG.set(bytes, 0, value);
        channel.send(bytes);
    }

    /** Receives one {@code long} sent by {@link #sendLong}. */
    public static long receiveLong(Channel channel) {
        return (long) LONG.get(channel.receive(Long.BYTES), 0);
    }
}
