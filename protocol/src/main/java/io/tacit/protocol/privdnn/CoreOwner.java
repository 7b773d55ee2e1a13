package io.tacit.protocol.privdnn;

import io.tacit.crypto.lattice.BgvLevel;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.RelinearizationKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.lattice.SlotDecryptor;
import io.tacit.crypto.lattice.SwitchedCiphertext;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The owner's side of the encrypted part: keys, encrypted filters, decryption.
 *
 * <p>Security guarantee: the secret key is a function of the seed alone, so whoever has it decrypts everything. Encryption
 * takes randomness of its own, and what public and relinearisation key are made with depends on the ring that they are for: one
 * seed serves any number of bundles. Were it the same for two rings, the keys would have the same errors, and where the
 * uniform polynomials differ modulo a prime of both, the difference of the keys would tell the secret key.
 */
public final class CoreOwner implements CoreDecryption, AutoCloseable {
    private final CorePlan plan;
    private final Seed seed;
    private final SecretKey key;

    /** @param seed secret; a copy is kept until {@link #close} */
    public CoreOwner(CorePlan plan, Seed seed) {
        this.plan = plan;
        this.seed = seed.derive("privdnn", "keys");
        try (Prg prg = this.seed.generator("secret")) {
            key = SecretKey.generate(plan.parameters().keys(), prg);
        }
    }

    /** Public key, for the user's encryptions of zero. */
    public byte[] publicKey() {
        try (Prg prg = generator("public", plan.levels().second())) {
            return key.publicKey(plan.secondLevel(0), prg).encode();
        }
    }

    /** For a key at a level of the chain. */
    private Prg generator(String key, int level) {
        return seed.generator(key, plan.parameters().keys().primes().toString(), Integer.toString(level));
    }

    /** Relinearization key, for the user's products. */
    public byte[] relinearizationKey() {
        try (Prg prg = generator("relinearization", plan.levels().square())) {
            return RelinearizationKey.generate(plan.parameters(), plan.levels().square(), key, prg)
                    .encode();
        }
    }

    /**
     * Encrypts the core filters for the bundle.
     *
     * @param prg fresh; never one that has served before
     * @throws IllegalArgumentException if there are other weights than the shape says
     */
    public void encrypt(CoreWeights weights, Prg prg, RecordSink sink) {
        CoreShape shape = plan.shape();
        weights.requireShape(shape);
        int area = shape.second().kernelHeight() * shape.second().kernelWidth();
        int record = 0;
        for (int prime = 0; prime < plan.primes(); prime++) {
            try (Constants first = new Constants(plan.firstLevel(prime), prg)) {
                for (int filter = 0; filter < weights.first().length; filter++) {
                    for (long weight : weights.first()[filter]) {
                        sink.accept(record++, first.encrypt(weight, 1));
                    }
                    sink.accept(record++, first.encrypt(weights.firstBias()[filter], square(shape.firstPool())));
                }
            }
            try (Constants second = new Constants(plan.secondLevel(prime), prg)) {
                for (int filter = 0; filter < weights.second().length; filter++) {
                    for (int tap = 0; tap < weights.second()[filter].length; tap++) {
                        boolean core = shape.firstCore().contains(tap / area);
                        sink.accept(
                                record++,
                                second.encrypt(weights.second()[filter][tap], core ? plan.coreFactor(prime) : 1));
                    }
                    sink.accept(record++, second.encrypt(weights.secondBias()[filter], square(shape.secondPool())));
                }
            }
        }
    }

    private static long square(int side) {
        return (long) side * side;
    }

    /** Encrypts constants, which have the same value in all slots. */
    private final class Constants implements AutoCloseable {
        private final BigInteger t;
        private final Encryptor encryptor;
        private final long[] message;

        Constants(BgvLevel level, Prg prg) {
            t = BigInteger.valueOf(level.plaintextPrime().value());
            encryptor = new Encryptor(level, key, prg);
            message = new long[level.degree()];
        }

        byte[] encrypt(long value, long factor) {
            message[0] = BigInteger.valueOf(value)
                    .multiply(BigInteger.valueOf(factor))
                    .mod(t)
                    .longValueExact();
            return encryptor.encrypt(message).encode();
        }

        @Override
        public void close() {
            Arrays.fill(message, 0);
            encryptor.close();
        }
    }

    @Override
    public int returnBytes() {
        return plan.returnBytes();
    }

    @Override
    public void decrypt(int prime, byte[] returned, int images, int[] out, String peer) {
        BgvLevel level = plan.sentLevel(prime);
        SwitchedCiphertext ciphertext = SwitchedCiphertext.decode(level, returned, peer);
        try (SlotDecryptor decryptor = new SlotDecryptor(level, key)) {
            decryptor.decrypt(ciphertext, plan.sentFactor(prime), images, out);
        }
    }

    /** Overwrites the keys. */
    @Override
    public void close() {
        key.close();
        seed.close();
    }
}
