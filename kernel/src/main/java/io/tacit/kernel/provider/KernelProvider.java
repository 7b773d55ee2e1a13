package io.tacit.kernel.provider;

import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.IntArithmetic;
import io.tacit.kernel.LongArithmetic;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.NegacyclicTransform;
import io.tacit.kernel.ResidueArithmetic;
import io.tacit.kernel.RnsArithmetic;
import io.tacit.kernel.SquareMontgomery;
import java.math.BigInteger;

/** One complete set of kernels: the plain loops, or the Vector API twins for one vector shape. Stateless and thread-safe. */
public interface KernelProvider {

    /** For people: {@code plain}, or such as {@code vector 512 bit}. */
    String description();

    /** Integers modulo 2^32 (plain {@code int} arithmetic). */
    IntArithmetic ring32();

    /** Integers modulo 2^64 (plain {@code long} arithmetic). */
    LongArithmetic ring64();

    /** The field of p = 2^31 - 1 elements. */
    IntArithmetic mersenne31();

    /** The field of p = 2^61 - 1 elements. */
    LongArithmetic mersenne61();

    /** Rows of 16-byte blocks and bit matrices. */
    BlockArithmetic blocks();

    /** Transforms of polynomials modulo primes below 2^49. */
    NegacyclicTransform transform();

    /** Vectors of residues modulo primes below 2^49. */
    ResidueArithmetic residues();

    /** Rounded changes of modulus in residue number system. */
    RnsArithmetic rns();

    /**
     * Batches of products modulo one odd number.
     *
     * @throws IllegalArgumentException if it is even or not of {@link Montgomery#MIN_BITS} to {@link Montgomery#MAX_BITS} bits
     */
    Montgomery montgomery(BigInteger modulus);

    /**
     * Batches of products modulo the square of one odd number: faster than by {@link #montgomery} of the square.
     *
     * @throws IllegalArgumentException if the square is even or not of {@link Montgomery#MIN_BITS} to
     *     {@link Montgomery#MAX_BITS} bits
     */
    SquareMontgomery montgomeryOfSquare(BigInteger root);
}
