package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;

/** Keys and what is made with them, from one test seed. */
final class Party {
    final ParameterChoice choice;
    final LatticeParameters parameters;
    final Prg prg;
    final SecretKey secret;
    final PublicKey open;
    final Encryptor encryptor;

    Party(ParameterChoice choice, long number) {
        this.choice = choice;
        this.parameters = choice.parameters();
        this.prg = seed(number).generator("party");
        this.secret = SecretKey.generate(parameters, prg);
        this.open = secret.publicKey(prg);
        this.encryptor = new Encryptor(parameters, secret, prg);
    }

    static Party small(long number) {
        return new Party(
                ParameterChoice.atDegree(SecurityLevel.STANDARD, 4096, 10, 64, 58)
                        .orElseThrow(),
                number);
    }

    static Seed seed(long number) {
        byte[] bytes = new byte[Seed.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (number >>> 8 * i);
        }
        return Seed.of(bytes);
    }

    long[] uniform(int count) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = prg.nextLong() & (1L << parameters.plaintextBits()) - 1;
        }
        return values;
    }

    /** A multiplicand with so many coefficients that are not zero. */
    long[] sparse(int terms) {
        long[] values = new long[parameters.degree()];
        for (int i = 0; i < terms; i++) {
            values[prg.nextBelow(values.length)] = prg.nextLong();
        }
        return values;
    }

    /** The message times the multiplicand, all coefficients, returned with zero summands. */
    ReturnedCiphertext product(long[] message, long[] factor) {
        ProductAccumulator sum = new ProductAccumulator(parameters);
        sum.accumulate(encryptor.encrypt(message).expand(), PlaintextPolynomial.of(parameters, factor));
        int[] all = all();
        return sum.finish(FreshZero.draw(open, prg), choice.returning(all.length), all, new long[all.length], prg);
    }

    int[] all() {
        int[] all = new int[parameters.degree()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        return all;
    }
}
