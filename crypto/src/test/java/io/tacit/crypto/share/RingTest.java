package io.tacit.crypto.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every width, int lanes and long lanes alike. */
class RingTest {

    static IntStream widths() {
        return IntStream.rangeClosed(1, Ring.MAX_BITS);
    }

    private static RingVector random(Ring ring, int length, long seed) {
        byte[] bytes = new byte[Seed.BYTES];
        new Random(seed).nextBytes(bytes);
        RingVector vector = ring.zeros(length);
        try (Seed s = Seed.of(bytes);
                Prg prg = s.generator("test")) {
            vector.randomize(prg, 0, length);
        }
        return vector;
    }

    @ParameterizedTest
    @MethodSource("widths")
    void arithmeticIsModuloThePowerOfTwo(int bits) {
        Ring ring = new Ring(bits);
        int n = 67;
        RingVector a = random(ring, n, 1);
        RingVector b = random(ring, n, 2);
        RingVector sum = ring.zeros(n);
        RingVector difference = ring.zeros(n);
        RingVector scaled = ring.zeros(n);
        ring.add(a, 0, b, 0, sum, 0, n);
        ring.subtract(a, 0, b, 0, difference, 0, n);
        ring.scale(-3, a, 0, scaled, 0, n);
        long[] signed = new long[n];
        a.decode(0, signed, 0, n);
        for (int i = 0; i < n; i++) {
            assertThat(a.get(i)).isBetween(0L, ring.mask());
            assertThat(sum.get(i)).isEqualTo(a.get(i) + b.get(i) & ring.mask());
            assertThat(difference.get(i)).isEqualTo(a.get(i) - b.get(i) & ring.mask());
            assertThat(scaled.get(i)).isEqualTo(-3 * a.get(i) & ring.mask());
            assertThat(signed[i]).isBetween(-(1L << bits - 1), (1L << bits - 1) - 1);
            assertThat(signed[i] & ring.mask()).isEqualTo(a.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("widths")
    void packedToTheBit(int bits) {
        Ring ring = new Ring(bits);
        for (int n : new int[] {1, 2, 7, 8, 63, 64, 65, 200}) {
            RingVector sent = random(ring, n + 3, n);
            byte[] bytes = new byte[(int) ring.packedBytes(n) + 2];
            Arrays.fill(bytes, (byte) 0x55);
            sent.store(3, n, bytes, 1);
            assertThat(ring.packedBytes(n)).isEqualTo((n * (long) bits + 7) / 8);
            assertThat(bytes[0]).isEqualTo((byte) 0x55);
            assertThat(bytes[bytes.length - 1]).isEqualTo((byte) 0x55);
            for (int i = 0; i < n; i++) { // bit j of value i is bit i * l + j
                long value = 0;
                for (int j = 0; j < bits; j++) {
                    int at = i * bits + j;
                    value |= (long) (bytes[1 + at / 8] >> at % 8 & 1) << j;
                }
                assertThat(value).isEqualTo(sent.get(3 + i));
            }
            RingVector received = ring.zeros(n + 5);
            assertThat(received.load(bytes, 1, 5, n)).isTrue();
            for (int i = 0; i < n; i++) {
                assertThat(received.get(5 + i)).isEqualTo(sent.get(3 + i));
            }
            int unused = (int) (ring.packedBytes(n) * 8 - n * (long) bits);
            if (unused > 0) {
                bytes[bytes.length - 2] |= (byte) 0x80;
                assertThat(received.load(bytes, 1, 5, n)).isFalse();
            }
        }
    }

    @Test
    void sentInBoundedMessages() {
        Ring ring = new Ring(22);
        int n = 300_001;
        MemoryChannel.Pair pair = MemoryChannel.connect("a", "b", 1000);
        RingVector sent = random(ring, n, 9);
        sent.send(pair.left(), 0, n);
        RingVector received = ring.zeros(n);
        received.receive(pair.right(), 0, n, "test");
        for (int i = 0; i < n; i++) {
            assertThat(received.get(i)).isEqualTo(sent.get(i));
        }
        assertThat(pair.left().traffic().total().bytesSent()).isEqualTo(ring.packedBytes(n));
        assertThat(pair.left().traffic().total().messagesSent())
                .isEqualTo(RingVector.messages(ring, n))
                .isGreaterThan(ring.packedBytes(n) / Bulk.CHUNK_BYTES);
        pair.left().send(new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> new Ring(7).zeros(1).receive(pair.right(), 0, 1, "test"))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.MALFORMED));
    }

    @ParameterizedTest
    @MethodSource("widths")
    void reductionShiftAndPlaces(int bits) {
        Ring ring = new Ring(bits);
        RingVector a = random(ring, 40, 3);
        for (int less = 1; less <= bits; less += 5) {
            RingVector reduced = a.reduced(new Ring(less));
            assertThat(reduced.ring().bits()).isEqualTo(less);
            for (int i = 0; i < 40; i++) {
                assertThat(reduced.get(i)).isEqualTo(a.get(i) & (1L << less) - 1);
            }
            int shift = bits - less;
            RingVector shifted = ring.zeros(40);
            shifted.fill(0, 40, 5);
            shifted.addShifted(reduced, shift);
            for (int i = 0; i < 40; i++) {
                assertThat(shifted.get(i)).isEqualTo(5 + (a.get(i) << shift) & ring.mask());
            }
            if (shift > 0) {
                assertThatThrownBy(() -> shifted.addShifted(reduced, shift - 1))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> reduced.reduced(ring)).isInstanceOf(IllegalArgumentException.class);
            }
        }
        int[] places = {7, 3, 39, 0};
        long[] picked = new long[5];
        a.pick(places, 0, picked, 1, 4);
        RingVector placed = ring.zeros(40);
        placed.place(places, 0, picked, 1, 4);
        for (int place : places) {
            assertThat(placed.get(place)).isEqualTo(a.get(place));
        }
        placed.shift(0, 40, -1);
        assertThat(placed.get(5)).isEqualTo(ring.mask());
        assertThat(placed.get(39)).isEqualTo(a.get(39) - 1 & ring.mask());
    }

