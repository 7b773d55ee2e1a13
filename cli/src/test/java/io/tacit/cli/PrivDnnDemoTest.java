package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo of privdnn, a process that starts the parties' processes, in both modes. */
@Tag("slow")
class PrivDnnDemoTest {
    private static final long PATIENCE_SECONDS = 900;

    @TempDir
    private Path work;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    PrivDnnDemoTest() {}

    @ParameterizedTest
    @CsvSource({"hardened, scores", "hardened, label", "published, scores"})
    @Timeout(1_200)
    void answersAreEqualAndThePageIsThere(String mode, String policy) throws Exception {
        String home = Path.of("..").toAbsolutePath().normalize().toString();
        List<String> command =
                List.of("demo", "--protocol", "privdnn", "--mode", mode, "--policy", policy, "--page", "demo.html");
        try (PartyProcess demo = PartyProcess.start(work, "demo", List.of("tacit.home=" + home), command)) {
            demo.await("private answer = plaintext answer", PATIENCE_SECONDS);
            demo.finish(PATIENCE_SECONDS);
        }
        boolean published = mode.equals("published");
        assertThat(Files.readString(work.resolve("demo.html")))
                .contains("what the owner decrypted of it")
                .contains(published ? "saw feature maps" : "noise");
        assertThat(Files.readString(work.resolve("demo.log")).contains("warning: mode published"))
                .isEqualTo(published);
    }
}
