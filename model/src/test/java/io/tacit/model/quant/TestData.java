package io.tacit.model.quant;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.model.data.CifarReader;
import io.tacit.model.data.IdxReader;
import io.tacit.model.data.LabelledImages;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds data sets and networks that are not part of the repository; a test that needs one is skipped without it. */
final class TestData {

    private TestData() {}

    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at.getParent() != null && !Files.exists(at.resolve("examples")) && !Files.exists(at.resolve(".git"))) {
            at = at.getParent();
        }
        return at;
    }

    /** A file of the folder of trained networks and photographs. */
    static Path shared(String name) {
        Path file = folder(System.getenv("TACIT_SHARED_DATA"), root().resolve("../shared/data"))
                .resolve(name);
        assumeTrue(Files.exists(file), "no " + name + ": set TACIT_SHARED_DATA");
        return file;
    }

    /** A network of the repository. */
    static Path example(String name) {
        Path file = root().resolve("examples/networks").resolve(name);
        assumeTrue(Files.exists(file), "no examples/networks/" + name);
        return file;
    }

    /** Images and labels of a set in idx files. */
    static LabelledImages idx(String set, String prefix) {
        Path folder =
                folder(System.getenv("TACIT_DATA"), root().resolve("data")).resolve(set);
        if (!Files.isDirectory(folder) && set.equals("pneumonia")) {
            folder = shared("pneumoniamnist"); // lies beside the trained networks: 'tacit data' does not fetch it
        }
        assumeTrue(Files.isDirectory(folder), "no data set " + set + ": set TACIT_DATA");
        return IdxReader.read(folder, prefix);
    }

    static LabelledImages cifar(String file) {
        Path path = folder(System.getenv("TACIT_DATA"), root().resolve("data"))
                .resolve("cifar10")
                .resolve(file);
        assumeTrue(Files.exists(path), "no data set cifar10: set TACIT_DATA");
        return CifarReader.read(path);
    }

    private static Path folder(@Nullable String given, Path otherwise) {
        return given == null ? otherwise : Path.of(given);
    }
}
