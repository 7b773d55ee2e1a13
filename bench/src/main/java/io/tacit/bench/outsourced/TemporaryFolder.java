package io.tacit.bench.outsourced;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder for keys and material while something is measured. */
final class TemporaryFolder {
    private TemporaryFolder() {}

    /** What is measured in the folder. */
    @FunctionalInterface
    interface Work<T> {
        T run(Path folder) throws IOException;
    }

    /** In a new folder, which is removed with all that is in it. */
    static <T> T with(Work<T> work) throws IOException {
        Path folder = Files.createTempDirectory("tacit-bench");
        try {
            return work.run(folder);
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
