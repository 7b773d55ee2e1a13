package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.GarblerEnd;
import io.tacit.protocol.nonlinear.ResultMasks;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The owner's service: holds the key, decrypts what users return, garbles what is not linear.
 *
 * <p>Security guarantee in mode hardened, if neither party deviates: the user learns the answers alone, and never an output
 * of a core filter. In mode published it gets these outputs, and whoever has enough of them computes the filters: the
 * allowance is a rate limit, not a protection. Only ciphertexts of the committed layer are decrypted, well formed, each once
 * a batch.
 *
 * <p>Serves any number of sessions at a time, each in its calling thread.
 */
public final class Owner {
    private final PrivDnnPlan plan;
    private final CoreDecryption core;
    private final OwnerLimits limits;
    private final SecureRandom random;
    private final Workers workers;
    private final Observer observer;

    /** Sees what the owner decrypts, for audits. */
    @FunctionalInterface
    public interface Observer {
        /** @param residues modulo the prime, of the images of a batch */
        void decrypted(int prime, int filter, int position, int[] residues);
    }

    /** @param workers where garbling and linear layers run in parallel, beside the calling thread */
    public Owner(PrivDnnPlan plan, CoreDecryption core, OwnerLimits limits, SecureRandom random, Workers workers) {
        this(plan, core, limits, random, workers, (prime, filter, position, residues) -> {});
    }

    /** @param observer sees what is decrypted */
    public Owner(
            PrivDnnPlan plan,
            CoreDecryption core,
            OwnerLimits limits,
            SecureRandom random,
            Workers workers,
            Observer observer) {
        this.plan = plan;
        this.core = core;
        this.limits = limits;
        this.random = random;
        this.workers = workers;
        this.observer = observer;
    }

    /**
     * Serves one user until it closes the lane.
     *
     * @param allowance asked before each batch
     * @throws ProtocolAbort if the user deviates or aborts
     * @throws PeerUnavailable if it is gone
     * @throws LimitExceeded if it asks for more than it may
     */
    public void serve(Channel user, Allowance allowance) {
        try (Session session = new Session(user, allowance)) {
            session.run();
        } catch (RuntimeException | Error e) {
            Endings.end(user, e);
            throw e;
        }
    }

    /** One user's connection. */
    private final class Session implements AutoCloseable {
        private final Channel user;
        private final Allowance allowance;
        private final @Nullable GarblerEnd circuits; // in mode hardened
        private final LocalSteps localSteps = new LocalSteps(plan, false, workers);

        Session(Channel user, Allowance allowance) {
            this.user = user;
            this.allowance = allowance;
            user.enter(Phase.DEPLOY);
            Greeting.require(user, plan);
            if (plan.settings().mode() == Mode.HARDENED) {
                try (Seed secret = Seed.random(random)) {
                    circuits = GarblerEnd.connect(
                            user,
                            SessionName.agree(user, random, true),
                            plan.settings().extension(),
                            secret);
                }
            } else {
                circuits = null;
            }
        }

        void run() {
            while (user.awaitMessage(limits.idle())) {
                answer(Command.receive(user));
            }
        }

        private void answer(int images) {
            user.enter(Phase.PREDICT);
            if (images > limits.images()) {
                throw new LimitExceeded("at most " + limits.images() + " images are decrypted in a batch");
            }
            allowance.take(images, (long) images * plan.positions());
            CoreValues values = decrypt(images);
            if (circuits != null) {
                for (int first = 0; first < images; first += plan.groupImages()) {
                    onShares(circuits, values, first, Math.min(plan.groupImages(), images - first));
                }
            }
            user.flush();
        }

        /** In mode published each value is sent back as soon as it is decrypted. */
        private CoreValues decrypt(int images) {
            CoreValues values = new CoreValues(plan, images);
            byte[] returned = new byte[core.returnBytes()];
            for (int i = 0; i < plan.returned(); i++) {
                ReturnHeader header = ReturnHeader.receive(user, plan);
                int[] residues = values.take(header, user.peer());
                Bulk.receiveBytes(user, returned, 0, returned.length);
                core.decrypt(header.prime(), returned, images, residues, user.peer());
                observer.decrypted(header.prime(), header.filter(), header.position(), residues);
                if (plan.settings().mode() == Mode.PUBLISHED) {
                    RingVector opened = plan.residueRing(header.prime()).zeros(images);
                    opened.encode(residues, 0, 0, images);
                    opened.send(user, 0, images);
                    user.flush();
                    values.drop(header);
                }
            }
            return values;
        }

        // ---- hardened

        private void onShares(GarblerEnd garbler, CoreValues values, int firstImage, int images) {
            int steps = plan.network().steps().size();
            @Nullable RingVector[] shares = new RingVector[steps];
            // the owner's share of z is z + R mod T
            shares[plan.segment().boundary()] = values.shares(firstImage, images, false);
            List<List<Chunk>> chunks = plan.chunks(images);
            try (Seed seed = Seed.random(random)) {
                for (int i = 0; i < plan.items().size(); i++) {
                    if (plan.items().get(i) instanceof PrivDnnPlan.Local local) {
                        shares[local.step()] = localSteps.apply(
                                local.step(),
                                images,
                                plan.network().steps().get(local.step()).sources().stream()
                                        .map(source -> share(shares, source, images))
                                        .toList());
                    } else if (plan.items().get(i) instanceof PrivDnnPlan.Round round) {
                        Block block = round.block();
                        RingVector read = share(shares, block.source(), images);
                        if (block.isAnswer()) {
                            byte[] decoding =
                                    garbler.garbleNow(chunks.get(i), seed, any -> (chunk, planes) -> {}, read, workers);
                            Bulk.sendBytes(user, decoding, 0, decoding.length);
                        } else {
                            RingVector result = resultMasks(block.target(), images, seed);
                            garbler.garbleNow(chunks.get(i), seed, any -> ResultMasks.of(result), read, workers);
                            shares[block.target()] = result;
                        }
                    }
                }
            }
            if (plan.settings().disclosure().kind() == Disclosure.Kind.SCORES) {
                RingVector own = share(shares, steps - 1, images);
                own.send(user, 0, own.length());
            }
            user.flush();
        }

        /** The owner's share of a step: of clear channels zero. */
        private RingVector share(@Nullable RingVector[] shares, int step, int images) {
            RingVector share = shares[step];
            return share == null ? zeros(step, images) : share;
        }

        private RingVector zeros(int step, int images) {
            Ring ring = plan.ring(step);
            return ring.zeros(Math.multiplyExact(
                    images, plan.network().steps().get(step).shape().size()));
        }

        /** r of a round's results in shared channels, zero in the others. */
        private RingVector resultMasks(int step, int images, Seed seed) {
            TensorShape shape = plan.network().steps().get(step).shape();
            int plane = shape.height() * shape.width();
            RingVector masks = zeros(step, images);
            try (Prg prg = seed.generator("privdnn", "result masks", Integer.toString(step))) {
                for (int image = 0; image < images; image++) {
                    for (int channel : plan.sharedChannels(step)) {
                        masks.randomize(prg, (image * shape.channels() + channel) * plane, plane);
                    }
                }
            }
            return masks;
        }

        @Override
        public void close() {
            if (circuits != null) {
                circuits.close();
            }
        }
    }
}
