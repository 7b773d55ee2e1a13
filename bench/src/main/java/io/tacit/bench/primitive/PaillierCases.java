package io.tacit.bench.primitive;

import io.tacit.bench.kernel.KernelBenchmark;
import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.kernel.KernelCase.Unit;
import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.FixedBaseRandomizers;
import io.tacit.crypto.paillier.KeyHolderRandomizers;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.RandomizerPool;
import io.tacit.crypto.paillier.RandomizerSource;
import io.tacit.crypto.paillier.UniformRandomizers;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Paillier with N of 2048 bits, each operation beside the same one by BigInteger. */
public final class PaillierCases {
    private static final int COUNT = 16;
    private static final int BATCH = 64;

    private PaillierCases() {}

    /**
     * One operation.
     *
     * @param tacit ours, in batches
     * @param prepare before each call of ours, not counted; null if nothing
     * @param bigInteger the same by BigInteger, as one would write it
     * @param nativeFigure GMP's on the reference machine, from another run; empty where there is none
     */
    public record Row(KernelCase tacit, @Nullable Runnable prepare, KernelCase bigInteger, String nativeFigure) {

        /** Ours, and the same by BigInteger. */
        public List<KernelBenchmark.Subject> subjects(KernelProvider provider) {
            return List.of(
                    new KernelBenchmark.Subject(tacit, provider, prepare),
                    new KernelBenchmark.Subject(bigInteger, provider));
        }
    }

    private static Row row(String operation, int count, Runnable tacit, Runnable bigInteger, String nativeFigure) {
        return row(operation, count, tacit, null, bigInteger, nativeFigure);
    }

    private static Row row(
            String operation,
            int count,
            Runnable tacit,
            @Nullable Runnable prepare,
            Runnable bigInteger,
            String nativeFigure) {
        String size = "batches of " + count;
        return new Row(
                new KernelCase(operation, size, Unit.OPERATION, count, provider -> tacit),
                prepare,
                new KernelCase(operation + " (BigInteger)", "one", Unit.OPERATION, 1, provider -> bigInteger),
                nativeFigure);
    }

    private static BigInteger random(int bits, SplittableRandom random) {
        byte[] bytes = new byte[bits / Byte.SIZE];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes);
    }

    /** All rows, with a key made for them: some seconds. */
    public static List<Row> rows() {
        SplittableRandom random = new SplittableRandom(1);
        Seed seed = Seed.of(new byte[Seed.BYTES]);
        PaillierKeys keys = PaillierKeys.generate(KeyLength.BITS_2048, seed, Workers.NONE);
        PublicKey key = keys.publicKey();
        BigInteger n = key.modulus();
        BigInteger square = n.multiply(n);
        BigInteger x = random(4096, random).mod(square);
        BigInteger y = random(4096, random).mod(square);
        BigInteger rho = random(2048, random).mod(n);
        BigInteger plaintext = random(64, random);
        BigInteger[] sink = new BigInteger[1];
        Runnable power = () -> sink[0] = rho.modPow(n, square);
        List<Row> rows = new ArrayList<>();

        Montgomery ring = Kernels.active().montgomeryOfSquare(n);
        long[] residues = new long[COUNT * ring.longs()];
        int[] all = IntStream.range(0, COUNT).toArray();
        for (int i = 0; i < COUNT; i++) {
            ring.load(random(4096, random).mod(square), residues, i);
        }
        rows.add(row(
                "product mod N^2",
                COUNT,
                () -> ring.multiply(residues, all, residues, all, residues, all, COUNT),
                () -> sink[0] = x.multiply(y).mod(square),
                "5.2 us"));
        RandomizerSource uniform = new UniformRandomizers(key, seed, Workers.NONE);
        RandomizerSource holder = new KeyHolderRandomizers(keys, seed);
        RandomizerSource shortExponents = FixedBaseRandomizers.shortExponents(key, seed);
        RandomizerSource statistical = FixedBaseRandomizers.statistical(key, seed);
        rows.add(row("rho^N mod N^2", COUNT, () -> uniform.next(COUNT), power, "7.1 to 9.7 ms"));
        rows.add(row("filling, key holder, uniform", COUNT, () -> holder.next(COUNT), power, ""));
        rows.add(row("filling, short exponents", COUNT, () -> shortExponents.next(COUNT), power, "about 0.29 ms"));
        rows.add(row("filling, statistical", COUNT, () -> statistical.next(COUNT), power, ""));

        BigInteger[] plaintexts = new BigInteger[BATCH];
        Arrays.setAll(plaintexts, i -> random(64, random));
        RandomizerPool pool = new RandomizerPool(holder, BATCH);
        rows.add(row(
                "encryption, filled pool",
                BATCH,
                () -> CiphertextBatch.encrypt(pool, plaintexts),
                () -> pool.fill(BATCH),
                () -> sink[0] =
                        plaintext.multiply(n).add(BigInteger.ONE).multiply(y).mod(square),
                ""));
        CiphertextBatch batch = CiphertextBatch.encrypt(pool, plaintexts);
        byte[] wire = batch.encode();
        rows.add(row(
                "reading with checks",
                BATCH,
                () -> CiphertextBatch.decode(key, wire, BATCH),
                () -> sink[0] = y.gcd(n),
                ""));
        CiphertextBatch few = batch.gather(all);
        rows.add(row(
                "decryption",
                COUNT,
                () -> keys.decrypt(few, Workers.NONE),
                new ByRemainders(random)::decrypt,
                "1.9 to 2.5 ms"));
        return rows;
    }

    /** Decryption by the Chinese remainder theorem and BigInteger, with primes of its own. */
    private static final class ByRemainders {
        private final BigInteger p;
        private final BigInteger q;
        private final BigInteger ciphertext;

        ByRemainders(SplittableRandom random) {
            p = random(1024, random).setBit(1023).setBit(1022).nextProbablePrime();
            q = random(1024, random).setBit(1023).setBit(1022).nextProbablePrime();
            ciphertext = random(4080, random);
        }

        BigInteger decrypt() {
            BigInteger modP = half(p, q);
            return half(q, p)
                    .subtract(modP)
                    .multiply(p.modInverse(q))
                    .mod(q)
                    .multiply(p)
                    .add(modP);
        }

        private BigInteger half(BigInteger prime, BigInteger other) {
            BigInteger square = prime.multiply(prime);
            BigInteger power = ciphertext.mod(square).modPow(prime.subtract(BigInteger.ONE), square);
            return power.divide(prime).multiply(other).mod(prime);
        }
    }
}
