package io.tacit.bench.primitive;

import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.kernel.KernelCase.Unit;
import io.tacit.crypto.ot.Extension;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.provider.Kernels;
import java.util.ArrayList;
import java.util.List;

/** What garbling and oblivious transfer are made of, and they themselves, for {@link io.tacit.bench.kernel.KernelBenchmark}. */
public final class PrimitiveCases {
    private static final int BLOCKS = 1024;
    private static final int COLUMNS = 1 << 15;

    private PrimitiveCases() {}

    public static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>();
        String circuit = "22-bit activation x " + Activation.INSTANCES;
        long gates = new Activation(Kernels.plain().blocks()).gates();
        cases.add(new KernelCase("garble", circuit, Unit.AND_GATE, gates, provider -> {
            Activation activation = new Activation(provider.blocks());
            return () -> activation.garble((bytes, offset, length) -> {});
        }));
        cases.add(new KernelCase("evaluate", circuit, Unit.AND_GATE, gates, provider -> {
            Activation activation = new Activation(provider.blocks());
            return () -> activation.evaluate((bytes, offset, length) -> {});
        }));
        for (Extension extension : Extension.values()) {
            cases.add(new KernelCase(
                    "COT " + extension.name().toLowerCase(java.util.Locale.ROOT) + ", both parties",
                    Transfers.COUNT + " transfers",
                    Unit.TRANSFER,
                    Transfers.COUNT,
                    provider -> new Transfers(extension, provider.blocks())::run));
        }
        byte[] in = new byte[BlockArithmetic.TRANSPOSE_ROWS * COLUMNS / Byte.SIZE];
        byte[] out = new byte[COLUMNS * BlockArithmetic.BLOCK_BYTES];
        cases.add(new KernelCase(
                "bit transpose",
                "128 x " + COLUMNS,
                Unit.ELEMENT,
                COLUMNS,
                provider -> () -> provider.blocks().transpose(in, 0, COLUMNS / Byte.SIZE, COLUMNS, out, 0)));
        cases.add(new KernelCase(
                "sum of blocks",
                BLOCKS + " blocks",
                Unit.ELEMENT,
                BLOCKS,
                provider -> () -> provider.blocks().xor(in, 0, out, 0, out, 0, BLOCKS * BlockArithmetic.BLOCK_BYTES)));
        return List.copyOf(cases);
    }
}
