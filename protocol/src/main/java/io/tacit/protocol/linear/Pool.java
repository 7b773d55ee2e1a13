package io.tacit.protocol.linear;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Objects that one thread at a time works with: as many as threads ever worked at once. Thread-safe. */
final class Pool<T> implements AutoCloseable {
    private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();
    private final Supplier<T> maker;
    private final Consumer<T> wiper;

    Pool(Supplier<T> maker, Consumer<T> wiper) {
        this.maker = maker;
        this.wiper = wiper;
    }

    /** Lends one to {@code work}. If the work fails, the object is wiped, not kept. */
    void with(Consumer<T> work) {
        T taken = idle.poll();
        T lent = taken == null ? maker.get() : taken;
        boolean done = false;
        try {
            work.accept(lent);
            done = true;
        } finally {
            if (done) {
                idle.add(lent);
            } else {
                wiper.accept(lent);
            }
        }
    }

    /** Wipes those that are not lent. */
    @Override
    public void close() {
        for (T each = idle.poll(); each != null; each = idle.poll()) {
            wiper.accept(each);
        }
    }
}
