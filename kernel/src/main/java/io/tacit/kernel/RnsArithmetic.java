package io.tacit.kernel;

/**
 * Rounded changes of modulus on vectors in residue number system: residue i of value j stands at
 * {@code offset + i * stride + j}, as a centred double. No branch and no address depends on content.
 */
public interface RnsArithmetic {

    /**
     * Residues of {@code round(q m / 2^l)}, halves rounded up, exactly. With v the rounded value and
     * s = 2^(l - 1) - ((q m + 2^(l - 1)) mod 2^l), 2^l v = q m + s; as q is 0 modulo each of its primes, v = s / 2^l there.
     *
     * @param integers m, any {@code long}s, read modulo 2^l
     */
    void encode(
            RnsScale scale, long[] integers, int integersOffset, double[] residues, int offset, int stride, int length);

    /**
     * {@code round(2^l x / q)} modulo 2^l for x given by its centred residues. With z = 2^l x / (q / p) modulo p, centred, 2^l x / q is the sum over the
     * primes of z / p and of an integer, which is -z / p modulo 2^l, computed exactly in words. The sum of the fractions is
     * rounded from doubles that err by less than k 2^-52 in all for k primes: the result is exact whenever 2^l x / q is
     * further than that from the middle between two integers, that is for x = q m / 2^l + e with
     * |e| below q / 2^(l + 1) (1 - k 2^-51). Every twin gives the same result for every x.
     *
     * @param integers the results, 0 .. 2^l - 1
     */
    void decode(
            RnsScale scale, double[] residues, int offset, int stride, long[] integers, int integersOffset, int length);

    /**
     * Switches to the modulus without the last prime: x modulo q becomes {@code round(x / p)} modulo q / p, p the last prime, exactly, in
     * place; the last residues are left as they are.
     */
    void dropLast(RnsBasis basis, double[] residues, int offset, int stride, int length);
}
