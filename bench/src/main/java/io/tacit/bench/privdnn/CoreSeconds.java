package io.tacit.bench.privdnn;

import io.tacit.bench.Median;
import io.tacit.bench.MeteredThreads;
import io.tacit.crypto.lattice.BgvLevel;
import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.CiphertextMultiplier;
import io.tacit.crypto.lattice.CoefficientCiphertext;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.FreshZero;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.ProductSums;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.RelinearizationKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.lattice.SeededCiphertext;
import io.tacit.crypto.lattice.SlotDecryptor;
import io.tacit.crypto.lattice.SlotEncoding;
import io.tacit.crypto.lattice.SwitchedCiphertext;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.protocol.privdnn.CorePlan;
import io.tacit.protocol.privdnn.CoreWork;
import io.tacit.protocol.privdnn.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Seconds of processor time that the operations of a plan's encrypted part take on this machine, now; a few seconds in all.
 *
 * @param firstWeight reading a ciphertext of the first convolution
 * @param secondWeight the same of the second
 * @param pixelPolynomial making a polynomial of sums of pixels
 * @param plainSum a sum over a window of pixels, for one image
 * @param plainPolynomial making a polynomial of sums of plain squares, with the squares that are new in it
 * @param firstProduct a ciphertext times a polynomial in the first convolution
 * @param square squaring a ciphertext, with what brings it to its level
 * @param squareSum making a sum of squares ready to multiply
 * @param plainProduct a ciphertext times a polynomial in the second convolution
 * @param coreProduct a ciphertext times a ciphertext there
 * @param result what is done to a sum before it goes to the owner
 * @param decrypt decrypting it
 */
