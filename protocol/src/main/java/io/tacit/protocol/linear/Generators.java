package io.tacit.protocol.linear;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Generators of one party's randomness for its products, all from one seed, each with a stream of its own. Thread-safe. */
final class Generators implements AutoCloseable {
    private final String purpose;
    private final Seed seed;
    private final AtomicLong made = new AtomicLong();
    private final Pool<Prg> pool;

    /** @param purpose parts these streams from those of other products */
    Generators(String purpose, SecureRandom random) {
        this.purpose = purpose;
        seed = Seed.random(random);
        pool = new Pool<>(this::make, Prg::close);
    }

    /** A further one, the caller's. */
    Prg make() {
        return seed.generator(purpose, Long.toString(made.getAndIncrement()));
    }

    /** Lends one to {@code work}. */
    void with(Consumer<Prg> work) {
        pool.with(work);
    }

    /** Wipes the seed and what is not lent. */
    @Override
    public void close() {
        pool.close();
        seed.close();
    }
}
