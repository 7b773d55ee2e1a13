package io.tacit.kernel.vector;

import jdk.incubator.vector.VectorShape;

/** How many vectors a processor holds at once: what a micro-kernel may keep of its sums while it runs. */
final class RegisterFile {
    /** Processors with 512-bit vectors have 32 registers; those with narrower ones may have 16, and sums beyond that spill. */
    static final boolean HOLDS_SIXTEEN_SUMS = VectorShape.preferredShape().vectorBitSize() >= 512;

    private RegisterFile() {}
}
