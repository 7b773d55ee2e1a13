package io.tacit.bench.kernel;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What the JVM's optimising compiler still has before it. On two cores it needs more than a minute for all kernels; what is
 * timed while it waits is the quick compiler's code, in which every vector is an object.
 */
final class CompilerQueue {
    private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
    private static final String OPERATION = "compilerQueue";

    /** Where the last section begins; before it are the compilations at work and those that wait for the quick compiler. */
    private static final String SLOW_QUEUE = "C2 compile queue:";

    private static final String CURRENT = "C2 CompilerThread";
    private static final String OURS = "io.tacit.";

    private CompilerQueue() {}

    /** Whether code of Tacit is being optimised or waits for it; false on a JVM that does not tell. */
    static boolean hasOurCode() {
        return text().map(CompilerQueue::namesOurCode).orElse(false);
    }

    /** Reads the JVM's list of compilations: a line each, under headings. */
    static boolean namesOurCode(String queue) {
        boolean slow = false;
        for (String line : queue.split("\n", -1)) {
            slow |= line.startsWith(SLOW_QUEUE);
            if ((slow || line.startsWith(CURRENT)) && line.contains(OURS)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> text() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName(COMMANDS), OPERATION, new Object[0], new String[0]);
            return Optional.of((String) text);
        } catch (JMException e) { // another JVM
            return Optional.empty();
        }
    }
}
