package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A cloud: it multiplies what it is given by the weights it was given, and knows shapes only (in the modes that hide the
 * weights). One object serves one user's session: the network is deployed once, on one lane, rounds may run on several lanes at
 * the same time, each served by a thread of its own.
 *
 * <p>With one share W_k held, a round computes z = W_k x'. With two (replicated), it holds W_k and W_k+1, gets x_k and x_k+1 and
 * computes z = W_k (x_k + x_k+1) + W_k+1 x_k.
 */
public final class Cloud {
    private final CloudLimits limits;
    private final Workers workers;
    private final Allowance allowance;
    private final AtomicBoolean deploying = new AtomicBoolean();
    private volatile @Nullable Deployment deployment;

    /** @param workers where products may run in parallel, beside the thread that serves the lane */
    public Cloud(CloudLimits limits, Workers workers) {
        this(limits, workers, Allowance.UNLIMITED);
    }

    /** @param allowance what is left to the user; asked by several lanes at once */
    public Cloud(CloudLimits limits, Workers workers, Allowance allowance) {
        this.limits = limits;
        this.workers = workers;
        this.allowance = allowance;
    }

    /**
     * Serves one lane until its user closes it.
     *
     * @throws ProtocolAbort if the user deviates or aborts; the user has been told the reason
     * @throws PeerUnavailable if the user is gone
     */
    public void serve(Channel user) {
        try {
            @Nullable Rounds rounds = null;
            while (user.awaitMessage(limits.idle())) {
                Command command = Command.receive(user);
                switch (command.kind()) {
                    case DEPLOY -> {
                        // a second network beside the first, or one a lane, would take more than the limits say
                        if (deploying.getAndSet(true)) {
                            throw new ProtocolAbort(user.peer(), "deploy", AbortReason.LIMIT_EXCEEDED);
                        }
                        deployment = Deployment.receive(user, command, limits);
                    }
                    case PREDICT -> {
                        Deployment current = deployment;
                        if (current == null) {
                            throw new ProtocolAbort(user.peer(), "predict", AbortReason.UNKNOWN_SESSION);
                        }
                        if (rounds == null || rounds.deployment != current) {
                            rounds = new Rounds(current);
                        }
                        rounds.predict(user, command);
                    }
                }
            }
        } catch (ProtocolAbort e) {
            user.abort(e.reason());
            throw e;
        } catch (LimitExceeded e) {
            user.abort(AbortReason.LIMIT_EXCEEDED);
            throw e;
        } catch (PeerUnavailable e) {
            user.close();
            throw e;
        } catch (RuntimeException | Error e) {
            user.abort(AbortReason.INTERNAL_ERROR);
            throw e;
        }
    }

    /** The rounds of one lane. */
    private final class Rounds {
        private final Deployment deployment;
        private final PrimeField field;
        private final CloudBuffers buffers;

        Rounds(Deployment deployment) {
            this.deployment = deployment;
            this.field = deployment.field();
            this.buffers = new CloudBuffers(
                    deployment.products(), field, deployment.imagesPerRound(), deployment.isReplicated());
        }

        void predict(Channel user, Command command) {
            user.enter(Phase.PREDICT);
            int images = command.images();
            if (images < 1
                    || images > deployment.imagesPerRound()
                    || command.shares() != deployment.shares().size()) {
                throw new ProtocolAbort(user.peer(), "predict", AbortReason.MALFORMED);
            }
            allowance.take(images);
            List<Input> inputs = new ArrayList<>();
            try {
                for (int i = 0; i < command.shares(); i++) {
                    inputs.add(new Input(i == 0 ? buffers.input : buffers.secondInput, user, command.isSeeded(i)));
                }
                for (int product = 0; product < deployment.products().size(); product++) {
                    receiveInputs(user, inputs, product, images);
                    multiply(product, images);
                    sendOutputs(user, product, images);
                }
            } finally {
                inputs.forEach(Input::close);
            }
        }

        private void receiveInputs(Channel user, List<Input> inputs, int product, int images) {
            int perImage = deployment.products().get(product).inputPerImage();
            inputs.forEach(input -> input.begin(product));
            for (int first = 0; first < images; first += deployment.imagesPerChunk()) {
                int part = Math.min(deployment.imagesPerChunk(), images - first);
                for (Input input : inputs) {
                    input.take(user, first * perImage, part * perImage);
                }
            }
        }

        private void multiply(int product, int images) {
            RemoteProduct shape = deployment.products().get(product);
            ConvolutionGeometry geometry = shape.geometry();
            int batch = images * shape.columnsPerImage();
            FieldVector own = deployment.shares().get(0).get(product);
            FieldVector x = buffers.input;
            FieldVector z = buffers.output;
            if (!deployment.isReplicated()) {
                field.convolve(geometry, batch, own, x, 0, z, 0, workers);
                return;
            }
            FieldVector next = deployment.shares().get(1).get(product);
            int inputs = images * shape.inputPerImage();
            int outputs = images * shape.outputPerImage();
            field.convolve(geometry, batch, next, x, 0, buffers.secondOutput, 0, workers);
            field.add(x, 0, buffers.secondInput, 0, x, 0, inputs);
            field.convolve(geometry, batch, own, x, 0, z, 0, workers);
            field.add(z, 0, buffers.secondOutput, 0, z, 0, outputs);
        }

        private void sendOutputs(Channel user, int product, int images) {
            int perImage = deployment.products().get(product).outputPerImage();
            for (int first = 0; first < images; first += deployment.imagesPerChunk()) {
                int part = Math.min(deployment.imagesPerChunk(), images - first);
                buffers.output.send(user, first * perImage, part * perImage);
            }
            user.flush();
        }
    }

    /** One input vector of a round: received, or expanded from a seed. */
    private static final class Input implements AutoCloseable {
        private final FieldVector values;
        private final @Nullable Seed seed;
        private @Nullable Prg prg;

        Input(FieldVector values, Channel user, boolean seeded) {
            this.values = values;
            if (seeded) {
                byte[] bytes = user.receive(Seed.BYTES);
                seed = Seed.of(bytes);
                Arrays.fill(bytes, (byte) 0);
            } else {
                seed = null;
            }
        }

        void begin(int product) {
            prg = seed == null ? null : Deployment.inputGenerator(seed, product);
        }

        void take(Channel user, int at, int length) {
            if (prg == null) {
                values.receive(user, at, length, "predict");
            } else {
                values.randomize(prg, at, length);
            }
        }

        @Override
        public void close() {
            if (seed != null) {
                seed.close();
            }
        }
    }
}
