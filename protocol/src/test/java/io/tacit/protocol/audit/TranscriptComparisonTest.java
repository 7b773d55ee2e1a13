package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.securenets.Mode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a cloud receives: the same whatever the pictures are, and never a secret as it is. */
class TranscriptComparisonTest {
    private static final ExecutorService CLOUDS = Executors.newCachedThreadPool();
    private static final GreyImages PICTURES = StrokeImages.draw(10, 41);

    @AfterAll
    static void stop() {
        CLOUDS.shutdownNow();
    }

    @Test
    void inputsAreToldApartInPublishedModeOnly() throws NoSuchAlgorithmException {
        for (Mode mode : Mode.values()) {
            SecureNetsView view = view(mode);
            TranscriptComparison.Result result =
                    TranscriptComparison.compare(view.record(PICTURES.filled(0)), view.record(PICTURES.filled(255)));
            assertThat(result.sameLengths()).as("%s", mode).isTrue();
            assertThat(result.isFlagged()).as("%s: %s", mode, result).isEqualTo(mode == Mode.PUBLISHED);
        }
    }

    @Test
    void anotherNumberOfImagesShows() throws NoSuchAlgorithmException {
        SecureNetsView view = view(Mode.BLINDED_TWO);
        assertThat(TranscriptComparison.compare(view.record(PICTURES), view.record(PICTURES.first(9)))
                        .isFlagged())
                .isTrue();
    }

    @Test
    void noPixelsAndNoHiddenWeightsReachACloudAsTheyAre() throws NoSuchAlgorithmException {
        GreyImages marked = PICTURES.filled(0xA7);
        IntegerNetwork network = network();
        for (Mode mode : List.of(Mode.BLINDED_ONE, Mode.BLINDED_TWO, Mode.BLINDED_THREE)) {
            List<byte[]> received = view(mode).record(marked);
            assertThat(occurs(received, new int[] {0xA7, 0xA7, 0xA7}))
                    .as("%s", mode)
                    .isFalse();
            int[] weights = residues(network.linearSteps().get(0).weights());
            // the search can succeed: with one cloud the weights are public
            assertThat(occurs(received, weights)).as("%s", mode).isEqualTo(mode == Mode.BLINDED_ONE);
        }
    }

    /** Whether the first three numbers occur next to one another, as the little-endian words that residues travel in. */
    private static boolean occurs(List<byte[]> messages, int[] words) {
        ByteBuffer pattern = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 3; i++) {
            pattern.putInt(words[i]);
        }
        String wanted = latin(pattern.array());
        return messages.stream().anyMatch(message -> latin(message).contains(wanted));
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static int[] residues(int[] signed) {
        int[] residues = new int[signed.length];
        for (int i = 0; i < residues.length; i++) {
            residues[i] = signed[i] < 0 ? signed[i] + Integer.MAX_VALUE : signed[i];
        }
        return residues;
    }

    private static IntegerNetwork network() {
        return SecureNetsView.denseNetwork(StrokeImages.SIDE, StrokeImages.SIDE, 127, InsecurePublishedView.prg(8));
    }

    private static SecureNetsView view(Mode mode) throws NoSuchAlgorithmException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(4);
        return new SecureNetsView(mode, network(), random, CLOUDS, Workers.NONE);
    }
}
