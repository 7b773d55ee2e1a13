package io.tacit.bench.primitive;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.ot.Extension;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Garbling, evaluation, correlated transfers and the bit transpose: the plain twin beside the active one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PrimitivesJmh {
    private static final int COLUMNS = 1 << 15;

    /** Which twin. */
    @Param({"plain", "active"})
    public String kernels = "active";

    private final byte[] in = new byte[BlockArithmetic.TRANSPOSE_ROWS * COLUMNS / Byte.SIZE];
    private final byte[] out = new byte[COLUMNS * BlockArithmetic.BLOCK_BYTES];
    private KernelProvider provider = Kernels.plain();
    private Activation activation = new Activation(provider.blocks());
    private Transfers transfers = new Transfers(Extension.SOFTSPOKEN_4, provider.blocks());

    /** Takes the twin. */
    @Setup
    public void choose() {
        provider = kernels.equals("plain") ? Kernels.plain() : Kernels.active();
        activation = new Activation(provider.blocks());
        transfers = new Transfers(Extension.SOFTSPOKEN_4, provider.blocks());
    }

    @Benchmark
    public void garble() {
        activation.garble((bytes, offset, length) -> {});
    }

    @Benchmark
    public BitPlanes evaluate() {
        return activation.evaluate((bytes, offset, length) -> {});
    }

    @Benchmark
    public byte[] correlatedTransfers() {
        return transfers.run();
    }

    @Benchmark
    public byte[] transpose() {
        provider.blocks().transpose(in, 0, COLUMNS / Byte.SIZE, COLUMNS, out, 0);
        return out;
    }
}
