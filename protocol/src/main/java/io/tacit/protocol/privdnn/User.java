package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.AbortReason;
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
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.IntegerTensor.Width;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.StepEvaluator;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.Ranking;
import io.tacit.protocol.nonlinear.Results;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The user: owns the pictures, has the network with its core filters encrypted, and does the work. It never holds a secret
 * key. One object is one session with the owner.
 *
 * <p>Security guarantee in mode hardened, if neither party deviates: the owner sees residues that are uniform modulo T, and
 * nothing else that depends on the pictures; the user learns the answers. In mode published the user learns every output of
 * the core filters, and the owner each of them up to one factor a filter.
 *
 * <p>The first failure ends the session.
 */
public final class User implements AutoCloseable {
    /** Of the time of a batch, about what the encrypted part takes; in mode hardened circuits take the rest. */
    private static final double ENCRYPTED_SHARE_HARDENED = 0.5;

    private static final double ENCRYPTED_SHARE_PUBLISHED = 0.95;

    private final PrivDnnPlan plan;
    private final Channel owner;
    private final CoreOutputs core;
    private final @Nullable EvaluatorEnd circuits; // in mode hardened
    private final SecureRandom random;
    private final Workers workers;
    private final Executor threads;
    private final Observer observer;
    private final LocalSteps localSteps;

