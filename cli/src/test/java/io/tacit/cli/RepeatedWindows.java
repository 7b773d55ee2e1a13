package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Looks in recordings for masks that were used twice: where the same picture is asked about every time, they show as equal bytes.
 * Only names repeat otherwise, of material and of the deployment: few and short, but a name is said again each time a server has
 * come back, so that different windows count and not how often each came.
 */
final class RepeatedWindows {
    private static final int MOST_REPEATED = 10;

    private RepeatedWindows() {}

    /**
     * Of all windows of eight bytes that look random one in {@code sampled}, chosen by its content, is remembered.
     *
     * @param sampled so that masks of one query have some twenty such windows at least
     */
    static void assertNone(List<Path> recordings, int sampled) throws IOException {
        LongStream.Builder seen = LongStream.builder();
        for (Path recording : recordings) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(recording))) {
                long window = 0;
                long length = 0;
                for (int next = in.read(); next >= 0; next = in.read()) {
                    window = window << Byte.SIZE | next;
                    length++;
                    boolean chosen = (window * 0x9E3779B97F4A7C15L >>> 32) % sampled == 0;
                    if (length >= Long.BYTES && chosen && looksRandom(window)) {
                        seen.add(window);
                    }
                }
            }
        }
        long[] windows = seen.build().sorted().toArray();
        assertThat(windows).isNotEmpty();
        long repeated = IntStream.range(1, windows.length)
                .filter(i -> windows[i] == windows[i - 1] && (i == 1 || windows[i] != windows[i - 2]))
                .count();
        assertThat(repeated).as("windows that were sent twice").isLessThan(MOST_REPEATED);
    }

    private static boolean looksRandom(long window) {
        Set<Integer> values = new HashSet<>();
        for (int i = 0; i < Long.BYTES; i++) {
            values.add((int) (window >>> Byte.SIZE * i) & 0xff);
        }
        return values.size() >= 6;
    }
}
