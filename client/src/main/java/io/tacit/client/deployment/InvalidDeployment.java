package io.tacit.client.deployment;

import java.util.List;

/** A deployment file that cannot be used. Carries everything that was found, not only the first. */
public final class InvalidDeployment extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String source;

    @SuppressWarnings("serial") // made by List.copyOf, which is serializable
    private final List<String> findings;

    /**
     * @param source name of the file
     * @param findings each one sentence that names the key and the line
     */
    public InvalidDeployment(String source, List<String> findings) {
        super(source + ": " + String.join("; ", findings));
        this.source = source;
        this.findings = List.copyOf(findings);
    }

    public String source() {
        return source;
    }

    public List<String> findings() {
        return findings;
    }
}
