package io.tacit.protocol.audit;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.share.FieldVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.securenets.Cloud;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import io.tacit.protocol.securenets.User;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * One cloud's view of SecureNets as it runs: the real user and the real clouds, in one process, over channels of which one
 * is recorded. Each call is a deployment of its own.
 */
final class SecureNetsView implements CloudView {
    private static final long TIMEOUT_MILLIS = 60_000;
    private static final long PAD_BUDGET_BYTES = 1L << 30;
    private static final int CLASSES = 10;

    private final Mode mode;
    private final int watched;
    private final IntegerNetwork network;
    private final SecureRandom random;
    private final Supplier<MaterialStore> stores;
    private final Executor clouds;
    private final Workers workers;

    /**
     * @param random source of the user's masks and pads
     * @param clouds runs each cloud in a thread of its own: as many threads as the mode has clouds
     */
    SecureNetsView(Mode mode, IntegerNetwork network, SecureRandom random, Executor clouds, Workers workers) {
        this(mode, network, random, () -> new MemoryMaterialStore(PAD_BUDGET_BYTES, random), clouds, workers);
    }

    /** @param stores gives each session the store of its pads */
    SecureNetsView(
            Mode mode,
            IntegerNetwork network,
            SecureRandom random,
            Supplier<MaterialStore> stores,
            Executor clouds,
            Workers workers) {
        this.mode = mode;
        this.network = network;
        this.random = random;
        this.stores = stores;
        this.clouds = clouds;
        this.workers = workers;
        // With three clouds the first gets two seeds and no data at all; the second gets data.
        this.watched = mode == Mode.BLINDED_THREE ? 1 : 0;
    }

    /**
     * One dense layer on grey levels: what a cloud learns of the data does not depend on the weights.
     *
     * @param largestWeight largest absolute value of a weight: chooses the field
     */
    static IntegerNetwork denseNetwork(int width, int height, int largestWeight, Prg prg) {
        TensorShape shape = new TensorShape(1, height, width);
        int[] weights = new int[CLASSES * shape.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = prg.nextBelow(2 * largestWeight + 1) - largestWeight;
        }
        List<Step> steps = List.of(
                new Step.Input("picture", shape, Range.of(0, 255)),
                new Step.Linear(
                        "dense",
                        0,
                        ConvolutionGeometry.dense(shape.size(), CLASSES),
                        weights,
                        new long[CLASSES],
                        Range.of(-255L * largestWeight * shape.size(), 255L * largestWeight * shape.size())));
        Preprocessing levels = new Preprocessing(
                width, height, 0, Preprocessing.ChannelOrder.GRAY, 1, List.of(0.0), List.of(1.0), 1, List.of());
        return new IntegerNetwork("audit", levels, steps, 1).withProvenRanges();
    }

    Mode mode() {
        return mode;
    }

    /** What runs in each session. */
    SecureNetsPlan plan() {
        return new SecureNetsPlan(network, Settings.of(mode));
    }

    @Override
    public ResidueMatrix send(GreyImages images) {
        return data(record(images), images.count());
    }

    /** All messages that the cloud receives in a session, from deployment to end, with the answers checked by the user. */
    List<byte[]> record(GreyImages images) {
        SecureNetsPlan plan = plan();
        List<Channel> lane = new ArrayList<>();
        List<byte[]> seen = Collections.synchronizedList(new ArrayList<>());
        List<FutureTask<Void>> serving = new ArrayList<>();
        for (int k = 0; k < mode.clouds(); k++) {
            MemoryChannel.Pair pair = MemoryChannel.connect("user", "cloud-" + (k + 1), TIMEOUT_MILLIS);
            boolean isWatched = k == watched;
            Channel end = new RecordingChannel(pair.right(), (bytes, offset, length) -> {
                if (isWatched) {
                    seen.add(Arrays.copyOfRange(bytes, offset, offset + length));
                }
            });
            lane.add(pair.left());
            FutureTask<Void> task =
                    new FutureTask<>(() -> new Cloud(CloudLimits.usual(), Workers.NONE).serve(end), null);
            serving.add(task);
            clouds.execute(task);
        }
        try (User user = new User(network, plan, random, workers);
                MaterialStore store = stores.get()) {
            user.deploy(lane);
            user.prepare(store, images.count());
            user.predict(List.of(lane), store, tensor(images));
            lane.forEach(Channel::close); // the clouds' end
            for (FutureTask<Void> task : serving) {
                task.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the audit was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a cloud failed", e.getCause());
        } finally {
            lane.forEach(Channel::close);
        }
        return List.copyOf(seen);
    }

    private static byte[] join(List<byte[]> messages) {
        byte[] all =
                new byte[messages.stream().mapToInt(message -> message.length).sum()];
        int at = 0;
        for (byte[] message : messages) {
            System.arraycopy(message, 0, all, at, message.length);
            at += message.length;
        }
        return all;
    }

    private IntegerTensor tensor(GreyImages images) {
        int[] levels = new int[images.levels().length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = images.levels()[i] & 0xff;
        }
        return IntegerTensor.ofInts(images.count(), network.input().shape(), levels);
    }

    /** Leaves deployment, commands and seeds out: what remains are the values that stand for the images. */
    private ResidueMatrix data(List<byte[]> messages, int images) {
        SecureNetsPlan plan = plan();
        byte[] received = join(messages);
        int perImage = plan.products().get(0).inputPerImage();
        int imageBytes = perImage * plan.field().bytesPerValue();
        FieldVector values = plan.field().zeros(Math.multiplyExact(images, perImage));
        int at = (int) plan.deployTraffic(watched).bytesSent();
        for (int done = 0; done < images; ) {
            int count = Math.min(plan.imagesPerRound(), images - done);
            int roundBytes = (int) plan.predictTraffic(watched, count).bytesSent();
            int from = at + roundBytes - count * imageBytes;
            if (!values.load(Arrays.copyOfRange(received, from, at + roundBytes), done * perImage, count * perImage)) {
                throw new IllegalStateException("what cloud-" + (watched + 1) + " received is no data");
            }
            at += roundBytes;
            done += count;
        }
        return ResidueMatrix.ofColumns(perImage, values);
    }
}