    /** Sees what the user is given on the way, for audits. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Values of some images for one step, in its shape: in mode published the outputs themselves, in mode hardened the user's
         * shares of what a circuit makes of them. In channels that are not core they mean nothing.
         */
        void given(int step, long[] values);
    }

    private User(
            PrivDnnPlan plan,
            Channel owner,
            CoreOutputs core,
            @Nullable EvaluatorEnd circuits,
            SecureRandom random,
            Workers workers,
            Executor threads,
            Observer observer) {
        this.plan = plan;
        this.owner = owner;
        this.core = core;
        this.circuits = circuits;
        this.random = random;
        this.workers = workers;
        this.threads = threads;
        this.observer = observer;
        this.localSteps = new LocalSteps(plan, true, workers);
    }

    /**
     * Opens a session; in mode hardened makes the base transfers.
     *
     * @param core the encrypted part of the network that the plan is about
     * @param workers where evaluation runs in parallel, beside the calling thread
     * @param threads runs what it is given at once, in a thread of its own
     * @throws ProtocolAbort if the owner refuses, with its reason
     * @throws PeerUnavailable if it is gone
     */
    public static User connect(
            PrivDnnPlan plan, Channel owner, CoreOutputs core, SecureRandom random, Workers workers, Executor threads) {
        return connect(plan, owner, core, random, workers, threads, (step, values) -> {});
    }

    /** @param observer sees what the user is given */
    public static User connect(
            PrivDnnPlan plan,
            Channel owner,
            CoreOutputs core,
            SecureRandom random,
            Workers workers,
            Executor threads,
            Observer observer) {
        try {
            owner.enter(Phase.DEPLOY);
            Greeting.send(owner, plan);
            EvaluatorEnd circuits = null;
            if (plan.settings().mode() == Mode.HARDENED) {
                try (Seed secret = Seed.random(random)) {
                    circuits = EvaluatorEnd.connect(
                            owner,
                            SessionName.agree(owner, random, false),
                            plan.settings().extension(),
                            secret);
                }
            }
            return new User(plan, owner, core, circuits, random, workers, threads, observer);
        } catch (RuntimeException | Error e) {
            Endings.end(owner, e);
            throw e;
        }
    }

    /**
     * Answers to a batch.
     *
     * @param progress told the share of the work that is done, 0 to 1
     * @throws IllegalArgumentException if the images have another shape or a value outside the input's range; nothing is sent
     * @throws ProtocolAbort if the owner deviates or aborts
     * @throws LimitExceeded if its allowance is used up
     */
    public List<Answer> predict(IntegerTensor images, DoubleConsumer progress) {
        int[][] pixels = pixels(images);
        try {
            owner.enter(Phase.PREDICT);
            owner.send(Command.encode(images.batch()));
            return plan.settings().mode() == Mode.HARDENED
                    ? hardened(images, pixels, progress)
                    : published(images, pixels, progress);
        } catch (RuntimeException | Error e) {
            Endings.end(owner, e);
            throw e;
        }
    }

    private int[][] pixels(IntegerTensor images) {
        Step.Input input = plan.clearPart().input();
        if (!images.shape().equals(input.shape()) || images.batch() < 1) {
            throw new IllegalArgumentException(images.batch() + " images of " + images.shape()
                    + "; the network reads at least one of " + input.shape());
        }
        int size = input.shape().size();
        long low = input.range().low().longValueExact();
        long high = input.range().high().longValueExact();
        int[][] pixels = new int[images.batch()][size];
        for (int image = 0; image < pixels.length; image++) {
            for (int i = 0; i < size; i++) {
                long value = images.get(image * size + i);
                if (value < low || value > high) {
                    throw new IllegalArgumentException("input value outside " + input.range());
                }
                pixels[image][i] = (int) value;
            }
        }
        return pixels;
    }

    // ---- published

    private List<Answer> published(IntegerTensor images, int[][] pixels, DoubleConsumer progress) {
        int[] scales = scales();
        int batch = images.batch();
        CoreValues residues = new CoreValues(plan, batch);
        // a factor a filter times its outputs: to the owner, who decrypts
        core.published(pixels, scales, (prime, filter, position, returned) -> {
            ReturnHeader header = new ReturnHeader(prime, filter, position);
            header.send(owner);
            Bulk.sendBytes(owner, returned, 0, returned.length);
            RingVector opened = plan.residueRing(prime).zeros(batch);
            opened.receive(owner, 0, batch, "core outputs");
            int[] values = residues.take(header, owner.peer());
            for (int image = 0; image < batch; image++) {
                values[image] = residue(opened.get(image), prime);
            }
            progress.accept(ENCRYPTED_SHARE_PUBLISHED * residues.taken() / plan.returned());
        });
        residues.requireAll(owner.peer());
        // the user goes on in the clear
        List<Answer> answers = new ArrayList<>();
        for (int first = 0; first < batch; first += plan.groupImages()) {
            int count = Math.min(plan.groupImages(), batch - first);
            answers.addAll(inTheClear(images.slice(first, count), residues, scales, first));
            progress.accept(shareDone(ENCRYPTED_SHARE_PUBLISHED, first + count, batch));
        }
        return answers;
    }

    private int residue(long value, int prime) {
        if (value >= plan.modulus().prime(prime)) {
            throw new ProtocolAbort(owner.peer(), "core outputs", AbortReason.OUT_OF_RANGE);
        }
        return (int) value;
    }

    private int[] scales() {
        int[] scales = new int[plan.coreOutputs()];
        try (Seed seed = Seed.random(random);
                Prg prg = seed.generator("privdnn", "factors")) {
            for (int i = 0; i < scales.length; i++) {
                scales[i] = 1 + prg.nextBelow(core.mostScale());
            }
        }
        return scales;
    }

    private List<Answer> inTheClear(IntegerTensor group, CoreValues residues, int[] scales, int firstImage) {
        @Nullable IntegerTensor[] values = clearSteps(group, plan.segment().boundary());
        int boundary = plan.segment().boundary();
        IntegerTensor outputs = value(values, boundary).to(Width.LONG);
        long[] all = outputs.longs();
        int positions = plan.positions();
        for (int filter = 0; filter < plan.coreOutputs(); filter++) {
            for (int position = 0; position < positions; position++) {
                long[] scaled = residues.combined(filter, position, firstImage, group.batch());
                int channel = plan.core().second().get(filter);
                for (int image = 0; image < group.batch(); image++) {
                    long z = plan.modulus().centred(scaled[image]);
                    if (z % scales[filter] != 0) {
                        throw new ProtocolAbort(owner.peer(), "core outputs", AbortReason.VERIFICATION_FAILED);
                    }
                    all[image * outputs.shape().size() + channel * positions + position] = z / scales[filter];
                }
            }
        }
        observer.given(boundary, all.clone());
        values[boundary] =
                outputs.to(Width.of(plan.clearPart().steps().get(boundary).range()));
        StepEvaluator evaluator = new StepEvaluator(workers);
        for (int i = boundary + 1; i < values.length; i++) {
            values[i] = evaluate(evaluator, values, i);
        }
        IntegerTensor scores = value(values, values.length - 1);
        int classes = plan.network().classes();
        return IntStream.range(0, group.batch())
                .mapToObj(image -> answer(IntStream.range(0, classes)
                        .mapToObj(i -> scores.get(image * classes + i))
                        .toList()))
                .toList();
    }

    /** All classes by score, the lowest index first among equals. */
    private static Answer answer(List<Long> scores) {
        List<Integer> best = IntStream.range(0, scores.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
                .toList();
        return new Answer(best, scores);
    }

    // ---- what the user computes in the clear

    /** The results of all steps up to one; in core channels they mean nothing. */
    private @Nullable IntegerTensor[] clearSteps(IntegerTensor group, int last) {
        @Nullable
        IntegerTensor[] values = new IntegerTensor[plan.clearPart().steps().size()];
        values[0] = group.to(Width.INT);
        StepEvaluator evaluator = new StepEvaluator(workers);
        for (int i = 1; i <= last; i++) {
            values[i] = evaluate(evaluator, values, i);
        }
        return values;
    }

    private IntegerTensor evaluate(StepEvaluator evaluator, @Nullable IntegerTensor[] values, int index) {
        Step step = plan.clearPart().steps().get(index);
        return evaluator.apply(
                step,
                step.sources().stream().map(source -> value(values, source)).toList());
    }

    private IntegerTensor value(@Nullable IntegerTensor[] values, int index) {
        IntegerTensor value = values[index];
        if (value == null) {
            throw new IllegalStateException(plan.clearPart().steps().get(index).name() + " is not there");
        }
        return value;
    }

    // ---- hardened

    private List<Answer> hardened(IntegerTensor images, int[][] pixels, DoubleConsumer progress) {
        int batch = images.batch();
        CoreValues masks = new CoreValues(plan, batch);
        try (Seed seed = Seed.random(random);
                Prg prg = seed.generator("privdnn", "masks")) {
            // the core filters' outputs plus R, uniform modulo T: to the owner
            core.hardened(pixels, prg, (prime, filter, position, returned, mask) -> {
                ReturnHeader header = new ReturnHeader(prime, filter, position);
                header.send(owner);
                Bulk.sendBytes(owner, returned, 0, returned.length);
                System.arraycopy(mask, 0, masks.take(header, owner.peer()), 0, batch);
                progress.accept(ENCRYPTED_SHARE_HARDENED * masks.taken() / plan.returned());
            });
        }
        owner.flush();
        masks.requireAll(owner.peer());
        List<Answer> answers = new ArrayList<>();
        for (int first = 0; first < batch; first += plan.groupImages()) {
            int count = Math.min(plan.groupImages(), batch - first);
            answers.addAll(onShares(images.slice(first, count), masks, first));
            progress.accept(shareDone(ENCRYPTED_SHARE_HARDENED, first + count, batch));
        }
        masks.wipe();
        return answers;
    }

    /** @param done images that are answered, of {@code batch} */
    private static double shareDone(double encryptedShare, int done, int batch) {
        return encryptedShare + (1 - encryptedShare) * done / batch;
    }

    private List<Answer> onShares(IntegerTensor group, CoreValues masks, int firstImage) {
        int images = group.batch();
        int steps = plan.network().steps().size();
        @Nullable IntegerTensor[] clear = clearSteps(group, plan.segment().boundary());
        StepEvaluator evaluator = new StepEvaluator(workers);
        for (int i = plan.segment().boundary() + 1; i < steps; i++) {
            clear[i] = plan.hasClearChannels(i) ? evaluate(evaluator, clear, i) : null;
        }
        @Nullable RingVector[] shares = new RingVector[steps];
        // the user's share of z is -R mod T
        shares[plan.segment().boundary()] = masks.shares(firstImage, images, true);
        List<List<Chunk>> chunks = plan.chunks(images);
        List<Answer> answers = List.of();
        try (Seed seed = Seed.random(random)) {
            for (int i = 0; i < plan.items().size(); i++) {
                if (plan.items().get(i) instanceof PrivDnnPlan.Local local) {
                    shares[local.step()] = localSteps.apply(
                            local.step(),
                            images,
                            plan.network().steps().get(local.step()).sources().stream()
                                    .map(source -> share(shares, clear, source, images))
                                    .toList());
                } else if (plan.items().get(i) instanceof PrivDnnPlan.Round round) {
                    Block block = round.block();
                    RingVector read = share(shares, clear, block.source(), images);
                    if (block.isAnswer()) {
                        answers = ranking(evaluate(chunks.get(i), seed, read, (chunk, planes) -> {}), images);
                    } else {
                        RingVector result = clearShare(clear, block.target(), images);
                        evaluate(chunks.get(i), seed, read, Results.into(result));
                        observe(block.target(), result);
                        shares[block.target()] = result;
                    }
                }
            }
        }
        return plan.settings().disclosure().kind() == Disclosure.Kind.SCORES
                ? scores(share(shares, clear, steps - 1, images), images)
                : answers;
    }

    private void observe(int step, RingVector share) {
        long[] values = new long[share.length()];
        share.decode(0, values, 0, values.length);
        observer.given(step, values);
    }

    private byte[] evaluate(List<Chunk> chunks, Seed seed, RingVector share, Results results) {
        if (circuits == null) {
            throw new IllegalStateException("circuits in mode published");
        }
        return circuits.evaluateNow(chunks, seed, share, results, workers, threads);
    }

    /** The user's share of a step: of clear channels their value. */
    private RingVector share(@Nullable RingVector[] shares, @Nullable IntegerTensor[] clear, int step, int images) {
        RingVector share = shares[step];
        return share == null ? clearShare(clear, step, images) : share;
    }

    /** The values of clear channels as shares; in shared channels it means nothing. */
    private RingVector clearShare(@Nullable IntegerTensor[] clear, int step, int images) {
        TensorShape shape = plan.network().steps().get(step).shape();
        RingVector share = plan.ring(step).zeros(Math.multiplyExact(images, shape.size()));
        if (plan.hasClearChannels(step)) {
            IntegerTensor values = value(clear, step);
            for (int i = 0; i < share.length(); i++) {
                share.set(i, values.get(i));
            }
        }
        return share;
    }

    /** Colours and decoding bits give the bits of the indices. */
    private List<Answer> ranking(byte[] colours, int images) {
        byte[] decoding = new byte[colours.length];
        Bulk.receiveBytes(owner, decoding, 0, decoding.length);
        return Ranking.decodeAll(
                        decoding,
                        colours,
                        plan.settings().disclosure().places(),
                        plan.network().classes(),
                        images)
                .orElseThrow(() -> new ProtocolAbort(owner.peer(), "answer", AbortReason.OUT_OF_RANGE))
                .stream()
                .map(classes -> new Answer(classes, List.of()))
                .toList();
    }

    private List<Answer> scores(RingVector own, int images) {
        Ring ring = own.ring();
        RingVector sum = ring.zeros(own.length());
        sum.receive(owner, 0, sum.length(), "scores");
        ring.add(sum, 0, own, 0, sum, 0, sum.length());
        int classes = plan.network().classes();
        long[] values = new long[sum.length()];
        sum.decode(0, values, 0, values.length);
        boolean unsigned = plan.scoresAreUnsigned();
        return IntStream.range(0, images)
                .mapToObj(image -> answer(IntStream.range(image * classes, (image + 1) * classes)
                        .mapToObj(i -> unsigned ? sum.get(i) : values[i])
                        .toList()))
                .toList();
    }

    /** Ends the session in order. */
    @Override
    public void close() {
        if (circuits != null) {
            circuits.close();
        }
        owner.close();
    }
}
