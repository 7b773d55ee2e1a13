package io.tacit.protocol.audit;

/** Is told what comes next in an audit; called from the thread that runs it. */
@FunctionalInterface
public interface AuditProgress {
    /**
     * @param step counted from 0
     * @param steps all there are
     * @param description of the step that begins
     */
    void begin(int step, int steps, String description);
}
