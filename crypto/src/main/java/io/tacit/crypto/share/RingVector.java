package io.tacit.crypto.share;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;

/**
 * A mutable vector of integers modulo 2^l: a mask, a share, a masked value, never a plain integer. Bits of a lane above l
 * are arbitrary and mean nothing: they are cut off where a value leaves ({@link #get}, {@link #decode}, {@link #send},
 * {@link #store}), so that reduction modulo a smaller power costs nothing, see {@link #reduced}.
 *
 * <p>Contents may be secret: no {@code toString} shows them; {@link #wipe} overwrites them.
 */
public final class RingVector extends LaneVector<RingVector> {
    private final Ring ring;

    RingVector(Ring ring, int length) {
        super(ring.isNarrow(), length);
        this.ring = ring;
    }

    private RingVector(Ring ring, RingVector shared) {
        super(shared);
        this.ring = ring;
    }

    public Ring ring() {
        return ring;
    }

    /** One value, 0 .. 2^l - 1. */
    public long get(int index) {
        return lane(index) & ring.mask();
    }

    /** Sets one value to the residue of an integer. */
    public void set(int index, long value) {
        setLane(index, value);
    }

    /** Sets a run of values to the residue of one integer. */
    public void fill(int at, int length, long value) {
        fillLanes(at, length, value);
    }

    /** Adds one integer to a run of values. */
    public void shift(int at, int length, long value) {
        if (isNarrow()) {
            int[] lanes = ints();
            for (int i = at; i < at + length; i++) {
                lanes[i] += (int) value;
            }
        } else {
            long[] lanes = longs();
            for (int i = at; i < at + length; i++) {
                lanes[i] += value;
            }
        }
    }

    /**
     * Adds {@code 2^leftShift} times another vector of the same length, which may be over a smaller ring as long as its
     * unknown bits are shifted out of this one.
     *
     * @throws IllegalArgumentException if bits of this ring would depend on what {@code other} does not say
     */
    public void addShifted(RingVector other, int leftShift) {
        if (other.length() != length() || other.ring.bits() + (long) leftShift < ring.bits()) {
            throw new IllegalArgumentException(other.length() + " values of " + other.ring + " shifted by " + leftShift
                    + " added to " + length() + " of " + ring);
        }
        if (leftShift >= ring.bits()) {
            return;
        }
        for (int i = 0; i < length(); i++) {
            setLane(i, lane(i) + (other.lane(i) << leftShift));
        }
    }

    /** Fills {@code length} values from {@code at} with uniform residues. */
    public void randomize(Prg prg, int at, int length) {
        if (isNarrow()) {
            prg.fillInts(ints(), at, length);
        } else {
            prg.fillLongs(longs(), at, length);
        }
    }

    /** Residues of {@code length} integers, written from {@code at}. */
    public void encode(int[] values, int valuesAt, int at, int length) {
        if (isNarrow()) {
            System.arraycopy(values, valuesAt, ints(), at, length);
        } else {
            for (int i = 0; i < length; i++) {
                longs()[at + i] = values[valuesAt + i];
            }
        }
    }

    /** Residues of {@code length} integers, written from {@code at}. */
    public void encode(long[] values, int valuesAt, int at, int length) {
        if (isNarrow()) {
            for (int i = 0; i < length; i++) {
                ints()[at + i] = (int) values[valuesAt + i];
            }
        } else {
            System.arraycopy(values, valuesAt, longs(), at, length);
        }
    }

    /** The integers -2^(l-1) .. 2^(l-1) - 1 that {@code length} residues from {@code at} stand for. */
    public void decode(int at, long[] signed, int signedAt, int length) {
        int unused = Long.SIZE - ring.bits();
        for (int i = 0; i < length; i++) {
            signed[signedAt + i] = lane(at + i) << unused >> unused;
        }
    }

    /** Residues 0 .. 2^l - 1 at the places {@code indices[indicesAt ..]}. */
    public void pick(int[] indices, int indicesAt, long[] values, int valuesAt, int length) {
        long mask = ring.mask();
        if (isNarrow()) {
            int[] lanes = ints();
            for (int i = 0; i < length; i++) {
                values[valuesAt + i] = lanes[indices[indicesAt + i]] & mask;
            }
        } else {
            long[] lanes = longs();
            for (int i = 0; i < length; i++) {
                values[valuesAt + i] = lanes[indices[indicesAt + i]] & mask;
            }
        }
    }

    /** Undoes {@link #pick}: the residues of {@code values} go to the places {@code indices[indicesAt ..]}. */
    public void place(int[] indices, int indicesAt, long[] values, int valuesAt, int length) {
        if (isNarrow()) {
            int[] lanes = ints();
            for (int i = 0; i < length; i++) {
                lanes[indices[indicesAt + i]] = (int) values[valuesAt + i];
            }
        } else {
            long[] lanes = longs();
            for (int i = 0; i < length; i++) {
                lanes[indices[indicesAt + i]] = values[valuesAt + i];
            }
        }
    }

