package io.tacit.server.material;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.protocol.material.MaterialStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed (SIGKILL) at each step of making, claiming and using pads; no pad is ever used twice. */
class KilledProcessTest {
    private static final int PAD_BYTES = 100_000;
    private static final List<String> STEPS = List.of(
            "draft open", "draft written", "draft moved", "claim moved", "claim forced", "pad used", "claim closed");

    @TempDir
    Path directory;

    /** The process that is killed: makes pads, claims and uses them; each use is logged durably before it happens. */
    public static final class Child {
        private Child() {}

        /** @param args store, log of uses, step to stop at, which time to stop there */
        public static void main(String[] args) throws IOException {
            String stopAt = args[2];
            int[] left = {Integer.parseInt(args[3])};
            FileMaterialStore.Steps steps = step -> {
                if (step.equals(stopAt) && --left[0] == 0) {
                    System.out.println("stopped");
                    try {
                        Thread.sleep(Long.MAX_VALUE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
            try (FileMaterialStore store =
                    new FileMaterialStore(Path.of(args[0]), 1L << 30, new SecureRandom(), steps)) {
                while (store.ready(FileMaterialStoreTest.KIND) < 3) {
                    byte[] pad = new byte[PAD_BYTES];
                    new SecureRandom().nextBytes(pad);
                    FileMaterialStoreTest.put(store, pad);
                }
                for (int i = 0; i < 2; i++) {
                    try (MaterialStore.Claim claim =
                            store.claim(FileMaterialStoreTest.KIND).orElseThrow()) {
                        byte[] first = new byte[16];
                        claim.read(first, 0, first.length);
                        Files.writeString(
                                Path.of(args[1]),
                                HexFormat.of().formatHex(first) + System.lineSeparator(),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND,
                                StandardOpenOption.SYNC);
                        steps.reached("pad used");
                        claim.read(new byte[PAD_BYTES - first.length], 0, PAD_BYTES - first.length);
                    }
                }
            }
            System.out.println("ended");
        }
    }

    @Test
    void noPadIsUsedTwice() throws IOException, InterruptedException {
        Path log = directory.resolve("uses");
        int kills = 0;
        for (String step : STEPS) {
            for (int time = 1; time <= 2; time++) {
                kills += run(log, step, time) ? 1 : 0;
            }
        }
        assertThat(run(log, "nowhere", 1)).isFalse();
        assertThat(kills).isGreaterThanOrEqualTo(STEPS.size());
        List<String> uses = Files.readAllLines(log);
        assertThat(uses).hasSizeGreaterThan(STEPS.size()).doesNotHaveDuplicates();
        // what was claimed and not finished is empty now: nothing can read it any more
        List<Path> claimed = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory.resolve("store").resolve("claimed"))) {
            files.forEach(claimed::add);
        }
        for (Path file : claimed) {
            assertThat(Files.size(file)).isZero();
        }
    }

    /** Runs a child until it stops at a step and is killed, or ends. @return whether it was killed */
    private boolean run(Path log, String step, int time) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        directory.resolve("store").toString(),
                        log.toString(),
                        step,
                        Integer.toString(time))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            String said = out.readLine();
            assertThat(said).isIn("stopped", "ended");
            if (said.equals("stopped")) {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return said.equals("stopped");
        }
    }
}
