package io.tacit.crypto.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Additive shares of bits add up to the bits. */
class BitConversionTest {
    private static final BlockArithmetic BLOCKS = new PlainBlocks();

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void sharesAddUp(int parties) throws Exception {
        int[] counts = {1, 64, 1000, (1 << 17) + 77, 0};
        Ring[] rings = {new Ring(1), new Ring(22), new Ring(32), new Ring(41), new Ring(62)};
        long[][][] bits = new long[parties][counts.length][];
        Random random = new Random(parties);
        for (long[][] rows : bits) {
            for (int i = 0; i < counts.length; i++) {
                rows[i] = random.longs(counts[i] / 64 + 1).toArray();
            }
        }
        List<List<RingVector>> shares = Parties.run(parties, mesh -> {
            Seed seed = GarblingTest.seed(100 + mesh.self());
            FreeXorOffset offset = FreeXorOffset.of(seed.derive("offset"));
            List<RingVector> results = new ArrayList<>();
            try (PartySession session = PartySession.connect(
                            mesh, new byte[16], Extension.SOFTSPOKEN_2, offset, seed.derive("session"), BLOCKS);
                    BitConversion conversion = new BitConversion(session, seed.derive("conversion"))) {
                for (int i = 0; i < counts.length; i++) {
                    results.add(conversion.convert(bits[mesh.self()][i], counts[i], rings[i]));
                }
            }
            return results;
        });
        for (int i = 0; i < counts.length; i++) {
            long ones = 0;
            for (int bit = 0; bit < counts[i]; bit++) {
                long sum = 0;
                long expected = 0;
                for (int party = 0; party < parties; party++) {
                    sum += shares.get(party).get(i).get(bit);
                    expected ^= bits[party][i][bit / 64] >>> bit & 1;
                }
                assertThat(sum & rings[i].mask())
                        .as("bit %d of %s", bit, rings[i])
                        .isEqualTo(expected);
                ones += shares.get(0).get(i).get(bit) & 1;
            }
            // a share tells nothing: its last bit is one half of the time
            assertThat(Math.abs(2 * ones - counts[i])).isLessThanOrEqualTo(6 * (long) Math.sqrt(counts[i]) + 1);
        }
    }
}
