package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Exactly uniform N-th residues by who knows p and q. Modulo p^2 the N-th residues are the subgroup of order p - 1, generated
 * by t^p for a generator t of Z*_p: a power of it to a uniform exponent below p - 1, the same for q, and the Chinese remainder
 * theorem. Two fixed-base powers with exponents and moduli of half the length, and no assumption.
 *
 * <p>The remainder theorem goes through BigInteger and is variable-time, on values that are fresh and used once.
 */
public final class KeyHolderRandomizers implements RandomizerSource {
    private static final int WINDOW_BITS = 8;

    private final PaillierKeys keys;
    private final Prg generator;
    private final Half p;
    private final Half q;

    /** The subgroup modulo the square of one prime. */
    private static final class Half {
        private final BigInteger order;
        private final MontgomeryForm form;
        private final FixedBaseTable table;

        Half(BigInteger prime, Prg generator) {
            order = prime.subtract(BigInteger.ONE);
            form = MontgomeryForm.moduloSquare(prime);
            BigInteger t = Draw.below(order, generator); // not p - 1, the one non-residue that does not generate
            while (Jacobi.symbol(t, prime) != -1) {
                t = Draw.below(order, generator);
            }
            long[] base = form.residues(new BigInteger[] {t});
            form.ring().power(base, new int[1], new BigInteger[] {prime}, base, new int[1], 1);
            table = new FixedBaseTable(form, base, prime.bitLength(), WINDOW_BITS);
        }

        BigInteger[] next(int count, Prg generator) {
            int bytes = table.exponentBytes();
            byte[] exponents = new byte[count * bytes];
            byte[] bigEndian = new byte[bytes];
            for (int i = 0; i < count; i++) {
                PublicKey.writeUnsigned(Draw.below(order, generator), bigEndian, 0, bytes);
                for (int k = 0; k < bytes; k++) {
                    exponents[i * bytes + k] = bigEndian[bytes - 1 - k];
                }
            }
            BigInteger[] numbers = form.numbers(table.powers(exponents, count), count);
            Arrays.fill(exponents, (byte) 0);
            Arrays.fill(bigEndian, (byte) 0);
            return numbers;
        }
    }

    /** @param seed from which all randomness is derived; not kept */
    public KeyHolderRandomizers(PaillierKeys keys, Seed seed) {
        this.keys = keys;
        this.generator = seed.generator("paillier", "key holder's randomizers");
        this.p = new Half(keys.p(), generator);
        this.q = new Half(keys.q(), generator);
    }

    @Override
    public PublicKey key() {
        return keys.publicKey();
    }

    @Override
    public long[] next(int count) {
        BigInteger[] modP = p.next(count, generator);
        BigInteger[] modQ = q.next(count, generator);
        BigInteger[] residues = new BigInteger[count];
        for (int i = 0; i < count; i++) {
            residues[i] = keys.combineSquares(modP[i], modQ[i]);
        }
        return key().form().residues(residues);
    }

    @Override
    public void close() {
        p.table.close();
        q.table.close();
        generator.close();
    }
}
