package io.tacit.model;

import java.util.List;
import java.util.stream.Collectors;

/** A well-formed network that cannot be taken; carries every finding, so that one look suffices. */
public final class UnsupportedModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    /** @param findings at least one */
    public UnsupportedModelException(List<Finding> findings) {
        super(findings.stream().map(Finding::toString).collect(Collectors.joining(System.lineSeparator())));
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("no findings");
        }
        this.findings = List.copyOf(findings);
    }

    /** Everything that was found, in the order of the network. */
    public List<Finding> findings() {
        return findings;
    }
}
