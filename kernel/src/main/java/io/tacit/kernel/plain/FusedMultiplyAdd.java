package io.tacit.kernel.plain;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Whether {@code Math.fma} is an instruction here: without it one call costs about a microsecond. */
public final class FusedMultiplyAdd {

    /** Known to the JIT compiler as a constant, so that a choice by it costs nothing. */
    public static final boolean PRESENT = isPresent();

    private FusedMultiplyAdd() {}

    private static boolean isPresent() {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("UseFMA")
                    .getValue());
        } catch (RuntimeException | LinkageError e) {
            return false; // not HotSpot, or a Java without its management module
        }
    }
}
