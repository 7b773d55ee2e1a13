package io.tacit.cli;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers to a question that is asked batch by batch, on disk as they come: what was answered is not asked again, whatever
 * ended the program. The file belongs to one question, can be read by its account alone, and is open once at a time.
 *
 * <p>A line that names the question, then a line of JSON a batch. A last line without its end was being written: it counts
 * as not there.
 */
final class AnswerLog implements AutoCloseable {
    private static final long MAX_BYTES = 1L << 30;
    private static final String TITLE = "tacit answers 1 ";

    private final Path file;
    private final FileChannel channel;
    private final List<PredictCommand.Answer> answers = new ArrayList<>();

    private AnswerLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the answers to a question; there may be none yet.
     *
     * @param question what is asked of whom, in full
     * @throws BadInput if the file is another question's, damaged, or open elsewhere
     */
    static AnswerLog open(Path file, Sha256 question) throws IOException {
        OutputFile.check(file);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                SecretFile.ownerOnly(file));
        AnswerLog log = new AnswerLog(file, channel);
        try {
            log.lock();
            log.read(question);
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void lock() throws IOException {
        try {
            if (channel.tryLock() != null) { // given back when the channel is closed
                return;
            }
        } catch (OverlappingFileLockException e) {
            // this process has it open
        }
        throw new BadInput(file + " is in use by another prediction");
    }

    private void read(Sha256 question) throws IOException {
        if (channel.size() > MAX_BYTES) {
            throw new BadInput(file + " is too long to be a file of answers");
        }
        ByteBuffer content = ByteBuffer.allocate((int) channel.size());
        int read;
        do {
            read = channel.read(content);
        } while (read > 0);
        int whole = 0;
        for (int at = 0; at < content.position(); at++) {
            if (content.get(at) == '\n') {
                line(whole == 0, new String(content.array(), whole, at - whole, StandardCharsets.UTF_8), question);
                whole = at + 1;
            }
        }
        channel.truncate(whole).position(whole);
        if (whole == 0) {
            write(title(question).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String title(Sha256 question) {
        return TITLE + question;
    }

    private void line(boolean first, String line, Sha256 question) {
        if (!first) {
            try {
                answers.addAll(List.of(JsonMapper.shared().readValue(line, PredictCommand.Answer[].class)));
            } catch (JacksonException | NullPointerException e) { // a list has no nulls
                throw new BadInput(file + " is damaged: remove it to ask again for everything");
            }
        } else if (!line.startsWith(TITLE)) {
            throw new BadInput(file + " is no file of answers: name another one");
        } else if (!line.equals(title(question))) {
            throw new BadInput(file + " holds the answers to other inputs, or of another deployment: name another one");
        }
    }

    /** All answers so far, in order. */
    List<PredictCommand.Answer> answers() {
        return List.copyOf(answers);
    }

    /** Adds a batch's answers; they are on the disk when this returns. */
    void append(List<PredictCommand.Answer> batch) throws IOException {
        write(JsonMapper.shared().writeValueAsBytes(batch));
        answers.addAll(batch);
    }

    private void write(byte[] line) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
