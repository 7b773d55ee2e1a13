package io.tacit.protocol.privdnn;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Owner and user of one case, in one thread's hands. */
final class CoreParties implements AutoCloseable {
    final CoreCase core;
    final CorePlan plan;
    final CoreOwner owner;
    final List<byte[]> records = new ArrayList<>();
    final CoreEvaluation user;
    private final Seed seed;

    CoreParties(CoreCase core, Mode mode, long memoryBytes, Workers workers) {
        this.core = core;
        this.plan = CorePlan.of(core.shape, mode);
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = 7;
        this.seed = Seed.of(bytes);
        this.owner = new CoreOwner(plan, seed);
        try (Prg prg = seed.generator("weights")) {
            owner.encrypt(core.core, prg, (record, encoded) -> records.add(encoded));
        }
        this.user = new CoreEvaluation(
                plan, core.plain, owner.relinearizationKey(), owner.publicKey(), records::get, memoryBytes, workers);
    }

    /** Results by image, then as {@link CoreCase#expected}: decrypted, without factor or mask, centred. */
    long[][] run(int[] scales) {
        int outputs = plan.shape().outputs();
        int images = core.pixels.length;
        int[][][] residues = new int[plan.primes()][outputs][images];
        int[][][] masks = new int[plan.primes()][outputs][images];
        Set<List<Integer>> seen = new HashSet<>();
        CoreOutputs.MaskedSink sink = (prime, filter, position, returned, mask) -> {
            if (!seen.add(List.of(prime, filter, position))) {
                throw new AssertionError("a result came twice");
            }
            int output = filter * plan.shape().outputPositions() + position;
            owner.decrypt(prime, returned, images, residues[prime][output], "user");
            System.arraycopy(mask, 0, masks[prime][output], 0, mask.length);
        };
        if (plan.mode() == Mode.PUBLISHED) {
            user.published(
                    core.pixels,
                    scales,
                    (prime, filter, position, returned) -> sink.accept(prime, filter, position, returned, new int[0]));
        } else {
            try (Prg prg = seed.generator("masks")) {
                user.hardened(core.pixels, prg, sink);
            }
        }
        if (seen.size() != plan.primes() * outputs) {
            throw new AssertionError(seen.size() + " results");
        }
        long[][] results = new long[images][outputs];
        for (int output = 0; output < outputs; output++) {
            for (int image = 0; image < images; image++) {
                BigInteger value = combine(
                        residues[0][output][image] - masks[0][output][image],
                        residues[1][output][image] - masks[1][output][image]);
                if (plan.mode() == Mode.PUBLISHED) {
                    BigInteger scale =
                            BigInteger.valueOf(scales[output / plan.shape().outputPositions()]);
                    if (value.mod(scale).signum() != 0) {
                        throw new AssertionError("a result is not a multiple of its factor");
                    }
                    value = value.divide(scale);
                }
                results[image][output] = value.longValueExact();
            }
        }
        return results;
    }

    private BigInteger combine(long first, long second) {
        BigInteger t1 = BigInteger.valueOf(plan.prime(0));
        BigInteger t2 = BigInteger.valueOf(plan.prime(1));
        BigInteger modulus = t1.multiply(t2);
        BigInteger value = BigInteger.valueOf(first)
                .multiply(t2)
                .multiply(t2.modInverse(t1))
                .add(BigInteger.valueOf(second).multiply(t1).multiply(t1.modInverse(t2)))
                .mod(modulus);
        return value.shiftLeft(1).compareTo(modulus) > 0 ? value.subtract(modulus) : value;
    }

    void requireExact(int[] scales) {
        long[][] results = run(scales);
        for (int image = 0; image < results.length; image++) {
            if (!Arrays.equals(results[image], core.expected(image))) {
                throw new AssertionError("image " + image + ": " + Arrays.toString(results[image]) + ", not "
                        + Arrays.toString(core.expected(image)));
            }
        }
    }

    @Override
    public void close() {
        owner.close();
        seed.close();
    }
}
