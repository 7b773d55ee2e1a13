package io.tacit.cli;

import io.tacit.client.wire.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.json.JsonMapper;

/** A file that a command writes at its end: looked at before the work, so that no work is lost. */
final class OutputFile {

    private OutputFile() {}

    /** Refuses a path at which no file can be written. */
    static void check(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new BadInput(file + " is a folder; name a file to write");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BadInput(file + " cannot be written: there is no folder " + folder);
        }
        if (!Files.isWritable(folder) || (Files.exists(file) && !Files.isWritable(file))) {
            throw new BadInput(file + " cannot be written: permission denied");
        }
    }

    /** Writes {@code value} as JSON in one step: readers see the old file or the new one, whatever happens meanwhile. */
    static void writeJson(Path file, Object value) throws IOException {
        Path target = file.toAbsolutePath();
        Path partial = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.deleteIfExists(partial);
            Files.createFile(partial, SecretFile.ownerOnly(partial)); // answers are its account's alone
            Files.writeString(
                    partial,
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
