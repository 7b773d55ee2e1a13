package io.tacit.bench.primitive;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.ot.CorrelatedReceiver;
import io.tacit.crypto.ot.CorrelatedSender;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.concurrent.CompletableFuture;

/** Both ends of correlated transfers in one thread: what is timed is the work of both. */
final class Transfers {
    static final int COUNT = 1 << 15;

    private static final long TIMEOUT_MILLIS = 60_000;
    private static final int SESSION_BYTES = 16;

    private final CorrelatedSender sender;
    private final CorrelatedReceiver receiver;
    private final byte[] sent = new byte[COUNT * BlockArithmetic.BLOCK_BYTES];
    private final byte[] received = new byte[COUNT * BlockArithmetic.BLOCK_BYTES];
    private final long[] choices = new long[COUNT / Long.SIZE];

    Transfers(Extension extension, BlockArithmetic blocks) {
        MemoryChannel.Pair ends = MemoryChannel.connect("sender", "receiver", TIMEOUT_MILLIS);
        byte[] session = new byte[SESSION_BYTES];
        Seed seed = Seed.of(new byte[Seed.BYTES]);
        FreeXorOffset offset = FreeXorOffset.of(seed);
        CompletableFuture<CorrelatedSender> connecting = CompletableFuture.supplyAsync(
                () -> CorrelatedSender.connect(ends.left(), session, extension, offset, seed.derive("sender"), blocks));
        receiver = CorrelatedReceiver.connect(ends.right(), session, extension, seed.derive("receiver"), blocks);
        sender = connecting.join();
    }

    /** {@link #COUNT} transfers. */
    byte[] run() {
        receiver.random(COUNT, choices, received, 0);
        sender.random(COUNT, sent, 0);
        return sent;
    }
}
