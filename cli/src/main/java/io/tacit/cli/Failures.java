package io.tacit.cli;

import io.tacit.client.deployment.InvalidDeployment;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.model.ModelFileException;
import io.tacit.model.UnsupportedModelException;
import io.tacit.protocol.material.MaterialException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** From exceptions to what a person sees: one clear line and status 2 for a bad input, a stack trace and status 1 for a bug. */
final class Failures {

    private Failures() {}

    static int report(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String sentence = sentence(failure);
        if (sentence == null) {
            failure.printStackTrace(err);
            err.println("tacit: this is a bug; please report it with the lines above");
            return 1;
        }
        err.println("tacit: " + sentence);
        return 2;
    }

    static int misuse(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        command.getErr()
                .println("tacit: " + failure.getMessage() + " (see '"
                        + command.getCommandSpec().qualifiedName() + " --help')");
        return 2;
    }

    /** One line about a failure that the user can mend; {@code null} for everything else. */
    private static @org.jspecify.annotations.Nullable String sentence(Exception failure) {
        if (failure instanceof BadInput
                || failure instanceof ProtocolAbort
                || failure instanceof LimitExceeded
                || failure instanceof InvalidDeployment
                || failure instanceof InvalidIdentity
                || failure instanceof ModelFileException
                || failure instanceof MaterialException) {
            return failure.getMessage();
        }
        if (failure instanceof PeerUnavailable) {
            return failure.getMessage() + " (tacit doctor tells whether it runs and can be reached)";
        }
        if (failure instanceof UnsupportedModelException e) {
            int more = e.findings().size() - 1;
            return e.findings().get(0) + (more == 0 ? "" : "; and " + more + " more, which 'tacit check' lists");
        }
        if (failure instanceof NoSuchFileException e) {
            return "no such file: " + e.getFile();
        }
        if (failure instanceof AccessDeniedException e) {
            return "permission denied: " + e.getFile();
        }
        if (failure instanceof FileAlreadyExistsException e) {
            return e.getFile() + " is there already; remove it or name another place";
        }
        if (failure instanceof FileSystemException e) {
            return e.getFile() + " cannot be used: "
                    + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
        }
        if (failure instanceof CharacterCodingException) {
            return "a file that should hold text is not UTF-8";
        }
        if (failure instanceof IOException) {
            return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        }
        return null;
    }
}
