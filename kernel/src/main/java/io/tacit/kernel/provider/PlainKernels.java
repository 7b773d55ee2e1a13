package io.tacit.kernel.provider;

import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.IntArithmetic;
import io.tacit.kernel.LongArithmetic;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.NegacyclicTransform;
import io.tacit.kernel.ResidueArithmetic;
import io.tacit.kernel.RnsArithmetic;
import io.tacit.kernel.SquareMontgomery;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.plain.PlainMersenne31;
import io.tacit.kernel.plain.PlainMersenne61;
import io.tacit.kernel.plain.PlainMontgomery;
import io.tacit.kernel.plain.PlainResidues;
import io.tacit.kernel.plain.PlainRing32;
import io.tacit.kernel.plain.PlainRing64;
import io.tacit.kernel.plain.PlainRns;
import io.tacit.kernel.plain.PlainSquareMontgomery;
import io.tacit.kernel.plain.PlainTransform;
import java.math.BigInteger;

/** The plain twins. */
final class PlainKernels implements KernelProvider {
    private final IntArithmetic ring32 = new PlainRing32();
    private final LongArithmetic ring64 = new PlainRing64();
    private final IntArithmetic mersenne31 = new PlainMersenne31();
    private final LongArithmetic mersenne61 = new PlainMersenne61();
    private final BlockArithmetic blocks = new PlainBlocks();
    private final NegacyclicTransform transform = new PlainTransform();
    private final ResidueArithmetic residues = new PlainResidues();
    private final RnsArithmetic rns = new PlainRns();

    @Override
    public String description() {
        return "plain";
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
        return new PlainMontgomery(modulus);
    }

    @Override
    public SquareMontgomery montgomeryOfSquare(BigInteger root) {
        return new PlainSquareMontgomery(root);
    }
}
