package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statistics of masks, of positions and of blocks: at rest for uniform values, awake for faults. */
class MaskStatisticsTest {
    private static final int QUERIES = 16;

    private static MaskedValues masked(int bits, int length, long seed) {
        Random random = new Random(seed);
        long ring = -1L >>> Long.SIZE - bits;
        List<long[]> seen = new ArrayList<>();
        List<long[]> data = new ArrayList<>();
        for (int query = 0; query < QUERIES; query++) {
            long[] values = new long[length];
            long[] masked = new long[length];
            for (int i = 0; i < length; i++) {
                values[i] = i % 3 == 0 ? 0 : i % 256; // many equal ones, the same in every query
                masked[i] = values[i] - random.nextLong() & ring;
            }
            seen.add(masked);
            data.add(values);
        }
        return new MaskedValues("values", bits, seen, data);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 20, 33, 62})
    void uniformMasksAreNotFlaggedAndFaultsAre(int bits) {
        for (long seed = 0; seed < 50; seed++) {
            PadStatistics.Result result = MaskStatistics.apply(masked(bits, 100, seed));
            assertThat(result.isFlagged())
                    .as("seed %d: %s", seed, result.worst())
                    .isFalse();
        }
        for (SimulatedMaskFault fault : SimulatedMaskFault.values()) {
            assertThat(MaskStatistics.apply(fault.apply(masked(bits, 100, 7))).isFlagged())
                    .as("%s", fault)
                    .isTrue();
        }
    }

    @Test
    void probabilitiesAreSpreadEvenly() {
        int low = 0;
        int total = 0;
        for (long seed = 0; seed < 200; seed++) {
            for (PadStatistics.Check check :
                    MaskStatistics.apply(masked(40, 64, seed)).checks()) {
                if (!check.name().startsWith("repeated")) {
                    total++;
                    low += check.probability() < 0.1 ? 1 : 0;
                }
            }
        }
        assertThat((double) low / total).isBetween(0.06, 0.14); // five deviations of 0.3 / sqrt(2000), and dependence
    }

    @Test
    void tooLittleToTellIsRefused() {
        MaskedValues few =
                new MaskedValues("few", 20, List.of(new long[3], new long[3]), List.of(new long[3], new long[3]));
        assertThatThrownBy(() -> MaskStatistics.apply(few)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Transcripts of random bytes, changed in one place in the second situation. */
    private static PositionStatistics compared(Change change, long seed) {
        Random random = new Random(seed);
        PositionStatistics statistics = new PositionStatistics();
        for (int i = 0; i < 64; i++) {
            byte[] first = new byte[64];
            byte[] second = new byte[2048];
            random.nextBytes(first);
            random.nextBytes(second);
            if (i % 2 == 1) {
                second = change.apply(second);
            }
            statistics.add(i % 2, List.of(first, second));
        }
        return statistics;
    }

    private interface Change {
        byte[] apply(byte[] message);
    }

    @Test
    void transcriptsOfOneDistributionAreNotToldApart() {
        for (long seed = 0; seed < 20; seed++) {
            PadStatistics.Result result = compared(message -> message, seed).result();
            assertThat(result.isFlagged()).as("%s", result.worst()).isFalse();
        }
    }

    @Test
    void oneBitThatTellsTheSituationIsFound() {
        Random random = new Random(5);
        PositionStatistics statistics = new PositionStatistics();
        for (int i = 0; i < 64; i++) {
            byte[] message = new byte[1024];
            random.nextBytes(message);
            message[77] = (byte) (message[77] & 0xfe | i % 2);
            statistics.add(i % 2, List.of(message));
        }
        assertThat(statistics.result().isFlagged()).isTrue();
        assertThat(statistics.result().worst().name()).isEqualTo("one bit of message 0");
    }

    @Test
    void bytesThatAreRarerAreFound() {
        PadStatistics.Result result = compared(
                        message -> {
                            for (int i = 0; i < message.length; i++) {
                                message[i] &= 0x7f;
                            }
                            return message;
                        },
                        2)
                .result();
        assertThat(result.isFlagged()).isTrue();
        assertThat(result.worst().name()).isEqualTo("bytes of message 1");
    }

    @Test
    void otherLengthsAreFound() {
        assertThat(compared(message -> new byte[message.length + 1], 3).sameLengths())
                .isFalse();
        assertThat(compared(message -> message, 3).sameLengths()).isTrue();
    }

    @Test
    void blocksThatComeAgainAndLabelsOfOneWireAreFound() {
        Random random = new Random(4);
        BlockStatistics fresh = new BlockStatistics();
        byte[] message = new byte[4096];
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            random.nextBytes(message);
            messages.add(message.clone());
            fresh.add(0, 0, messages.get(i));
        }
        assertThat(fresh.isFlagged()).isFalse();
        assertThat(fresh.counted()).isEqualTo(1024);
        byte[] again = new byte[32];
        random.nextBytes(again);
        System.arraycopy(messages.get(1), 160, again, 16, 16);
        fresh.add(1, 0, again);
        assertThat(fresh.finding()).contains("second time");

        BlockStatistics labels = new BlockStatistics();
        byte[] offset = new byte[16];
        random.nextBytes(offset);
        byte[] other = messages.get(0).clone();
        for (int at : new int[] {0, 64}) {
            for (int i = 0; i < 16; i++) {
                other[at + i] ^= offset[i];
            }
        }
        for (int i = 0; i < other.length; i++) {
            if (i / 16 != 0 && i / 16 != 4) {
                other[i] = messages.get(2)[i];
            }
        }
        labels.add(0, 0, messages.get(0));
        labels.add(0, 0, other);
        assertThat(labels.finding()).contains("differ like two others");
    }
}
