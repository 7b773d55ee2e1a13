package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.deployment.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that were kept are those that are read, for the question that was asked and no other. */
class AnswerLogTest {
    private static final Sha256 QUESTION = Sha256.of(new byte[] {1});
    private static final Sha256 OTHER = Sha256.of(new byte[] {2});
    private static final PredictCommand.Answer ONE =
            new PredictCommand.Answer("a picture.png", 3, "three", List.of(3, 1), 0.125, List.of("7", "-9"));
    private static final PredictCommand.Answer TWO =
            new PredictCommand.Answer("image 1", 0, "0", List.of(0), null, List.of());

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    AnswerLogTest() {}

    private Path file() {
        return folder.resolve("answers.log");
    }

    private List<PredictCommand.Answer> read() throws IOException {
        try (AnswerLog log = AnswerLog.open(file(), QUESTION)) {
            return log.answers();
        }
    }

    private void write() throws IOException {
        try (AnswerLog log = AnswerLog.open(file(), QUESTION)) {
            assertThat(log.answers()).isEmpty();
            log.append(List.of(ONE, TWO));
            log.append(List.of(TWO));
            assertThat(log.answers()).containsExactly(ONE, TWO, TWO);
        }
    }

    @Test
    void batchesAreKept() throws IOException {
        write();
        assertThat(read()).containsExactly(ONE, TWO, TWO);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void whateverIsCutOffIsTheLastBatch() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file());
        int title = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        int first = new String(whole, title, whole.length - title, StandardCharsets.UTF_8).indexOf('\n') + 1 + title;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), java.util.Arrays.copyOf(whole, length));
            assertThat(read()).as("%d bytes", length).hasSize(length < first ? 0 : 2);
            try (AnswerLog log = AnswerLog.open(file(), QUESTION)) {
                log.append(List.of(ONE));
            }
            assertThat(read()).as("%d bytes, and one more", length).endsWith(ONE);
        }
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        write();
        assertThatThrownBy(() -> AnswerLog.open(file(), OTHER))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("other inputs");
        try (AnswerLog log = AnswerLog.open(file(), QUESTION)) {
            assertThat(log.answers()).hasSize(3);
            assertThatThrownBy(() -> AnswerLog.open(file(), QUESTION))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("in use");
        }
        for (String line : List.of("nonsense", "null", "[null]", "[{}]", "{\"picture\": 1}")) {
            Files.delete(file());
            write();
            Files.write(file(), (line + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
            assertThatThrownBy(this::read).as(line).isInstanceOf(BadInput.class).hasMessageContaining("damaged");
        }
        Files.writeString(file(), "a list of my own\n");
        assertThatThrownBy(this::read).isInstanceOf(BadInput.class).hasMessageContaining("no file of answers");
        assertThat(Files.readString(file())).isEqualTo("a list of my own\n");
    }
}
