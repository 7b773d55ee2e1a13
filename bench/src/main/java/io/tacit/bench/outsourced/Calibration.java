package io.tacit.bench.outsourced;

import io.tacit.bench.Median;
import io.tacit.bench.MeteredThreads;
import io.tacit.bench.link.TlsLoopback;
import io.tacit.bench.primitive.Activation;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.garble.OnlineEncoder;
import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.FreshZero;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.ProductAccumulator;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.ReturnFormat;
import io.tacit.crypto.lattice.ReturnedCiphertext;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.lattice.SeededCiphertext;
import io.tacit.crypto.ot.CorrelatedReceiver;
import io.tacit.crypto.ot.CorrelatedSender;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import io.tacit.protocol.linear.LayerPlan;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.server.material.FileMaterialStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Seconds of processor time that the primitives of {@code outsourced} take on this machine, now: each is run for a fraction of a
 * second. Nothing is kept.
 *
 * @param garbleGate an AND gate, garbled
 * @param evaluateGate an AND gate, evaluated
 * @param sendTransfer a label transfer at the garbler
 * @param receiveTransfer a label transfer at the evaluator
 * @param encodeLabel a label of an online input
 * @param sendByte a byte into a TLS connection
 * @param receiveByte a byte out of one
 * @param store material on disk
 * @param lattice encryption of linear layers
 * @param multiplications seconds of one product of a layer with one input, by shape
 * @param roles what the roles take beside all of this
 */
