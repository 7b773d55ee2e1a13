package io.tacit.cli;

import io.tacit.client.deployment.Deployment;

/** The papers' own modes stay for comparison; whoever runs one is told so each time. */
final class PublishedMode {
    private static final String NAME = "published";

    private PublishedMode() {}

    /** One line on the error stream if this deployment runs a protocol as its paper has it. */
    static void warn(Deployment deployment) {
        if (deployment.mode().equals(NAME)) {
            System.err.println("tacit: warning: mode published does not keep what it should hide ('tacit audit "
                    + deployment.protocol().id() + "' shows the attacks); it is for comparison only");
        }
    }
}
