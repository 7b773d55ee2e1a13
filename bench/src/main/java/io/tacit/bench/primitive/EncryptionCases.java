package io.tacit.bench.primitive;

import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.kernel.KernelCase.Unit;
import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.FreshZero;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.ParameterChoice;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.ProductAccumulator;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.ReturnFormat;
import io.tacit.crypto.lattice.ReturnedCiphertext;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.provider.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Homomorphic encryption of polynomials, one operation each. Native figures are SEAL 4.4's with HEXL at its
 * default moduli, 2 and 4 data primes; for encryption 0.8 of its time with the public key.
 */
public final class EncryptionCases {
    private static final int STATISTICAL_BITS = 58;

    private EncryptionCases() {}

    private record Size(int degree, int plaintextBits, String encrypt, String decrypt, String multiply) {}

    private static List<Size> sizes() {
        return List.of(
                new Size(4096, 12, "SEAL + HEXL 460 us", "SEAL + HEXL 118 us", "SEAL + HEXL 9.5 us"),
                new Size(8192, 22, "", "", ""),
                new Size(8192, 40, "SEAL + HEXL 1220 us", "SEAL + HEXL 395 us", "SEAL + HEXL 36 us"));
    }

    public static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>();
        for (Size size : sizes()) {
            add(cases, "RLWE encrypt", size, size.encrypt, Operations::encrypt);
            add(cases, "RLWE decrypt", size, size.decrypt, Operations::decrypt);
            add(cases, "RLWE multiply-accumulate", size, size.multiply, Operations::multiply);
            add(cases, "RLWE fresh zero", size, "", Operations::zero);
            add(cases, "RLWE hide and return", size, "", Operations::finish);
        }
        return List.copyOf(cases);
    }

    private static void add(
            List<KernelCase> cases, String name, Size size, String peer, Function<Operations, Runnable> operation) {
        LatticeParameters parameters = choice(size).parameters();
        cases.add(new KernelCase(
                name,
                "N = " + size.degree + ", " + parameters.limbs() + " primes",
                Unit.OPERATION,
                1,
                provider -> operation.apply(new Operations(choice(size), provider)),
                peer));
    }

    private static ParameterChoice choice(Size size) {
        return ParameterChoice.atDegree(
                        SecurityLevel.STANDARD, size.degree, size.plaintextBits, size.degree, STATISTICAL_BITS)
                .orElseThrow();
    }

    /** Keys and inputs of one size, with the kernels of one provider. */
    private static final class Operations {
        private final LatticeParameters parameters;
        private final Prg prg = Seed.of(new byte[Seed.BYTES]).generator("benchmark");
        private final SecretKey secret;
        private final PublicKey open;
        private final Encryptor encryptor;
        private final ReturnFormat format;
        private final long[] values;
        private final int[] wanted;
        private final Ciphertext ciphertext;
        private final PlaintextPolynomial multiplicand;
        private final ProductAccumulator sum;

        Operations(ParameterChoice chosen, KernelProvider kernels) {
            parameters = chosen.parameters().using(kernels);
            ParameterChoice choice = ParameterChoice.within(
                            parameters, chosen.noise().terms(), STATISTICAL_BITS)
                    .orElseThrow();
            secret = SecretKey.generate(parameters, prg);
            open = secret.publicKey(prg);
            encryptor = new Encryptor(parameters, secret, prg);
            format = choice.returning(parameters.degree());
            values = new long[parameters.degree()];
            for (int i = 0; i < values.length; i++) {
                values[i] = prg.nextLong();
            }
            wanted = IntStream.range(0, parameters.degree()).toArray();
            ciphertext = encryptor.encrypt(values).expand();
            multiplicand = PlaintextPolynomial.of(parameters, values);
            sum = new ProductAccumulator(parameters);
        }

        Runnable encrypt() {
            return () -> encryptor.encrypt(values);
        }

        Runnable decrypt() {
            ReturnedCiphertext returned = returned();
            Decryptor decryptor = new Decryptor(secret);
            long[] out = new long[wanted.length];
            return () -> decryptor.decrypt(returned, wanted, out);
        }

        Runnable multiply() {
            return () -> sum.accumulate(ciphertext, multiplicand);
        }

        Runnable zero() {
            return () -> FreshZero.draw(open, prg);
        }

        Runnable finish() {
            return this::returned;
        }

        private ReturnedCiphertext returned() {
            sum.clear();
            sum.accumulate(ciphertext, multiplicand);
            return sum.finish(FreshZero.draw(open, prg), format, wanted, values, prg);
        }
    }
}