public record CoreSeconds(
        double firstWeight,
        double secondWeight,
        double pixelPolynomial,
        double plainSum,
        double plainPolynomial,
        double firstProduct,
        double square,
        double squareSum,
        double plainProduct,
        double coreProduct,
        double result,
        double decrypt) {
    private static final double WARM_UP_SECONDS = 0.2;
    private static final double RUN_SECONDS = 0.2;
    private static final int LEAST_RUNS = 5;
    /** Sums that are computed together, as the evaluation does. */
    private static final int TILE = 8;

    /** Seconds of the user for the encrypted part of a batch. */
    public double user(CoreWork work, int images) {
        return work.firstWeights() * firstWeight
                + work.secondWeights() * secondWeight
                + work.pixelPolynomials() * pixelPolynomial
                + work.plainSums() * plainSum * images
                + work.plainPolynomials() * plainPolynomial
                + work.firstProducts() * firstProduct
                + work.squares() * square
                + work.squareSums() * squareSum
                + work.plainProducts() * plainProduct
                + work.coreProducts() * coreProduct
                + work.results() * result;
    }

    /** Seconds of the owner for the encrypted part of a batch. */
    public double owner(CoreWork work) {
        return work.results() * decrypt;
    }

    /** Measures. */
    public static CoreSeconds measure(CorePlan plan) {
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("calibration");
                SecretKey key = SecretKey.generate(plan.parameters().keys(), prg)) {
            return new Operations(plan, key, prg).measure();
        }
    }

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

    /** The operations, on numbers that mean nothing. */
    private static final class Operations {
        private final CorePlan plan;
        private final SecretKey key;
        private final Prg prg;
        private final SlotEncoding encoding;
        private final BgvLevel first;
        private final BgvLevel square;
        private final BgvLevel second;
        private final RelinearizationKey relinearizationKey;
        private final PublicKey publicKey;

        Operations(CorePlan plan, SecretKey key, Prg prg) {
            this.plan = plan;
            this.key = key;
            this.prg = prg;
            encoding = plan.slotEncoding(0);
            first = plan.firstLevel(0);
            square = plan.squareLevel(0);
            second = plan.secondLevel(0);
            relinearizationKey = RelinearizationKey.generate(plan.parameters(), square.limbs(), key, prg);
            publicKey = key.publicKey(second, prg);
        }

        CoreSeconds measure() {
            int pool = plan.shape().secondPool();
            double[] values = values();
            double polynomialAtFirst = seconds(() -> encoding.multiplicand(first, values.clone()));
            double[] sums = new double[plan.slots()];
            double polynomialAtSecond = seconds(() -> {
                Arrays.fill(sums, 0);
                for (int i = 0; i < pool * pool; i++) {
                    for (int slot = 0; slot < sums.length; slot++) {
                        sums[slot] += values[slot];
                    }
                }
                encoding.square(values.clone()); // about as many squares as windows
                encoding.multiplicand(second, sums.clone());
            });
            Ciphertext[] firstWeights = weights(first, plan.shape().first());
            Ciphertext[] secondWeights = weights(second, plan.shape().second());
            double[] products = products(secondWeights);
            double result = result(secondWeights[0]);
            return new CoreSeconds(
                    reading(first),
                    reading(second),
                    polynomialAtFirst,
                    plainSum(),
                    polynomialAtSecond,
                    firstProduct(firstWeights),
                    squaring(firstWeights[0]),
                    seconds(() -> CiphertextMultiplier.ofSum(
                            second, List.of(secondWeights).subList(0, Math.min(secondWeights.length, pool * pool)))),
                    products[0],
                    products[1],
                    result,
                    decryption(secondWeights[0]));
        }

        private double[] values() {
            return IntStream.range(0, plan.slots()).mapToDouble(i -> i % 251).toArray();
        }

        private PlaintextPolynomial polynomial(BgvLevel level) {
            return encoding.multiplicand(level, values());
        }

        private byte[] encrypted(BgvLevel level) {
            try (Encryptor encryptor = new Encryptor(level, key, prg)) {
                return encryptor.encrypt(new long[level.degree()]).encode();
            }
        }

        private static Ciphertext read(BgvLevel level, byte[] bytes) {
            return SeededCiphertext.decode(level, bytes, 0, bytes.length, "owner")
                    .expand();
        }

        private double reading(BgvLevel level) {
            byte[] bytes = encrypted(level);
            return seconds(() -> read(level, bytes));
        }

        /** One for each weight of one channel. */
        private Ciphertext[] weights(BgvLevel level, ConvolutionGeometry g) {
            Ciphertext[] weights = new Ciphertext[g.kernelHeight() * g.kernelWidth()];
            Arrays.setAll(weights, i -> read(level, encrypted(level)));
            return weights;
        }

        private double plainSum() {
            int taps = plan.shape().first().taps();
            double[] pixels = values();
            double[] sums = new double[pixels.length];
            return seconds(() -> {
                        for (int tap = 0; tap < taps; tap++) {
                            for (int image = 0; image < sums.length; image++) {
                                sums[image] += tap * pixels[image];
                            }
                        }
                    })
                    / sums.length;
        }

        /** Places of the windows that neighbouring sums read, row by row of the kernel. */
        private static int window(ConvolutionGeometry g, int pool, int tap, int sum) {
            int width = (TILE - 1) * pool * g.strideX() + g.kernelWidth();
            return tap / g.kernelWidth() * width + sum * pool * g.strideX() + tap % g.kernelWidth();
        }

        private double firstProduct(Ciphertext[] weights) {
            ConvolutionGeometry g = plan.shape().first();
            int pool = plan.shape().firstPool();
            PlaintextPolynomial[] windows = new PlaintextPolynomial[window(g, pool, weights.length - 1, TILE - 1) + 1];
            Arrays.setAll(windows, i -> polynomial(first));
            try (ProductSums sums = new ProductSums(first, TILE)) {
                return seconds(() -> {
                            sums.clear();
                            for (int sum = 0; sum < TILE; sum++) {
                                for (int tap = 0; tap < weights.length; tap++) {
                                    sums.addProduct(sum, weights[tap], windows[window(g, pool, tap, sum)]);
                                }
                            }
                            sums.compute(TILE);
                        })
                        / (TILE * weights.length);
            }
        }

        /** With a polynomial, and with a ciphertext. */
        private double[] products(Ciphertext[] weights) {
            ConvolutionGeometry g = plan.shape().second();
            int pool = plan.shape().secondPool();
            int count = window(g, pool, weights.length - 1, TILE - 1) + 1;
            PlaintextPolynomial[] plain = new PlaintextPolynomial[count];
            Arrays.setAll(plain, i -> polynomial(second));
            CiphertextMultiplier[] core = new CiphertextMultiplier[count];
            Arrays.setAll(core, i -> CiphertextMultiplier.ofSum(second, List.of(weights[i % weights.length])));
            try (ProductSums sums = new ProductSums(second, TILE)) {
                double ofPlain = seconds(() -> {
                    sums.clear();
                    for (int sum = 0; sum < TILE; sum++) {
                        for (int tap = 0; tap < weights.length; tap++) {
                            sums.addProduct(sum, weights[tap], plain[window(g, pool, tap, sum)]);
                        }
                    }
                    sums.compute(TILE);
                });
                double ofCore = seconds(() -> {
                    sums.clear();
                    for (int sum = 0; sum < TILE; sum++) {
                        for (int tap = 0; tap < weights.length; tap++) {
                            sums.addProduct(sum, weights[tap], core[window(g, pool, tap, sum)]);
                        }
                    }
                    sums.compute(TILE);
                });
                int products = TILE * weights.length;
                return new double[] {ofPlain / products, ofCore / products};
            }
        }

        private double squaring(Ciphertext sum) {
            try (ProductSums sums = new ProductSums(first, 1);
                    ProductSums squares = new ProductSums(square, 1)) {
                return seconds(() -> {
                    sums.clear();
                    sums.add(0, sum);
                    sums.compute(1);
                    CoefficientCiphertext at = sums.take(0);
                    at.switchTo(square);
                    Ciphertext value = at.toEvaluation();
                    squares.clear();
                    squares.addProduct(0, value, CiphertextMultiplier.ofSum(square, List.of(value)));
                    squares.compute(1);
                    CoefficientCiphertext result = squares.relinearize(0, relinearizationKey);
                    result.switchTo(second);
                    result.toEvaluation();
                });
            }
        }

        private double result(Ciphertext weight) {
            CiphertextMultiplier factor = CiphertextMultiplier.ofSum(second, List.of(weight));
            try (ProductSums sums = new ProductSums(second, 1)) {
                return seconds(() -> {
                    sums.clear();
                    sums.addProduct(0, weight, factor);
                    sums.compute(1);
                    returned(sums).encode();
                });
            }
        }

        /** A sum as it goes to the owner. */
        private SwitchedCiphertext returned(ProductSums sums) {
            CoefficientCiphertext result;
            if (plan.mode() == Mode.HARDENED) {
                FreshZero zero = FreshZero.draw(publicKey, prg);
                sums.addZero(0, zero);
                result = sums.relinearize(0, relinearizationKey);
                result.flood(zero, plan.floodBits(), prg);
                result.addSlots(encoding, encoding.uniform(prg));
            } else {
                result = sums.relinearize(0, relinearizationKey);
            }
            result.switchTo(plan.sentLevel(0));
            return result.toSend();
        }

        private double decryption(Ciphertext weight) {
            byte[] bytes;
            try (ProductSums sums = new ProductSums(second, 1)) {
                sums.clear();
                sums.addProduct(0, weight, CiphertextMultiplier.ofSum(second, List.of(weight)));
                sums.compute(1);
                bytes = returned(sums).encode();
            }
            BgvLevel sent = plan.sentLevel(0);
            int[] out = new int[plan.slots()];
            return seconds(() -> {
                SwitchedCiphertext ciphertext = SwitchedCiphertext.decode(sent, bytes, "user");
                try (SlotDecryptor decryptor = new SlotDecryptor(sent, key)) {
                    decryptor.decrypt(ciphertext, 1, plan.slots(), out);
                }
            });
        }
    }
}