public record Calibration(
        double garbleGate,
        double evaluateGate,
        double sendTransfer,
        double receiveTransfer,
        double encodeLabel,
        double sendByte,
        double receiveByte,
        Store store,
        Lattice lattice,
        Map<LinearShape, Double> multiplications,
        RoleCosts roles) {
    private static final double WARM_UP_SECONDS = 0.1;
    private static final double RUN_SECONDS = 0.1;
    private static final int LEAST_RUNS = 5;
    private static final int TRANSFERS = 1 << 15;
    private static final int MESSAGES = 256;
    private static final int TLS_ROUNDS = 12;
    private static final int STORED_BYTES = 8 << 20;
    private static final long STORE_BYTES = 1L << 26;
    /** A larger layer is measured on fewer of its outputs. */
    private static final long MOST_MULTIPLICATIONS = 20_000_000;

    public Calibration {
        multiplications = Map.copyOf(multiplications);
    }

    /**
     * Operations on ciphertexts.
     *
     * @param encrypt an input, its encoding included
     * @param expand the peer's input
     * @param transform a weight polynomial
     * @param product one added to a sum
     * @param finish a result, as long as it has no values
     * @param finishValue for each value of it
     * @param decrypt a result, as long as it has no values
     * @param decryptValue for each value of it
     */
    public record Lattice(
            double encrypt,
            double expand,
            double transform,
            double product,
            double finish,
            double finishValue,
            double decrypt,
            double decryptValue) {
        private static final Lattice UNKNOWN = new Lattice(0, 0, 0, 0, 0, 0, 0, 0);

        /** Measures the encryption of a plan's widest layer. */
        static Lattice measure(SharingPlan plan, TripletPlan triplets) {
            LinearLayer widest = plan.layers().stream()
                    .max(Comparator.comparingInt(layer -> layer.shape().ringBits()))
                    .orElseThrow();
            LayerPlan layer = triplets.layer(widest.shape(), 1);
            LatticeParameters parameters = layer.parameters();
            int degree = parameters.degree();
            long[] values = new long[degree];
            try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                    Prg prg = seed.generator("calibration");
                    SecretKey key = SecretKey.generate(parameters, prg);
                    Encryptor encryptor = new Encryptor(parameters, key, prg);
                    Decryptor decryptor = new Decryptor(key);
                    ProductAccumulator sum = new ProductAccumulator(parameters);
                    PlaintextPolynomial weights = PlaintextPolynomial.of(
                            parameters, uniform(widest, degree, layer.packing().weightsPerResult(), prg))) {
                PublicKey publicKey = key.publicKey(prg);
                byte[] encoded = new byte[SeededCiphertext.bytes(parameters)];
                double encrypt = seconds(() -> encryptor.encrypt(values).encode(encoded, 0));
                double expand = seconds(() -> SeededCiphertext.decode(parameters, encoded, 0, encoded.length, "peer")
                        .expand());
                double transform = seconds(() -> {
                    Arrays.fill(values, 1);
                    PlaintextPolynomial.of(parameters, values).close();
                });
                Ciphertext input = SeededCiphertext.decode(parameters, encoded, 0, encoded.length, "peer")
                        .expand();
                sum.clear();
                double product = seconds(() -> sum.accumulate(input, weights));
                double[] finish = new double[2];
                double[] decrypt = new double[2];
                int[] wanted = {1, degree / 2};
                for (int i = 0; i < 2; i++) {
                    ReturnFormat format = layer.choice().returning(wanted[i]);
                    int[] places = new int[wanted[i]];
                    Arrays.setAll(places, place -> place);
                    long[] summand = new long[wanted[i]];
                    byte[] result = new byte[format.bytes()];
                    finish[i] = seconds(() -> {
                                sum.clear();
                                sum.accumulate(input, weights);
                                sum.finish(FreshZero.draw(publicKey, prg), format, places, summand, prg)
                                        .encode(result, 0);
                            })
                            - product;
                    decrypt[i] = seconds(() -> decryptor.decrypt(
                            ReturnedCiphertext.decode(format, result, 0, result.length, "peer"), places, summand));
                }
                int span = wanted[1] - wanted[0];
                return new Lattice(
                        encrypt,
                        expand,
                        transform,
                        product,
                        finish[0],
                        Math.max(0, finish[1] - finish[0]) / span,
                        decrypt[0],
                        Math.max(0, decrypt[1] - decrypt[0]) / span);
            }
        }

        /** As many weights as meet in a result of the layer; no more are proven to decrypt. */
        private static long[] uniform(LinearLayer layer, int degree, long weights, Prg prg) {
            int count = (int) Math.min(degree, weights);
            RingVector drawn = layer.ring().zeros(count);
            drawn.randomize(prg, 0, count);
            long[] values = new long[degree];
            drawn.decode(0, values, 0, count);
            return values;
        }

        double finish(int wanted) {
            return finish + wanted * finishValue;
        }

        double decrypt(int wanted) {
            return decrypt + wanted * decryptValue;
        }
    }

    /**
     * Material on disk, beside what a piece takes as long as nothing is in it.
     *
     * @param writeByte a byte of one
     * @param readByte a byte of one
     */
    public record Store(double writeByte, double readByte) {}

    /** Median processor seconds of a run, after some to warm up. */
    private static double seconds(Runnable work) {
        double start = MeteredThreads.ownCpuSeconds();
        while (MeteredThreads.ownCpuSeconds() - start < WARM_UP_SECONDS) {
            work.run();
        }
        double[] runs = new double[1 << 16];
        int count = 0;
        start = MeteredThreads.ownCpuSeconds();
        double before = start;
        while (count < runs.length && (count < LEAST_RUNS || before - start < RUN_SECONDS)) {
            work.run();
            double now = MeteredThreads.ownCpuSeconds();
            runs[count++] = now - before;
            before = now;
        }
        return Median.of(Arrays.copyOf(runs, count));
    }

    /** Measures what a plan is made of, in some twenty seconds. */
    public static Calibration measure(SharingPlan plan, TripletPlan triplets) {
        try {
            List<RoleCosts.Run> runs = RoleCosts.runs(); // first: afterwards all code is compiled
            Calibration primitives = primitives(plan);
            Lattice lattice = Lattice.measure(plan, triplets);
            RoleCosts.Run last = runs.get(runs.size() - 1);
            Lattice ofRuns =
                    sameRing(last.triplets(), triplets) ? lattice : Lattice.measure(last.plan(), last.triplets());
            RoleCosts roles = RoleCosts.of(runs, primitives.with(ofRuns, Map.of(), RoleCosts.NONE));
            return primitives.with(lattice, multiplications(plan), roles);
        } catch (IOException e) {
            throw new IllegalStateException("TLS over loopback and files cannot be measured", e);
        }
    }

    /** Whether an operation takes the same time in both. */
    private static boolean sameRing(TripletPlan one, TripletPlan other) {
        return one.ring().degree() == other.ring().degree()
                && one.ring().limbs() == other.ring().limbs();
    }

    private Calibration with(Lattice encryption, Map<LinearShape, Double> products, RoleCosts costs) {
        return new Calibration(
                garbleGate,
                evaluateGate,
                sendTransfer,
                receiveTransfer,
                encodeLabel,
                sendByte,
                receiveByte,
                store,
                encryption,
                products,
                costs);
    }

    /** What does not depend on linear layers. */
    private static Calibration primitives(SharingPlan plan) throws IOException {
        BlockArithmetic blocks = Kernels.active().blocks();
        Activation activation = new Activation(blocks);
        double garble = seconds(() -> activation.garble((bytes, offset, length) -> {})) / activation.gates();
        double evaluate = seconds(() -> activation.evaluate((bytes, offset, length) -> {})) / activation.gates();
        double[] transfers = transfers(plan.settings().extension(), blocks);
        double[] tls = TemporaryFolder.with(Calibration::tls);
        return new Calibration(
                garble,
                evaluate,
                transfers[0],
                transfers[1],
                encoding(blocks),
                tls[0],
                tls[1],
                TemporaryFolder.with(Calibration::store),
                Lattice.UNKNOWN,
                Map.of(),
                RoleCosts.NONE);
    }

    /** Of the sender and of the receiver, each. */
    private static double[] transfers(Extension extension, BlockArithmetic blocks) {
        MemoryChannel.Pair ends = MemoryChannel.connect("sender", "receiver", 60_000);
        byte[] session = new byte[16];
        Seed seed = Seed.of(new byte[Seed.BYTES]);
        FreeXorOffset offset = FreeXorOffset.of(seed);
        CompletableFuture<CorrelatedSender> connecting = CompletableFuture.supplyAsync(
                () -> CorrelatedSender.connect(ends.left(), session, extension, offset, seed.derive("sender"), blocks));
        CorrelatedReceiver receiver =
                CorrelatedReceiver.connect(ends.right(), session, extension, seed.derive("receiver"), blocks);
        CorrelatedSender sender = connecting.join();
        byte[] sent = new byte[TRANSFERS * BlockArithmetic.BLOCK_BYTES];
        byte[] received = new byte[TRANSFERS * BlockArithmetic.BLOCK_BYTES];
        long[] choices = new long[TRANSFERS / Long.SIZE];
        double[] own = new double[1];
        double both = seconds(() -> {
            double before = MeteredThreads.ownCpuSeconds();
            receiver.chosen(TRANSFERS, choices, received, 0);
            own[0] = MeteredThreads.ownCpuSeconds() - before;
            sender.chosen(TRANSFERS, sent, 0);
        });
        return new double[] {Math.max(0, both - own[0]) / TRANSFERS, own[0] / TRANSFERS};
    }

    private static double encoding(BlockArithmetic blocks) {
        Seed seed = Seed.of(new byte[Seed.BYTES]);
        FreeXorOffset offset = FreeXorOffset.of(seed);
        int planes = TRANSFERS / 1024;
        BitPlanes bits = new BitPlanes(planes, 1024);
        byte[] labels = new byte[TRANSFERS * BlockArithmetic.BLOCK_BYTES];
        // an encoder encodes a batch once
        return seconds(() -> new OnlineEncoder(offset, seed, blocks).encode(0, bits, labels, 0)) / TRANSFERS;
    }

    /** Of sending and of receiving a byte, in messages as bulk data has them. */
    private static double[] tls(Path folder) throws IOException {
        try (TlsLoopback links = new TlsLoopback(
                        folder,
                        TrustSetting.OUTSOURCED,
                        0,
                        "hardened",
                        Set.of(OutsourcedLanes.TABLES),
                        Optional.empty());
                MeteredThreads sending = new MeteredThreads("sender")) {
            TlsLoopback.Lane lane =
                    links.open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, OutsourcedLanes.TABLES);
            byte[] message = new byte[Bulk.CHUNK_BYTES];
            byte[] taken = new byte[Bulk.CHUNK_BYTES];
            double[] sent = new double[TLS_ROUNDS];
            double[] received = new double[TLS_ROUNDS];
            for (int round = 0; round < TLS_ROUNDS; round++) {
                double ofSender = sending.cpuSeconds();
                double own = MeteredThreads.ownCpuSeconds();
                var done = CompletableFuture.runAsync(() -> send(lane.listening(), message), sending.executor());
                for (int i = 0; i < MESSAGES; i++) {
                    lane.dialling().receive(taken, 0, taken.length);
                }
                done.join();
                double bytes = (double) MESSAGES * Bulk.CHUNK_BYTES;
                sent[round] = (sending.cpuSeconds() - ofSender) / bytes;
                received[round] = (MeteredThreads.ownCpuSeconds() - own) / bytes;
            }
            lane.dialling().close();
            return new double[] {settled(sent), settled(received)};
        }
    }

    private static Store store(Path folder) {
        MaterialKind kind = new MaterialKind("calibration");
        byte[] chunk = new byte[Bulk.CHUNK_BYTES];
        double[] kept = new double[2];
        double[] claimed = new double[2];
        int[] sizes = {Bulk.CHUNK_BYTES, STORED_BYTES};
        try (FileMaterialStore store = new FileMaterialStore(folder, STORE_BYTES, new SecureRandom())) {
            for (int i = 0; i < sizes.length; i++) {
                int size = sizes[i];
                double[] own = new double[1];
                double both = seconds(() -> {
                    double before = MeteredThreads.ownCpuSeconds();
                    try (MaterialStore.Draft draft = store.create(kind, size)) {
                        for (int done = 0; done < size; done += chunk.length) {
                            draft.write(chunk, 0, chunk.length);
                        }
                        draft.commit();
                    }
                    own[0] = MeteredThreads.ownCpuSeconds() - before;
                    try (MaterialStore.Claim claim = store.claim(kind).orElseThrow()) {
                        for (int done = 0; done < size; done += chunk.length) {
                            claim.read(chunk, 0, chunk.length);
                        }
                    }
                });
                kept[i] = own[0];
                claimed[i] = Math.max(0, both - own[0]);
            }
        }
        int span = sizes[1] - sizes[0];
        return new Store(Math.max(0, kept[1] - kept[0]) / span, Math.max(0, claimed[1] - claimed[0]) / span);
    }

    /** The median of the last quarter: until then the library's ciphers were compiled. */
    private static double settled(double[] rounds) {
        return Median.of(Arrays.copyOfRange(rounds, rounds.length - rounds.length / 4, rounds.length));
    }

    private static void send(Channel channel, byte[] message) {
        for (int i = 0; i < MESSAGES; i++) {
            channel.send(message, 0, message.length);
        }
        channel.flush();
    }

    private static Map<LinearShape, Double> multiplications(SharingPlan plan) {
        Map<LinearShape, Double> measured = new HashMap<>();
        List<LinearShape> shapes =
                plan.layers().stream().map(LinearLayer::shape).distinct().toList();
        for (LinearShape shape : shapes) {
            ConvolutionGeometry whole = shape.geometry();
            ConvolutionGeometry part = capped(whole);
            RingVector weights = shape.ring().zeros(part.weightCount());
            RingVector input = shape.ring().zeros(part.inputSize());
            RingVector output = shape.ring().zeros(part.outputSize());
            double once = seconds(() -> shape.ring().convolve(part, 1, weights, input, 0, output, 0, Workers.NONE));
            measured.put(shape, once * whole.multiplications() / part.multiplications());
        }
        return measured;
    }

    /** Fewer outputs of a large layer; one in groups is left as it is. */
    private static ConvolutionGeometry capped(ConvolutionGeometry g) {
        if (g.groups() > 1 || g.multiplications() <= MOST_MULTIPLICATIONS) {
            return g;
        }
        long perOutput = g.multiplications() / g.outChannels();
        int outputs = (int) Math.max(1, Math.min(g.outChannels(), MOST_MULTIPLICATIONS / perOutput));
        return new ConvolutionGeometry(
                g.inChannels(),
                g.inHeight(),
                g.inWidth(),
                outputs,
                g.kernelHeight(),
                g.kernelWidth(),
                g.strideY(),
                g.strideX(),
                g.padTop(),
                g.padLeft(),
                g.padBottom(),
                g.padRight(),
                g.dilationY(),
                g.dilationX(),
                1);
    }
}
