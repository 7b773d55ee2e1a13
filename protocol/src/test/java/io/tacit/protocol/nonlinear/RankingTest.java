package io.tacit.protocol.nonlinear;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankingTest {
    private static final byte[] NONE = new byte[6];

    @Test
    void bitsOfBothHalvesMakeIndices() {
        assertThat(Ranking.decode(new byte[] {1, 0, 1, 0, 1, 0}, NONE, 2, 6))
                .hasValueSatisfying(best -> assertThat(best).containsExactly(5, 2));
        // only lowest bits count, and either half may hold them
        assertThat(Ranking.decode(new byte[] {3, 2, 0, 0, 1, 0}, new byte[] {0, 0, -1, 0, 0, 0}, 2, 6))
                .hasValueSatisfying(best -> assertThat(best).containsExactly(5, 2));
    }

    @Test
    void indicesOutOfRangeOrNamedTwiceAreRefused() {
        assertThat(Ranking.decode(new byte[] {1, 0, 1, 0, 1, 0}, NONE, 2, 5)).isEmpty();
        assertThat(Ranking.decode(new byte[] {0, 1, 0, 0, 1, 0}, NONE, 2, 6)).isEmpty();
    }
}
