package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a server receives and ends up with. */
class TripletViewTest {
    private static final LinearShape SHAPE = new LinearShape(ConvolutionGeometry.square(8, 12, 10, 3, 1, 1), 20);

    /** Messages received by each server, and the shares, of two preparations with the same weights and inputs. */
    private static final class Views {
        final List<List<byte[]>> received = List.of(new ArrayList<>(), new ArrayList<>());
        final List<List<RingVector[]>> first;
        final List<List<RingVector[]>> second;
        final int messagesOfFirst;

        Views(long fill) {
            try (TwoServers both = new TwoServers(
                    List.of(SHAPE),
                    PackingGoal.BALANCED,
                    Pipeline.ON,
                    2,
                    (server, channel) -> new RecordingChannel(
                            channel,
                            (bytes, offset, length) ->
                                    received.get(server).add(Arrays.copyOfRange(bytes, offset, offset + length))))) {
                TwoServers.Shares shares = both.draw(SHAPE, 2);
                if (fill != 0) {
                    shares.weights()[0].fill(0, shares.weights()[0].length(), fill);
                    shares.weights()[1].fill(0, shares.weights()[1].length(), fill);
                }
                first = both.products(List.of(shares));
                messagesOfFirst = received.get(0).size();
                second = both.products(List.of(shares));
            }
        }
    }

    @Test
    void noPartOfACiphertextEverComesTwice() {
        Views views = new Views(0);
        Set<ByteBuffer> seen = new HashSet<>();
        int pieces = 0;
        int header = 8;
        for (List<byte[]> messages : views.received) {
            for (byte[] message : messages) {
                for (int at = header; at + 16 <= message.length; at += 16) {
                    seen.add(ByteBuffer.wrap(Arrays.copyOfRange(message, at, at + 16)));
                    pieces++;
                }
            }
        }
        assertThat(pieces).isGreaterThan(10_000);
        assertThat(seen).hasSize(pieces);
    }

    @Test
    void sharesAreFreshAndSumToTheSame() {
        Views views = new Views(0);
        for (int query = 0; query < 2; query++) {
            long[] once = TwoServers.residues(views.first.get(0).get(0)[query]);
            long[] again = TwoServers.residues(views.second.get(0).get(0)[query]);
            int equal = 0;
            for (int i = 0; i < once.length; i++) {
                equal += once[i] == again[i] ? 1 : 0;
            }
            assertThat(equal).isLessThan(10); // 2^-20 each
            assertThat(TwoServers.residues(TwoServers.sum(
                            views.first.get(0).get(0)[query], views.first.get(1).get(0)[query])))
                    .isEqualTo(TwoServers.residues(TwoServers.sum(
                            views.second.get(0).get(0)[query],
                            views.second.get(1).get(0)[query])));
        }
    }

    /** Lengths do not depend on values, and bytes are uniform whatever the weights: chi-square with 255 degrees. */
    @Test
    void messagesOfDifferentWeightsLookAlike() {
        Views zeros = new Views(1L << 20);
        Views random = new Views(0);
        for (int server = 0; server < 2; server++) {
            assertThat(zeros.received.get(server).stream().map(m -> m.length))
                    .isEqualTo(random.received.get(server).stream()
                            .map(m -> m.length)
                            .toList());
            assertThat(chiSquare(zeros.received.get(server))).isBetween(120.0, 420.0);
            assertThat(chiSquare(random.received.get(server))).isBetween(120.0, 420.0);
        }
    }

    private static double chiSquare(List<byte[]> messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages) { // residues are uniform below a prime: their top bytes are left out
            all.write(message, message.length / 2, message.length / 2);
        }
        long[] counts = new long[256];
        for (byte each : all.toByteArray()) {
            counts[each & 0xFF]++;
        }
        double expected = all.size() / 256.0;
        double sum = 0;
        for (long count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }
}
