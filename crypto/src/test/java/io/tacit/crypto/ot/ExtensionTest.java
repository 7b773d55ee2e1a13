package io.tacit.crypto.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExtensionTest {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;
    private static final int[] COUNTS = {1, 63, 64, 65, 512, 513, 5000, Columns.BATCH, Columns.BATCH + 1};

    private record Held(long[] choices, byte[] blocks) {}

    private static FreeXorOffset offset(int number) {
        return FreeXorOffset.of(TwoParties.seed(number));
    }

    private static CorrelatedSender sender(Channel channel, Extension extension, int number, BlockArithmetic blocks) {
        return CorrelatedSender.connect(
                channel, TwoParties.session(number), extension, offset(number), TwoParties.seed(10 + number), blocks);
    }

    private static CorrelatedReceiver receiver(
            Channel channel, Extension extension, int number, BlockArithmetic blocks) {
        return CorrelatedReceiver.connect(
                channel, TwoParties.session(number), extension, TwoParties.seed(20 + number), blocks);
    }

    private static boolean bit(long[] bits, int at) {
        return (bits[at / 64] >>> (at % 64) & 1) == 1;
    }

    private static long[] words(int count) {
        return new long[(count + 63) / 64];
    }

    @ParameterizedTest
    @EnumSource(Extension.class)
    void blocksDifferByTheOffsetWhereTheBitIsOne(Extension extension) throws Exception {
        for (boolean chosen : new boolean[] {false, true}) {
            var results = TwoParties.run(
                    channel -> {
                        byte[][] blocks = new byte[COUNTS.length][];
                        try (var transfers = sender(channel, extension, 1, new VectorBlocks())) {
                            for (int i = 0; i < COUNTS.length; i++) {
                                blocks[i] = new byte[COUNTS[i] * BLOCK + 3];
                                if (chosen) {
                                    transfers.chosen(COUNTS[i], blocks[i], 3);
                                } else {
                                    transfers.random(COUNTS[i], blocks[i], 3);
                                }
                            }
                        }
                        return blocks;
                    },
                    channel -> {
                        Held[] held = new Held[COUNTS.length];
                        Random random = new Random(9);
                        try (var transfers = receiver(channel, extension, 1, new PlainBlocks())) {
                            for (int i = 0; i < COUNTS.length; i++) {
                                byte[] blocks = new byte[COUNTS[i] * BLOCK + 1];
                                long[] choices = words(COUNTS[i]);
                                if (chosen) {
                                    Arrays.setAll(choices, word -> random.nextLong());
                                    transfers.chosen(COUNTS[i], choices, blocks, 1);
                                } else {
                                    transfers.random(COUNTS[i], choices, blocks, 1);
                                }
                                held[i] = new Held(choices, blocks);
                            }
                        }
                        return held;
                    });
            ByteBuffer delta = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            delta.putLong(offset(1).low()).putLong(offset(1).high());
            int wrong = 0;
            int ones = 0;
            int all = 0;
            long bytes = 2L * 128 * 16 + Curve.POINT_BYTES;
            for (int i = 0; i < COUNTS.length; i++) {
                byte[] q = results.sender()[i];
                Held held = results.receiver()[i];
                for (int j = 0; j < COUNTS[i]; j++) {
                    boolean choice = bit(held.choices, j);
                    ones += choice ? 1 : 0;
                    for (int b = 0; b < BLOCK; b++) {
                        int difference = q[3 + j * BLOCK + b] ^ held.blocks[1 + j * BLOCK + b];
                        wrong += (byte) difference == (choice ? delta.get(b) : 0) ? 0 : 1;
                    }
                }
                all += COUNTS[i];
                for (int done = 0; done < COUNTS[i]; done += Columns.BATCH) {
                    bytes += extension.bytes(Math.min(Columns.BATCH, COUNTS[i] - done), chosen);
                }
            }
            assertThat(wrong).as("bytes of blocks").isZero();
            // six standard deviations
            double deviation = 6 * Math.sqrt(all) / 2;
            assertThat((double) ones).isBetween(all / 2.0 - deviation, all / 2.0 + deviation);
            assertThat(results.receiverEnd().traffic().total().bytesSent()).isEqualTo(bytes);
        }
    }

    @Test
    void trafficIsThatOfThePaper() {
        long many = 1 << 20;
        assertThat(Extension.IKNP.bytes(many, true)).isEqualTo(16 * many);
        assertThat(Extension.IKNP.bytes(many, false) / (double) many).isEqualTo(15.875);
        assertThat(Extension.SOFTSPOKEN_2.bytes(many, false) / (double) many).isEqualTo(7.875);
        assertThat(Extension.SOFTSPOKEN_4.bytes(many, false) / (double) many).isEqualTo(3.875);
        assertThat(Extension.SOFTSPOKEN_8.bytes(many, false) / (double) many).isEqualTo(1.875);
    }

    /** Neither twice inside a session nor between sessions, even if both parties' seeds are the same in both. */
    @Test
    void blocksNeverRepeat() throws Exception {
        Set<String> seen = new HashSet<>();
        int count = 300;
        for (int session = 0; session < 2; session++) {
            int number = session;
            byte[] q = TwoParties.run(
                            channel -> {
                                byte[] blocks = new byte[2 * count * BLOCK];
                                try (var transfers = CorrelatedSender.connect(
                                        channel,
                                        TwoParties.session(number),
                                        Extension.SOFTSPOKEN_4,
                                        offset(1),
                                        TwoParties.seed(1),
                                        new VectorBlocks())) {
                                    transfers.random(count, blocks, 0);
                                    transfers.random(count, blocks, count * BLOCK);
                                }
                                return blocks;
                            },
                            channel -> {
                                byte[] blocks = new byte[2 * count * BLOCK];
                                try (var transfers = CorrelatedReceiver.connect(
                                        channel,
                                        TwoParties.session(number),
                                        Extension.SOFTSPOKEN_4,
                                        TwoParties.seed(2),
                                        new VectorBlocks())) {
                                    transfers.random(count, words(count), blocks, 0);
                                    transfers.random(count, words(count), blocks, count * BLOCK);
                                }
                                return blocks;
                            })
                    .sender();
            for (int at = 0; at < q.length; at += BLOCK) {
                seen.add(HexFormat.of().formatHex(q, at, at + BLOCK));
            }
        }
        assertThat(seen).hasSize(4 * count);
    }

    @ParameterizedTest
    @EnumSource(Extension.class)
    void messages(Extension extension) throws Exception {
        int count = Pads.BATCH + 77;
        byte[][] sent = new byte[2][count * BLOCK];
        Random random = new Random(3);
        random.nextBytes(sent[0]);
        random.nextBytes(sent[1]);
        long[] wanted = random.longs(words(count).length).toArray();
        var results = TwoParties.run(
                channel -> {
                    byte[][] both = new byte[2][count * BLOCK];
                    try (var transfers = new ObliviousSender(
                            channel,
                            sender(channel, extension, 2, new VectorBlocks()),
                            offset(2),
                            TwoParties.seed(5),
                            new VectorBlocks())) {
                        transfers.random(count, both[0], both[1]);
                        transfers.send(count, sent[0], sent[1]);
                    }
                    return both;
                },
                channel -> {
                    byte[][] got = new byte[2][count * BLOCK];
                    long[] choices = words(count);
                    try (var transfers = new ObliviousReceiver(
                            channel, receiver(channel, extension, 2, new VectorBlocks()), new PlainBlocks())) {
                        transfers.random(count, choices, got[0]);
                        transfers.receive(count, wanted, got[1]);
                    }
                    return new Object[] {got, choices};
                });
        byte[][] got = (byte[][]) results.receiver()[0];
        long[] choices = (long[]) results.receiver()[1];
        Set<String> messages = new HashSet<>();
        int wrong = 0;
        for (int j = 0; j < count; j++) {
            int from = j * BLOCK;
            int to = from + BLOCK;
            byte[] chosen = results.sender()[bit(choices, j) ? 1 : 0];
            wrong += Arrays.equals(got[0], from, to, chosen, from, to) ? 0 : 1;
            wrong += Arrays.equals(got[1], from, to, sent[bit(wanted, j) ? 1 : 0], from, to) ? 0 : 1;
            messages.add(HexFormat.of().formatHex(results.sender()[0], from, to));
            messages.add(HexFormat.of().formatHex(results.sender()[1], from, to));
        }
        assertThat(wrong).as("messages").isZero();
        assertThat(messages).hasSize(2 * count);
    }

    /** Frozen: two versions that differ here do not understand each other. */
    @Test
    void knownAnswer() throws Exception {
        StringBuilder digests = new StringBuilder();
        for (Extension extension : Extension.values()) {
            var results = TwoParties.run(
                    channel -> {
                        byte[] blocks = new byte[100 * BLOCK];
                        try (var transfers = sender(channel, extension, 3, new PlainBlocks())) {
                            transfers.random(100, blocks, 0);
                        }
                        return blocks;
                    },
                    channel -> {
                        byte[] blocks = new byte[100 * BLOCK];
                        try (var transfers = receiver(channel, extension, 3, new PlainBlocks())) {
                            transfers.random(100, words(100), blocks, 0);
                        }
                        return blocks;
                    });
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(results.sender());
            digests.append(HexFormat.of().formatHex(hash.digest(results.receiver()), 0, 8))
                    .append(' ');
        }
        assertThat(digests.toString().strip())
                .isEqualTo("5a466dd7ea5fbf39 cac2f0af2abfca6b fb287ec3959913c0 c6006302c449c74d");
    }

    @Test
    void aShortCorrectionIsRefused() {
        assertThatThrownBy(() -> TwoParties.run(
                        channel -> {
                            try (var transfers = sender(channel, Extension.SOFTSPOKEN_4, 1, new PlainBlocks())) {
                                transfers.random(512, new byte[512 * BLOCK], 0);
                            }
                            return 0;
                        },
                        channel -> {
                            try (var transfers = receiver(channel, Extension.SOFTSPOKEN_4, 1, new PlainBlocks())) {
                                channel.send(new byte[31 * 64 - 1]);
                            }
                            return 0;
                        }))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class,
                        abort -> assertThat(abort.reason()).isEqualTo(AbortReason.UNEXPECTED_LENGTH));
    }
}
