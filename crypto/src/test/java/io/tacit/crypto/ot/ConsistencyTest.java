package io.tacit.crypto.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checked transfers: right ones pass, a receiver that deviates is found out. */
class ConsistencyTest {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    private static FreeXorOffset offset() {
        return FreeXorOffset.of(TwoParties.seed(1));
    }

    /** @param wrap what the receiver's channel does to its messages */
    private static void run(Extension extension, int count, Wrap wrap) throws Exception {
        Random random = new Random(count);
        long[] choices = random.longs((count + 63) / 64).toArray();
        var results = TwoParties.run(
                channel -> {
                    byte[] blocks = new byte[2 * count * BLOCK];
                    try (var transfers = CorrelatedSender.connect(
                            channel,
                            TwoParties.session(1),
                            extension,
                            Trust.CHECKED,
                            offset(),
                            TwoParties.seed(2),
                            new VectorBlocks())) {
                        transfers.random(count, blocks, 0);
                        transfers.chosen(count, blocks, count * BLOCK);
                    } catch (ProtocolAbort abort) {
                        channel.abort(abort.reason());
                        throw abort;
                    }
                    return blocks;
                },
                channel -> {
                    byte[] blocks = new byte[2 * count * BLOCK];
                    long[] drawn = new long[(count + 63) / 64];
                    try (var transfers = CorrelatedReceiver.connect(
                            wrap.around(channel),
                            TwoParties.session(1),
                            extension,
                            Trust.CHECKED,
                            TwoParties.seed(3),
                            new PlainBlocks())) {
                        transfers.random(count, drawn, blocks, 0);
                        transfers.chosen(count, choices, blocks, count * BLOCK);
                    }
                    return new Object[] {blocks, drawn};
                });
        byte[] held = (byte[]) results.receiver()[0];
        long[] drawn = (long[]) results.receiver()[1];
        byte[] expected = held.clone();
        new PlainBlocks().xorSelected(held, 0, drawn, 0, offset().low(), offset().high(), expected, 0, count);
        new PlainBlocks()
                .xorSelected(
                        held,
                        count * BLOCK,
                        choices,
                        0,
                        offset().low(),
                        offset().high(),
                        expected,
                        count * BLOCK,
                        count);
        assertThat(results.sender()).isEqualTo(expected);
    }

    interface Wrap {
        Channel around(Channel channel);
    }

    @ParameterizedTest
    @EnumSource(Extension.class)
    void honestReceiversPass(Extension extension) throws Exception {
        for (int count : new int[] {1, 448, 449, Columns.BATCH - 64, Columns.BATCH}) {
            run(extension, count, channel -> channel);
        }
    }

    /** The receiver sends the point first, then the sums of the trees (1), their proofs (2), corrections (3), the answer (4). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aChangedBitIsFoundOut(int message) {
        assertThatThrownBy(() -> run(Extension.SOFTSPOKEN_4, 300, channel -> new Flipping(channel, message)))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class,
                        abort -> assertThat(abort.reason()).isEqualTo(AbortReason.VERIFICATION_FAILED));
    }

    @Test
    void semiHonestTransfersAreNotChecked() throws Exception {
        var results = TwoParties.run(
                channel -> {
                    byte[] blocks = new byte[300 * BLOCK];
                    try (var transfers = CorrelatedSender.connect(
                            channel,
                            TwoParties.session(1),
                            Extension.SOFTSPOKEN_4,
                            offset(),
                            TwoParties.seed(2),
                            new VectorBlocks())) {
                        transfers.random(300, blocks, 0);
                    }
                    return blocks;
                },
                channel -> {
                    byte[] blocks = new byte[300 * BLOCK];
                    try (var transfers = CorrelatedReceiver.connect(
                            new Flipping(channel, 2),
                            TwoParties.session(1),
                            Extension.SOFTSPOKEN_4,
                            TwoParties.seed(3),
                            new PlainBlocks())) {
                        transfers.random(300, new long[5], blocks, 0);
                    }
                    return blocks;
                });
        assertThat(results.sender()).hasSameSizeAs(results.receiver());
    }

    /** Changes every 16th byte of the message with a given number, so that what is changed is used whatever the offset is. */
    private static final class Flipping implements Channel {
        private final Channel inner;
        private final int message;
        private int sent;

        Flipping(Channel inner, int message) {
            this.inner = inner;
            this.message = message;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            byte[] copy = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            for (int i = 0; sent == message && i < length; i += 16) {
                copy[i] ^= 1;
            }
            sent++;
            inner.send(copy, 0, length);
        }

        @Override
        public String peer() {
            return inner.peer();
        }

        @Override
        public void receive(byte[] into, int offset, int length) {
            inner.receive(into, offset, length);
        }

        @Override
        public boolean awaitMessage(Duration timeout) {
            return inner.awaitMessage(timeout);
        }

        @Override
        public void flush() {
            inner.flush();
        }

        @Override
        public void enter(Phase phase) {
            inner.enter(phase);
        }

        @Override
        public Traffic traffic() {
            return inner.traffic();
        }

        @Override
        public void abort(AbortReason reason) {
            inner.abort(reason);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
