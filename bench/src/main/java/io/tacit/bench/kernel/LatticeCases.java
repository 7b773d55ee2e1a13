package io.tacit.bench.kernel;

import io.tacit.bench.kernel.KernelCase.Unit;
import io.tacit.kernel.NttPrime;
import io.tacit.kernel.NttTable;
import io.tacit.kernel.ResidueArithmetic;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.RnsScale;
import java.util.List;
import java.util.SplittableRandom;

/** Kernels of ring learning with errors, with primes just below 2^49. */
final class LatticeCases {
    private static final int DEGREE = 8192;
    private static final int LIMBS = 3;
    private static final int RING_BITS = 32;

    private LatticeCases() {}

    private static double[] residues(NttPrime prime, int length) {
        SplittableRandom random = new SplittableRandom(length);
        return random.longs(length, -prime.half(), prime.half() + 1)
                .mapToDouble(x -> x)
                .toArray();
    }

    private static byte[] stream(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    /**
     * A degree with what native libraries take on one 2.45 GHz core with AVX-512 (SEAL 4.4 with HEXL; C with
     * AVX512-IFMA instructions).
     */
    private record Degree(int degree, String nativeForward, String nativeInverse) {}

    private static final List<Degree> DEGREES = List.of(
            new Degree(4096, "HEXL 7.8, C IFMA 6.0 us (AVX-512)", "HEXL 8.0, C IFMA 6.1 us (AVX-512)"),
            new Degree(8192, "HEXL 14.3, C IFMA 13.1 us (AVX-512)", "HEXL 15.9, C IFMA 13.6 us (AVX-512)"),
            new Degree(16384, "", ""));

    private static void addTransforms(List<KernelCase> cases, Degree each) {
        NttTable table =
                new NttTable(each.degree(), NttPrime.below(49, each.degree(), 1).get(0));
        String size = "N = " + each.degree();
        cases.add(new KernelCase(
                "forward transform",
                size,
                Unit.POLYNOMIAL,
                1,
                provider -> {
                    double[] x = residues(table.prime(), table.degree());
                    return () -> provider.transform().forward(x, 0, table);
                },
                each.nativeForward()));
        cases.add(new KernelCase(
                "inverse transform",
                size,
                Unit.POLYNOMIAL,
                1,
                provider -> {
                    double[] x = residues(table.prime(), table.degree());
                    return () -> provider.transform().inverse(x, 0, table);
                },
                each.nativeInverse()));
    }

    static void addTo(List<KernelCase> cases) {
        DEGREES.forEach(each -> addTransforms(cases, each));
        NttPrime prime = NttPrime.below(49, DEGREE, 1).get(0);
        int n = DEGREE;
        String size = n + " values";
        cases.add(new KernelCase("residue sum", size, Unit.ELEMENT, n, provider -> {
            double[] a = residues(prime, n);
            double[] c = new double[n];
            return () -> provider.residues().add(prime, a, 0, a, 0, c, 0, n);
        }));
        cases.add(new KernelCase("residue product", size, Unit.ELEMENT, n, provider -> {
            double[] a = residues(prime, n);
            double[] c = new double[n];
            return () -> provider.residues().multiply(prime, a, 0, a, 0, c, 0, n);
        }));
        cases.add(new KernelCase(
                "residue product, added",
                size,
                Unit.ELEMENT,
                n,
                provider -> {
                    ResidueArithmetic residues = provider.residues();
                    double[] a = residues(prime, n);
                    double[] b = residues(prime, n);
                    double[] sum = new double[n];
                    int[] terms = new int[1];
                    return () -> {
                        residues.multiplyAdd(prime, a, 0, b, 0, sum, 0, n);
                        if (++terms[0] % ResidueArithmetic.LAZY_TERMS == 0) {
                            residues.reduce(prime, sum, 0, sum, 0, n);
                        }
                    };
                },
                "C IFMA 0.28 ns (AVX-512)"));
        cases.add(new KernelCase("residues of longs", size, Unit.ELEMENT, n, provider -> {
            long[] a = new SplittableRandom(1).longs(n).toArray();
            double[] c = new double[n];
            return () -> provider.residues().fromSigned(prime, a, 0, c, 0, n);
        }));
        cases.add(new KernelCase("uniform residues", size, Unit.ELEMENT, n, provider -> {
            byte[] stream = stream(n * ResidueArithmetic.WORD_BYTES);
            double[] c = new double[n];
            return () -> provider.residues().uniform(prime, stream, 0, c, 0, n);
        }));
        cases.add(new KernelCase("centred binomial values", size, Unit.ELEMENT, n, provider -> {
            byte[] stream = stream(n * ResidueArithmetic.WORD_BYTES);
            double[] c = new double[n];
            return () -> provider.residues().centredBinomial(stream, 0, c, 0, n);
        }));
        cases.add(new KernelCase("ternary values", size, Unit.ELEMENT, n, provider -> {
            byte[] stream = stream(n * ResidueArithmetic.TERNARY_BYTES);
            double[] c = new double[n];
            return () -> provider.residues().ternary(stream, 0, c, 0, n);
        }));
        addScaling(cases);
    }

    private static void addScaling(List<KernelCase> cases) {
        RnsBasis basis = new RnsBasis(NttPrime.below(49, DEGREE, LIMBS));
        RnsScale scale = new RnsScale(basis, RING_BITS);
        String size = "N = " + DEGREE + ", " + LIMBS + " primes, " + RING_BITS + " bits";
        cases.add(new KernelCase("scale and encode", size, Unit.POLYNOMIAL, 1, provider -> {
            long[] a = new SplittableRandom(1).longs(DEGREE).toArray();
            double[] c = new double[LIMBS * DEGREE];
            return () -> provider.rns().encode(scale, a, 0, c, 0, DEGREE, DEGREE);
        }));
        cases.add(new KernelCase("decode", size, Unit.POLYNOMIAL, 1, provider -> {
            double[] a = residues(basis.last(), LIMBS * DEGREE);
            long[] c = new long[DEGREE];
            return () -> provider.rns().decode(scale, a, 0, DEGREE, c, 0, DEGREE);
        }));
        cases.add(new KernelCase("modulus switch", size, Unit.POLYNOMIAL, 1, provider -> {
            double[] a = residues(basis.last(), LIMBS * DEGREE);
            return () -> provider.rns().dropLast(basis, a, 0, DEGREE, DEGREE);
        }));
    }
}
