package io.tacit.kernel.provider;

import io.tacit.kernel.plain.FusedMultiplyAdd;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the twin of each kernel once a process: the Vector API twins where the incubator module is there and the machine
 * multiplies and adds in one instruction, else the plain ones. The system property {@value #PROPERTY} set to {@code plain}
 * or {@code vector} overrides the choice: a command that runs for a second is faster with the plain twins, because vector
 * code is slow until it has been compiled.
 */
public final class Kernels {

    /** System property that overrides the choice. */
    public static final String PROPERTY = "tacit.kernel";

    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String VECTOR_KERNELS = "io.tacit.kernel.vector.VectorKernels";
    private static final KernelProvider PLAIN = new PlainKernels();

    private Kernels() {}

    /** Found out at the first use of {@link #active}, not when this class is loaded: {@link #plain} needs none of it. */
    private static final class Chosen {
        private static final Choice CHOICE = choose(
                System.getProperty(PROPERTY, ""),
                ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent(),
                FusedMultiplyAdd.PRESENT);
    }

    /**
     * A provider and why it was taken.
     *
     * @param notice one line for people when something better could be had, else null
     */
    record Choice(KernelProvider kernels, @Nullable String notice) {}

    /** The kernels that this process uses. */
    public static KernelProvider active() {
        return Chosen.CHOICE.kernels();
    }

    /** The plain twins, whatever is active. */
    public static KernelProvider plain() {
        return PLAIN;
    }

    /** One line that says why faster kernels are not active and how to turn them on; empty when there is nothing to say. */
    public static Optional<String> notice() {
        return Optional.ofNullable(Chosen.CHOICE.notice());
    }

    static Choice choose(String wish, boolean moduleIsThere, boolean fusesMultiplyAdd) {
        if (wish.equals("plain")) {
            return new Choice(PLAIN, null);
        }
        boolean forced = wish.equals("vector");
        if (!moduleIsThere) {
            return new Choice(
                    PLAIN,
                    "plain kernels: start Java with --add-modules " + VECTOR_MODULE
                            + " for kernels that are several times faster");
        }
        if (!fusesMultiplyAdd && !forced) {
            return new Choice(
                    PLAIN,
                    "plain kernels: this machine or this Java has no fused multiply-add; -D" + PROPERTY
                            + "=vector insists on vector kernels");
        }
        KernelProvider vector;
        try {
            vector = (KernelProvider)
                    Class.forName(VECTOR_KERNELS).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            return new Choice(PLAIN, "plain kernels: this Java's Vector API is not the one expected (" + e + ")");
        }
        boolean unknown = !wish.isEmpty() && !forced;
        return new Choice(
                vector, unknown ? "-D" + PROPERTY + "=" + wish + " is neither plain nor vector: ignored" : null);
    }
}
