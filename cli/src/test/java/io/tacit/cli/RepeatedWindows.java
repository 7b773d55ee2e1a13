package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Looks in recordings for masks that were used twice: where the same picture is asked about every time, they show as equal bytes.
 * Only names repeat otherwise, of material and of the deployment: few and short, but a name is said again each time a server has
 * come back, so that different windows count and not how often each came.
 */
final class RepeatedWindows {
    private static final int SAMPLED = 256;
    private static final int MOST_REPEATED = 10;

    private RepeatedWindows() {}

    /** Of all windows of eight bytes that look random one in {@value #SAMPLED}, chosen by its content, is remembered. */
    static void assertNone(List<Path> recordings) throws IOException {
        LongStream.Builder seen = LongStream.builder();
        for (Path recording : recordings) {
            byte[] bytes = Files.readAllBytes(recording);
            long window = 0;
            for (int i = 0; i < bytes.length; i++) {
                window = window << Byte.SIZE | (bytes[i] & 0xff);
                boolean sampled = (window * 0x9E3779B97F4A7C15L >>> 32) % SAMPLED == 0;
                if (i >= Long.BYTES - 1 && sampled && looksRandom(window)) {
                    seen.add(window);
                }
            }
        }
        Map<Long, Long> times =
                seen.build().boxed().collect(Collectors.groupingBy(window -> window, Collectors.counting()));
        assertThat(times).isNotEmpty();
        Map<Long, Long> repeated = new HashMap<>(times);
        repeated.values().removeIf(count -> count == 1);
        assertThat(repeated).as("windows that were sent twice, and how often").hasSizeLessThan(MOST_REPEATED);
    }

    private static boolean looksRandom(long window) {
        Set<Integer> values = new HashSet<>();
        for (int i = 0; i < Long.BYTES; i++) {
            values.add((int) (window >>> Byte.SIZE * i) & 0xff);
        }
        return values.size() >= 6;
    }
}
