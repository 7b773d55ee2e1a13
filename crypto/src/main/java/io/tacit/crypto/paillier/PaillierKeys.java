package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key pair: two safe primes p, q of half the modulus' length.
 *
 * <p>Security: whoever holds the primes decrypts everything. They are never printed and never leave this object; {@link #close}
 * drops them and every later use throws {@link IllegalStateException}. BigInteger keeps copies that cannot be overwritten
 * before the collector reuses their memory.
 *
 * <p>Timing: decryption multiplies every ciphertext by a secret N-th residue that changes with each batch, and raises it to a
 * random multiple of p - 1 and of q - 1; the remainders modulo p^2 and q^2 and the divisions by p and q are BigInteger's and
 * variable-time, on blinded values. Each result is checked before it is handed out: a power that is not 1 modulo its prime
 * would, together with the right one, give away the factors.
 */
public final class PaillierKeys implements AutoCloseable {
    private static final int BLINDING_BITS = 64;

    private final PublicKey publicKey;
    private final Prg generator;

    /** A secret N-th residue in Montgomery form, squared after each batch. */
    private final long[] blinding;

    private @Nullable Secret secret;

    /** What only the holder knows. */
    private record Secret(
            BigInteger p, BigInteger q, Half forP, Half forQ, BigInteger pInverse, BigInteger pSquaredInverse) {
        @Override
        public String toString() {
            return "secret";
        }
    }

    /**
     * An exponent that is a multiple of p - 1.
     *
     * @param undo by which the power's L is multiplied modulo p
     */
    private record Blinded(BigInteger exponent, BigInteger undo) {
        @Override
        public String toString() {
            return "secret";
        }
    }

    /**
     * Decryption modulo one prime.
     *
     * @param scale 1 / L((1 + N)^(p - 1)) = 1 / -q modulo p
     */
    private record Half(BigInteger prime, BigInteger square, BigInteger scale, MontgomeryForm form) {
        static Half of(BigInteger prime, BigInteger other) {
            MontgomeryForm form = MontgomeryForm.moduloSquare(prime);
            return new Half(prime, form.ring().modulus(), other.negate().modInverse(prime), form);
        }

        @Override
        public String toString() {
            return "secret";
        }

        /** An exponent blinded by a random multiple, for the ciphertexts of a batch: the inverse costs as much as some products. */
        Blinded blinded(Prg generator) {
            BigInteger factor = Draw.bits(BLINDING_BITS, generator).setBit(BLINDING_BITS);
            return new Blinded(
                    prime.subtract(BigInteger.ONE).multiply(factor),
                    scale.multiply(factor.modInverse(prime)).mod(prime));
        }

        /** Plaintexts modulo the prime. */
        BigInteger[] decrypt(BigInteger[] numbers, Blinded blinded) {
            BigInteger[] bases = new BigInteger[numbers.length];
            BigInteger[] exponents = new BigInteger[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                bases[i] = numbers[i].mod(square);
            }
            Arrays.fill(exponents, blinded.exponent);
            BigInteger[] powers = form.powers(bases, exponents);
            for (int i = 0; i < powers.length; i++) {
                BigInteger[] quotient = powers[i].divideAndRemainder(prime); // 1 + p L
                if (!quotient[1].equals(BigInteger.ONE)) {
                    throw new IllegalStateException("a decryption failed its check");
                }
                powers[i] = quotient[0].multiply(blinded.undo).mod(prime);
            }
            return powers;
        }
    }

    /** For primes already checked, and for tests with keys that are too short. */
    PaillierKeys(BigInteger p, BigInteger q, Seed seed) {
        publicKey = new PublicKey(p.multiply(q));
        generator = seed.generator("paillier", "keys");
        secret = new Secret(
                p,
                q,
                Half.of(p, q),
                Half.of(q, p),
                p.modInverse(q),
                p.multiply(p).modInverse(q.multiply(q)));
        BigInteger n = publicKey.modulus();
        blinding = publicKey.form().residues(new BigInteger[] {Draw.below(n, generator)});
        publicKey.ring().power(blinding, new int[1], new BigInteger[] {n}, blinding, new int[1], 1);
    }

    /**
     * Makes a key: some seconds for 2048 bits, about ten times as many for 3072.
     *
     * @param seed from which all randomness is derived; not kept
     * @param workers two primes are searched for at a time
     */
    public static PaillierKeys generate(KeyLength length, Seed seed, Workers workers) {
        return generate(length.modulusBits(), seed, workers);
    }

    static PaillierKeys generate(int modulusBits, Seed seed, Workers workers) {
        BigInteger[] primes = new BigInteger[2];
        for (int attempt = 0; ; attempt++) {
            String round = Integer.toString(attempt);
            workers.forEach(2, i -> {
                try (Prg generator = seed.generator("paillier", "prime", Integer.toString(i), round)) {
                    primes[i] = SafePrimes.generate(modulusBits / 2, generator);
                }
            });
            if (!primes[0].equals(primes[1])) {
                return new PaillierKeys(primes[0], primes[1], seed);
            }
        }
    }

    /**
     * The key of two primes made earlier.
     *
     * @throws IllegalArgumentException unless they are different safe primes whose product has the length
     */
    public static PaillierKeys ofPrimes(KeyLength length, BigInteger p, BigInteger q, Seed seed) {
        try (Prg generator = seed.generator("paillier", "primality")) {
            if (p.equals(q)
                    || p.bitLength() != length.modulusBits() / 2
                    || q.bitLength() != length.modulusBits() / 2
                    || p.multiply(q).bitLength() != length.modulusBits()
                    || !isSafePrime(p, generator)
                    || !isSafePrime(q, generator)) {
                throw new IllegalArgumentException("not two safe primes of the right length");
            }
        }
        return new PaillierKeys(p, q, seed);
    }

    private static boolean isSafePrime(BigInteger number, Prg generator) {
        return (number.intValue() & 3) == 3
                && SafePrimes.isPrime(number.shiftRight(1), generator)
                && SafePrimes.isPrime(number, generator);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /**
     * The primes, p and then q, big-endian and of one length: for the holder's own file, from which {@link #ofRevealed} makes the
     * key again. The caller overwrites them after use.
     */
    public byte[] reveal() {
        int bytes = publicKey.modulusBytes() / 2;
        byte[] primes = new byte[2 * bytes];
        PublicKey.writeUnsigned(p(), primes, 0, bytes);
        PublicKey.writeUnsigned(q(), primes, bytes, bytes);
        return primes;
    }

    /**
     * The key that {@link #reveal} wrote.
     *
     * @throws IllegalArgumentException unless they are different safe primes whose product has the length
     */
    public static PaillierKeys ofRevealed(KeyLength length, byte[] primes, Seed seed) {
        int bytes = length.modulusBits() / 2 / Byte.SIZE;
        if (primes.length != 2 * bytes) {
            throw new IllegalArgumentException("not two safe primes of the right length");
        }
        return ofPrimes(length, new BigInteger(1, primes, 0, bytes), new BigInteger(1, primes, bytes, bytes), seed);
    }

    /**
     * Shows whoever gets the public key that it is well formed, in {@link KeyProof#bytes} bytes.
     *
     * @param context what the proof is bound to, such as the session
     */
    public byte[] proof(byte[] context, Seed seed) {
        try (Prg fresh = seed.generator("paillier", "key proof")) {
            return KeyProof.prove(p(), q(), context, fresh);
        }
    }

    /** Plaintexts, each the integer of least absolute value modulo N. */
    public BigInteger[] decrypt(CiphertextBatch ciphertexts, Workers workers) {
        if (!ciphertexts.key().modulus().equals(publicKey.modulus())) {
            throw new IllegalArgumentException("ciphertexts of another key");
        }
        Secret known = secret();
        int size = ciphertexts.size();
        CiphertextBatch blinded = blinded(ciphertexts);
        Blinded byP;
        Blinded byQ;
        synchronized (generator) {
            byP = known.forP().blinded(generator);
            byQ = known.forQ().blinded(generator);
        }
        BigInteger[] numbers = blinded.numbers();
        BigInteger[] plaintexts = new BigInteger[size];
        int chunk = publicKey.ring().lanes();
        workers.forEach((size + chunk - 1) / chunk, index -> {
            int from = index * chunk;
            BigInteger[] part = Arrays.copyOfRange(numbers, from, Math.min(size, from + chunk));
            BigInteger[] modP = known.forP().decrypt(part, byP);
            BigInteger[] modQ = known.forQ().decrypt(part, byQ);
            for (int i = 0; i < part.length; i++) {
                plaintexts[from + i] = publicKey.centred(combine(known, modP[i], modQ[i]));
            }
        });
        return plaintexts;
    }

    private CiphertextBatch blinded(CiphertextBatch ciphertexts) {
        Montgomery ring = publicKey.ring();
        int size = ciphertexts.size();
        long[] product = new long[size * ring.longs()];
        int[] all = MontgomeryForm.range(0, size);
        synchronized (blinding) {
            ring.multiply(ciphertexts.residues(), all, blinding, new int[size], product, all, size);
            ring.square(blinding, new int[1], 1, blinding, new int[1], 1);
        }
        return CiphertextBatch.ofResidues(publicKey, product, size);
    }

    private static BigInteger combine(Secret known, BigInteger modP, BigInteger modQ) {
        BigInteger lifted = modQ.subtract(modP).multiply(known.pInverse()).mod(known.q());
        BigInteger plaintext = lifted.multiply(known.p()).add(modP);
        if (!plaintext.mod(known.q()).equals(modQ) || !plaintext.mod(known.p()).equals(modP)) {
            throw new IllegalStateException("a decryption failed its check");
        }
        return plaintext;
    }

    /** The number modulo N^2 that is {@code modP} modulo p^2 and {@code modQ} modulo q^2. */
    BigInteger combineSquares(BigInteger modP, BigInteger modQ) {
        Secret known = secret();
        return modQ.subtract(modP)
                .multiply(known.pSquaredInverse())
                .mod(known.forQ().square())
                .multiply(known.forP().square())
                .add(modP);
    }

    BigInteger p() {
        return secret().p();
    }

    BigInteger q() {
        return secret().q();
    }

    private Secret secret() {
        Secret known = secret;
        if (known == null) {
            throw new IllegalStateException("the key has been closed");
        }
        return known;
    }

    /** Drops the primes and overwrites what can be. Repeated calls do nothing. */
    @Override
    public void close() {
        secret = null;
        Arrays.fill(blinding, 0);
        generator.close();
    }
}
