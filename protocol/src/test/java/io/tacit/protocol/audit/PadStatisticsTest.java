package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.securenets.Mode;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PadStatisticsTest {
    private static final ExecutorService CLOUDS = Executors.newCachedThreadPool();
    private static final GreyImages FIRST = StrokeImages.draw(4, 21);
    private static final GreyImages SECOND = StrokeImages.draw(4, 22);

    @AfterAll
    static void stop() {
        CLOUDS.shutdownNow();
    }

    @Test
    void aBuildWhoseStoreReusesPadsIsCaught() throws NoSuchAlgorithmException {
        for (Mode mode : List.of(Mode.BLINDED_ONE, Mode.BLINDED_TWO)) {
            SecureRandom random = seeded(1);
            InsecureReusingStore reusing = new InsecureReusingStore(new MemoryMaterialStore(1 << 24, random));
            SecureNetsView broken = new SecureNetsView(mode, network(), random, () -> reusing, CLOUDS, Workers.NONE);
            PadStatistics.Result result = PadStatistics.apply(List.of(broken.send(FIRST), broken.send(SECOND)));
            assertThat(result.isFlagged()).as("%s", mode).isTrue();
            assertThat(result.worst().name()).isEqualTo("difference of two transcripts");
        }
    }

    @Test
    void twoUsersWithOneSeedAreCaught() throws NoSuchAlgorithmException {
        for (Mode mode : List.of(Mode.BLINDED_ONE, Mode.BLINDED_TWO, Mode.BLINDED_THREE)) {
            ResidueMatrix earlier = new SecureNetsView(mode, network(), seeded(2), CLOUDS, Workers.NONE).send(FIRST);
            ResidueMatrix later = new SecureNetsView(mode, network(), seeded(2), CLOUDS, Workers.NONE).send(SECOND);
            assertThat(PadStatistics.apply(List.of(earlier, later)).isFlagged())
                    .as("%s", mode)
                    .isTrue();
        }
    }

    @Test
    void theRealBuildIsNotCaught() throws NoSuchAlgorithmException {
        for (Mode mode : List.of(Mode.BLINDED_ONE, Mode.BLINDED_TWO, Mode.BLINDED_THREE)) {
            SecureNetsView view = new SecureNetsView(mode, network(), seeded(3), CLOUDS, Workers.NONE);
            // the same pictures too: a user may ask twice
            PadStatistics.Result result =
                    PadStatistics.apply(List.of(view.send(FIRST), view.send(SECOND), view.send(FIRST)));
            assertThat(result.isFlagged()).as("%s: %s", mode, result.worst()).isFalse();
        }
    }

    @Test
    void uniformValuesAreNotFlaggedAndProbabilitiesAreSpreadEvenly() {
        int low = 0;
        int total = 0;
        for (long seed = 0; seed < 200; seed++) {
            PrimeField field = seed % 2 == 0 ? PrimeField.M31 : PrimeField.M61;
            Random random = new Random(seed);
            PadStatistics.Result result = PadStatistics.apply(List.of(uniform(field, random), uniform(field, random)));
            assertThat(result.isFlagged())
                    .as("seed %d: %s", seed, result.worst())
                    .isFalse();
            for (PadStatistics.Check check : result.checks()) {
                if (!check.name().equals("repeated values")) {
                    total++;
                    low += check.probability() < 0.1 ? 1 : 0;
                }
            }
        }
        // a tenth of the probabilities below 0.1, within five deviations of 0.3 / sqrt(1400)
        assertThat((double) low / total).isBetween(0.06, 0.14);
    }

    @Test
    void simulatedFaultsAreCaughtInBothFields() {
        for (PrimeField field : PrimeField.values()) {
            Random random = new Random(31);
            int rows = FIRST.pixels();
            int columns = FIRST.count();
            long[] first = new long[rows * columns];
            long[] second = new long[rows * columns];
            for (int i = 0; i < first.length; i++) {
                first[i] = FIRST.level(i % columns, i / columns);
                second[i] = SECOND.level(i % columns, i / columns);
            }
            ResidueMatrix earlier = masked(field, rows, columns, first, random);
            ResidueMatrix later = masked(field, rows, columns, second, random);
            assertThat(PadStatistics.apply(List.of(earlier, later)).isFlagged()).isFalse();
            for (SimulatedPadFault fault : SimulatedPadFault.values()) {
                ResidueMatrix broken = fault.apply(earlier, first, later, second);
                assertThat(PadStatistics.apply(List.of(earlier, broken)).isFlagged())
                        .as("%s over %s", fault, field)
                        .isTrue();
            }
        }
    }

    @Test
    void tooLittleToTellIsRefused() {
        ResidueMatrix small = new ResidueMatrix(PrimeField.M31, 1, 4, new long[4]);
        assertThatThrownBy(() -> PadStatistics.apply(List.of(small, small)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ResidueMatrix masked(PrimeField field, int rows, int columns, long[] data, Random random) {
        long[] values = new long[data.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = field.subtract(data[i], random.nextLong(field.modulus()));
        }
        return new ResidueMatrix(field, rows, columns, values);
    }

    private static ResidueMatrix uniform(PrimeField field, Random random) {
        return new ResidueMatrix(
                field, 100, 30, random.longs(3000, 0, field.modulus()).toArray());
    }

    private static IntegerNetwork network() {
        return SecureNetsView.denseNetwork(StrokeImages.SIDE, StrokeImages.SIDE, 127, InsecurePublishedView.prg(9));
    }

    private static SecureRandom seeded(int seed) throws NoSuchAlgorithmException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(seed);
        return random;
    }
}
