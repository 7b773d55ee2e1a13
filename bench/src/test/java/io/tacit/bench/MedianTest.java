package io.tacit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {
    @Test
    void theMiddleOrTheMeanOfTheTwoInTheMiddle() {
        double[] values = {5, 1, 9};
        assertThat(Median.of(values)).isEqualTo(5);
        assertThat(values).containsExactly(5, 1, 9);
        assertThat(Median.of(4, 1, 100, 2)).isEqualTo(3);
        assertThat(Median.of()).isNaN();
        assertThat(Median.of(List.of("aaa", "a", "aa"), String::length)).isEqualTo(2);
    }
}
