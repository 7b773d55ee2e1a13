package io.tacit.crypto.share;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.kernel.provider.Kernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A mutable vector of residues of one {@link PrimeField}: a mask, a share, a masked value, never a plain integer. Plain
 * integers go in by {@link #encode} and come out by {@link #decode}. Always canonical, 0 .. p - 1.
 *
 * <p>Contents may be secret: no {@code toString} shows them; {@link #wipe} overwrites them.
 */
public final class FieldVector extends LaneVector<FieldVector> {
    private final PrimeField field;

    FieldVector(PrimeField field, int length) {
        super(field == PrimeField.M31, length);
        this.field = field;
    }

    public PrimeField field() {
        return field;
    }

    /** One value, 0 .. p - 1. */
    public long get(int index) {
        return lane(index);
    }

    /** Sets one value. @throws IllegalArgumentException if it is not in 0 .. p - 1 */
    public void set(int index, long value) {
        if (value < 0 || value >= field.modulus()) {
            throw new IllegalArgumentException("not a residue");
        }
        setLane(index, value);
    }

    /** Fills {@code length} values from {@code at} with uniform residues. */
    public void randomize(Prg prg, int at, int length) {
        if (field == PrimeField.M31) {
            prg.fillMersenne31(ints(), at, length);
        } else {
            prg.fillMersenne61(longs(), at, length);
        }
    }

    /** Residues of {@code length} signed integers, each within {@link PrimeField#largestSigned}, written from {@code at}. */
    public void encode(int[] signed, int signedAt, int at, int length) {
        if (field == PrimeField.M31) {
            Kernels.active().mersenne31().fromSigned(signed, signedAt, ints(), at, length);
        } else {
            for (int i = 0; i < length; i++) {
                longs()[at + i] = signed[signedAt + i];
            }
            Kernels.active().mersenne61().fromSigned(longs(), at, longs(), at, length);
        }
    }

    /** Residues of {@code length} signed integers, each within {@link PrimeField#largestSigned}, written from {@code at}. */
    public void encode(long[] signed, int signedAt, int at, int length) {
        if (field == PrimeField.M31) {
            for (int i = 0; i < length; i++) {
                ints()[at + i] = (int) signed[signedAt + i];
            }
            Kernels.active().mersenne31().fromSigned(ints(), at, ints(), at, length);
        } else {
            Kernels.active().mersenne61().fromSigned(signed, signedAt, longs(), at, length);
        }
    }

    /** The integers of least absolute value that {@code length} residues from {@code at} stand for; they fit by proof. */
    public void decode(int at, int[] signed, int signedAt, int length) {
        if (field == PrimeField.M31) {
            Kernels.active().mersenne31().toSigned(ints(), at, signed, signedAt, length);
        } else {
            long half = field.largestSigned();
            for (int i = 0; i < length; i++) {
                long value = longs()[at + i];
                signed[signedAt + i] = (int) (value - (field.modulus() & half - value >> 63));
            }
        }
    }

    /** The integers of least absolute value that {@code length} residues from {@code at} stand for. */
    public void decode(int at, long[] signed, int signedAt, int length) {
        if (field == PrimeField.M31) {
            int half = (int) field.largestSigned();
            int modulus = (int) field.modulus();
            for (int i = 0; i < length; i++) {
                int value = ints()[at + i];
                signed[signedAt + i] = value - (modulus & half - value >> 31);
            }
        } else {
            Kernels.active().mersenne61().toSigned(longs(), at, signed, signedAt, length);
        }
    }

    /**
     * Fills a run with one value. @throws IllegalArgumentException if it is not in 0 .. p - 1
     */
    public void fill(int at, int length, long value) {
        if (value < 0 || value >= field.modulus()) {
            throw new IllegalArgumentException("not a residue");
        }
        fillLanes(at, length, value);
    }

    @Override
    void requireSame(FieldVector other) {
        if (other.field != field) {
            throw new IllegalArgumentException("a vector over " + other.field + " given to one over " + field);
        }
    }

    /** Sends {@code length} values from {@code at}, {@link PrimeField#bytesPerValue} bytes each. */
    public void send(Channel channel, int at, int length) {
        if (field == PrimeField.M31) {
            Bulk.sendInts(channel, ints(), at, length);
        } else {
            Bulk.sendLongs(channel, longs(), at, length);
        }
    }

    /**
     * Receives {@code length} values into the places from {@code at}.
     *
     * @param step what is being received, for messages
     * @throws ProtocolAbort with {@link AbortReason#OUT_OF_RANGE} if any of them is not a canonical residue; the values
     *     received are then zeroed
     */
    public void receive(Channel channel, int at, int length, String step) {
        if (field == PrimeField.M31) {
            Bulk.receiveInts(channel, ints(), at, length);
        } else {
            Bulk.receiveLongs(channel, longs(), at, length);
        }
        if (!isCanonical(at, length)) {
            fillLanes(at, length, 0);
            throw new ProtocolAbort(channel.peer(), step, AbortReason.OUT_OF_RANGE);
        }
    }

    /** Little-endian bytes of {@code length} values from {@code at}, written to {@code bytes} from its start. */
    public void store(int at, int length, byte[] bytes) {
        var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (field == PrimeField.M31) {
            view.asIntBuffer().put(ints(), at, length);
        } else {
            view.asLongBuffer().put(longs(), at, length);
        }
    }

    /** Reads what {@link #store} wrote. @return whether all values are canonical; if not, they are zeroed */
    public boolean load(byte[] bytes, int at, int length) {
        var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (field == PrimeField.M31) {
            view.asIntBuffer().get(ints(), at, length);
        } else {
            view.asLongBuffer().get(longs(), at, length);
        }
        boolean canonical = isCanonical(at, length);
        if (!canonical) {
            fillLanes(at, length, 0);
        }
        return canonical;
    }

    private boolean isCanonical(int at, int length) {
        return field == PrimeField.M31
                ? Kernels.active().mersenne31().isCanonical(ints(), at, length)
                : Kernels.active().mersenne61().isCanonical(longs(), at, length);
    }
}
