package io.tacit.bench.securenets;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.securenets.Cloud;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import io.tacit.protocol.securenets.StepObserver;
import io.tacit.protocol.securenets.User;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A whole private run in this process: real roles, messages in memory. For comparing step by step, not for privacy. */
public final class InProcess {
    private static final long TIMEOUT_MILLIS = 600_000;
    private static final long STORE_BYTES = 2L << 30;

    private InProcess() {}

    /**
     * The scores of a batch, computed by a user and the mode's clouds.
     *
     * @param threads runs each cloud, a blocking task each
     * @param observer sees every step's results at the user
     */
    public static IntegerTensor scores(
            IntegerNetwork network, IntegerTensor inputs, Mode mode, Executor threads, StepObserver observer) {
        SecureRandom random = new SecureRandom();
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
        List<Channel> lane = new ArrayList<>();
        for (int k = 1; k <= mode.clouds(); k++) {
            MemoryChannel.Pair pair = MemoryChannel.connect("user", "cloud-" + k, TIMEOUT_MILLIS);
            lane.add(pair.left());
            threads.execute(() -> new Cloud(CloudLimits.usual(), Workers.NONE).serve(pair.right()));
        }
        try (User user = new User(network, plan, random, Workers.NONE, observer);
                MaterialStore store = new MemoryMaterialStore(STORE_BYTES, random)) {
            user.deploy(lane);
            user.prepare(store, inputs.batch());
            return user.predict(List.of(lane), store, inputs);
        } finally {
            lane.forEach(Channel::close);
        }
    }
}
