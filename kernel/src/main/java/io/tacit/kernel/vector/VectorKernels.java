package io.tacit.kernel.vector;

import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.IntArithmetic;
import io.tacit.kernel.LongArithmetic;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.NegacyclicTransform;
import io.tacit.kernel.ResidueArithmetic;
import io.tacit.kernel.RnsArithmetic;
import io.tacit.kernel.SquareMontgomery;
import io.tacit.kernel.plain.PlainTransform;
import io.tacit.kernel.provider.KernelProvider;
import java.math.BigInteger;
import jdk.incubator.vector.LongVector;

/** The Vector API twins in the widest shape that the machine prefers. */
public final class VectorKernels implements KernelProvider {
    private final IntArithmetic ring32 = new VectorRing32();
    private final LongArithmetic ring64 = new VectorRing64();
    private final IntArithmetic mersenne31 = new VectorMersenne31();
    private final LongArithmetic mersenne61 = new VectorMersenne61();
    private final BlockArithmetic blocks = new VectorBlocks();
    private final NegacyclicTransform transform =
            VectorTransform.supported() ? new VectorTransform() : new PlainTransform();
    private final ResidueArithmetic residues = new VectorResidues();
    private final RnsArithmetic rns = new VectorRns();

    @Override
    public String description() {
        return "vector " + LongVector.SPECIES_PREFERRED.vectorBitSize() + " bit";
    }

    @Override
    public IntArithmetic ring32() {
        return ring32;
    }

    @Override
    public LongArithmetic ring64() {
        return ring64;
    }

    @Override
    public IntArithmetic mersenne31() {
        return mersenne31;
    }

    @Override
    public LongArithmetic mersenne61() {
        return mersenne61;
    }

    @Override
    public BlockArithmetic blocks() {
        return blocks;
    }

    @Override
    public NegacyclicTransform transform() {
        return transform;
    }

    @Override
    public ResidueArithmetic residues() {
        return residues;
    }

    @Override
    public RnsArithmetic rns() {
        return rns;
    }

    @Override
    public Montgomery montgomery(BigInteger modulus) {
        return new VectorMontgomery(modulus);
    }

    @Override
    public SquareMontgomery montgomeryOfSquare(BigInteger root) {
        return new VectorSquareMontgomery(root);
    }
}