    @ParameterizedTest
    @MethodSource("widths")
    void convolutionIsModuloThePowerOfTwo(int bits) {
        Ring ring = new Ring(bits);
        ConvolutionGeometry g = ConvolutionGeometry.square(2, 5, 3, 3, 1, 1);
        RingVector weights = random(ring, g.weightCount(), 4);
        RingVector input = random(ring, g.inputSize(), 5);
        RingVector output = ring.zeros(g.outputSize());
        ring.convolve(g, 1, weights, input, 0, output, 0, Workers.NONE);
        for (int m = 0; m < 3; m++) { // the middle of each map
            long sum = 0;
            for (int c = 0; c < 2; c++) {
                for (int k = 0; k < 9; k++) {
                    sum += weights.get((m * 2 + c) * 9 + k) * input.get(c * 25 + (1 + k / 3) * 5 + 1 + k % 3);
                }
            }
            assertThat(output.get(m * 25 + 12)).isEqualTo(sum & ring.mask());
        }
    }

    @ParameterizedTest
    @MethodSource("widths")
    void residuesAreTheLowestBits(int bits) {
        Ring ring = new Ring(bits);
        long mask = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE).longValueExact();
        assertThat(ring.mask()).isEqualTo(mask);
        int n = 19;
        Random random = new Random(bits);
        int[] ints = random.ints(n + 1L).toArray();
        long[] longs = random.longs(n + 1L).toArray();
        RingVector ofInts = ring.zeros(n + 3);
        RingVector ofLongs = ring.zeros(n + 3);
        ofInts.encode(ints, 1, 2, n);
        ofLongs.encode(longs, 1, 2, n);
        ofLongs.set(0, longs[0]);
        for (int i = 0; i < n; i++) {
            assertThat(ofInts.get(i + 2)).isEqualTo(ints[i + 1] & mask);
            assertThat(ofLongs.get(i + 2)).isEqualTo(longs[i + 1] & mask);
        }
        assertThat(ofLongs.get(0)).isEqualTo(longs[0] & mask);
        assertThat(ofInts.get(1) | ofInts.get(n + 2) | ofLongs.get(1) | ofLongs.get(n + 2))
                .isZero();
        assertThat(ring.zeros(9).packedBytes()).isEqualTo((9L * bits + 7) / 8);
    }

    @ParameterizedTest
    @MethodSource("widths")
    void drawnResiduesAreTheGeneratorsWords(int bits) {
        int n = 19;
        long mask = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE).longValueExact();
        RingVector drawn = new Ring(bits).zeros(n + 1);
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg drawing = seed.generator("ring");
                Prg same = seed.generator("ring")) {
            drawn.randomize(drawing, 1, n);
            int[] ints = new int[n];
            long[] longs = new long[n];
            if (bits <= Integer.SIZE) {
                same.fillInts(ints, 0, n);
                Arrays.setAll(longs, i -> ints[i]);
            } else {
                same.fillLongs(longs, 0, n);
            }
            for (int i = 0; i < n; i++) {
                assertThat(drawn.get(i + 1)).isEqualTo(longs[i] & mask);
            }
        }
        assertThat(drawn.get(0)).isZero();
    }

    @Test
    void widthsAndRingsAreChecked() {
        assertThatThrownBy(() -> new Ring(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ring(63)).isInstanceOf(IllegalArgumentException.class);
        RingVector a = new Ring(20).zeros(3);
        RingVector b = new Ring(21).zeros(3);
        assertThatThrownBy(() -> new Ring(20).add(a, 0, b, 0, a, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.copy(b, 0, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        a.fill(0, 3, 77);
        a.wipe();
        assertThat(a.get(1)).isZero();
        assertThat(a.toString()).matches("[a-z.]+RingVector@[0-9a-f]+");
    }
}