    /**
     * The same values modulo a smaller power of two. The result may share this vector's memory: neither is changed
     * afterwards.
     *
     * @throws IllegalArgumentException if {@code smaller} is the wider ring
     */
    public RingVector reduced(Ring smaller) {
        if (smaller.bits() > ring.bits()) {
            throw new IllegalArgumentException("values of " + ring + " do not say what they are in " + smaller);
        }
        if (smaller.isNarrow() == ring.isNarrow()) {
            return smaller.equals(ring) ? this : new RingVector(smaller, this);
        }
        RingVector narrow = new RingVector(smaller, length());
        for (int i = 0; i < length(); i++) {
            narrow.ints()[i] = (int) longs()[i];
        }
        return narrow;
    }

    @Override
    void requireSame(RingVector other) {
        if (other.ring.bits() != ring.bits()) {
            throw new IllegalArgumentException("a vector over " + other.ring + " given to one over " + ring);
        }
    }

    /** Bytes that all values take, packed. */
    public long packedBytes() {
        return ring.packedBytes(length());
    }

    /** Values in one message: whole bytes, at most {@link Bulk#CHUNK_BYTES}. */
    private static int valuesPerMessage(Ring ring) {
        return Bulk.CHUNK_BYTES / ring.bits() * Byte.SIZE;
    }

    /** Messages in which {@code length} values travel. */
    public static int messages(Ring ring, int length) {
        int perMessage = valuesPerMessage(ring);
        return (length + perMessage - 1) / perMessage;
    }

    /** Sends {@code length} values from {@code at}, exactly l bits each, in {@link #messages} messages. */
    public void send(Channel channel, int at, int length) {
        int perMessage = valuesPerMessage(ring);
        byte[] bytes = new byte[(int) ring.packedBytes(Math.min(length, perMessage))];
        for (int done = 0; done < length; done += perMessage) {
            int part = Math.min(perMessage, length - done);
            store(at + done, part, bytes, 0);
            channel.send(bytes, 0, (int) ring.packedBytes(part));
        }
    }

    /**
     * Receives {@code length} values into the places from {@code at}.
     *
     * @param step what is being received, for messages
     * @throws ProtocolAbort with {@link AbortReason#MALFORMED} if the last byte is not filled up with zeros
     */
    public void receive(Channel channel, int at, int length, String step) {
        int perMessage = valuesPerMessage(ring);
        byte[] bytes = new byte[(int) ring.packedBytes(Math.min(length, perMessage))];
        for (int done = 0; done < length; done += perMessage) {
            int part = Math.min(perMessage, length - done);
            channel.receive(bytes, 0, (int) ring.packedBytes(part));
            if (!load(bytes, 0, at + done, part)) {
                throw new ProtocolAbort(channel.peer(), step, AbortReason.MALFORMED);
            }
        }
    }

    /** Writes {@code length} values from {@code at}, {@link Ring#packedBytes} bytes, to {@code bytes} from {@code bytesAt}. */
    public void store(int at, int length, byte[] bytes, int bytesAt) {
        int bits = ring.bits();
        long mask = ring.mask();
        long open = 0;
        int filled = 0;
        int to = bytesAt;
        for (int i = at; i < at + length; i++) {
            long value = lane(i) & mask;
            open |= value << filled;
            filled += bits;
            if (filled >= Long.SIZE) { // the word is full: what did not fit opens the next one
                Bulk.putLong(bytes, to, open);
                to += Long.BYTES;
                filled -= Long.SIZE;
                open = filled == 0 ? 0 : value >>> (bits - filled);
            }
        }
        for (; filled > 0; filled -= Byte.SIZE) {
            bytes[to++] = (byte) open;
            open >>>= Byte.SIZE;
        }
    }

    /** Reads what {@link #store} wrote. @return whether the last byte is filled up with zeros */
    public boolean load(byte[] bytes, int bytesAt, int at, int length) {
        int bits = ring.bits();
        long mask = ring.mask();
        int end = bytesAt + (int) ring.packedBytes(length);
        long open = 0;
        int filled = 0;
        int from = bytesAt;
        for (int i = at; i < at + length; i++) {
            long value = open;
            if (filled >= bits) {
                open >>>= bits;
                filled -= bits;
            } else {
                long next = 0;
                int taken = Math.min(Long.BYTES, end - from);
                if (taken == Long.BYTES) {
                    next = Bulk.getLong(bytes, from);
                } else {
                    for (int b = 0; b < taken; b++) {
                        next |= (bytes[from + b] & 0xffL) << b * Byte.SIZE;
                    }
                }
                from += taken;
                value |= next << filled;
                int used = bits - filled; // of the next word, 1 to 62 bits
                open = next >>> used;
                filled = taken * Byte.SIZE - used;
            }
            setLane(i, value & mask);
        }
        return open == 0;
    }
}
