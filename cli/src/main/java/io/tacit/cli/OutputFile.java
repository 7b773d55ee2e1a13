package io.tacit.cli;

import java.nio.file.Files;
import java.nio.file.Path;

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
}
