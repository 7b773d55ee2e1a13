package io.tacit.server.identity;

import java.io.IOException;
import java.nio.file.Path;

/** An identity file is there already; keys are never replaced. */
public final class IdentityFilesExist extends IOException {
    private static final long serialVersionUID = 1L;

    IdentityFilesExist(Path file) {
        super(file + " is there already: keys are never replaced; choose another folder, or remove it yourself");
    }
}
