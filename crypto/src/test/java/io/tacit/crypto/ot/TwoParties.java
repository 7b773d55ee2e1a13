package io.tacit.crypto.ot;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.random.Seed;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a sender in a thread of its own beside a receiver. */
public final class TwoParties {
    private static final long TIMEOUT_MILLIS = 20_000;

    private TwoParties() {}

    public interface Role<T> {
        T run(Channel channel) throws Exception;
    }

    public record Results<S, R>(S sender, R receiver, Channel senderEnd, Channel receiverEnd) {}

    public static <S, R> Results<S, R> run(Role<S> sender, Role<R> receiver) throws Exception {
        MemoryChannel.Pair ends = MemoryChannel.connect("sender", "receiver", TIMEOUT_MILLIS);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Callable<S> senderTask = () -> sender.run(ends.left());
            Future<S> future = executor.submit(senderTask);
            R received = receiver.run(ends.right());
            return new Results<>(future.get(), received, ends.left(), ends.right());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            ends.right().close();
            ends.left().close();
            executor.shutdownNow();
        }
    }

    public static Seed seed(long number) {
        byte[] bytes = new byte[Seed.BYTES];
        new Random(number).nextBytes(bytes);
        return Seed.of(bytes);
    }

    public static byte[] session(int number) {
        byte[] session = new byte[16];
        session[15] = (byte) number;
        return session;
    }
}
