package io.tacit.protocol.privdnn;

import io.tacit.crypto.lattice.BgvBound;
import io.tacit.crypto.lattice.BgvLevel;
import io.tacit.crypto.lattice.BgvParameters;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.RelinearizationKey;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.SeededCiphertext;
import io.tacit.crypto.lattice.SlotEncoding;
import io.tacit.crypto.lattice.SwitchedCiphertext;
import io.tacit.kernel.NttPrime;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parameters of the encrypted part, with the proof that it decrypts: a function of public things, the same at both parties.
 * Results are modulo T = t1 t2, above twice the bound of every result and below 2^62; everything runs once for each of the
 * two primes.
 *
 * <p>Levels of the chain: the first convolution at the highest, {@link #firstLimbs}; its results come down to
 * {@link #squareLimbs}, are squared and relinearised; the squares come down to {@link #secondLimbs}, where the second
 * convolution, the masks and the flooding are; the results go back at the level of one prime. The chain is the shortest for
 * which every value is proven below half of its modulus, except with a probability below 2^-64 for a whole batch.
 */
public final class CorePlan {
    /** N: images of a batch. */
    private static final int DEGREE = 1 << 14;
    /** Transforms of this degree reduce less below 2^48, see {@link io.tacit.kernel.NegacyclicTransform}; then the widest. */
    private static final int[] PRIME_BITS = {NttPrime.MAX_BITS - 1, NttPrime.MAX_BITS};

    private static final int MIN_PLAINTEXT_BITS = 20;
    private static final int MAX_PLAINTEXT_BITS = 31;
    /** Bits of room for the published mode's factors, where there is room. */
    private static final int SCALE_BITS = 3;

    private static final int STATISTICAL_BITS = 40;
    private static final int BATCH_FAILURE_BITS = 64;
    /** Fewer steps than 2^4 of a coefficient may fail. */
    private static final int STEP_BITS = 4;

    private final CoreShape shape;
    private final Mode mode;
    private final BgvParameters parameters;
    private final long first;
    private final long second;
    private final Levels levels;
    private final List<SlotEncoding> encodings;

    /**
     * Levels and the largest values there.
     *
     * @param firstValue after the first convolution
     * @param squareValue after squares are relinearised
     * @param secondValue after the second convolution
     * @param sentValue at the level of one prime
     * @param floodBits 0 in the published mode
     */
    record Levels(
            int first,
            int square,
            int second,
            double firstValue,
            double squareValue,
            double secondValue,
            double sentValue,
            int floodBits) {}

    private CorePlan(CoreShape shape, Mode mode, BgvParameters parameters, Levels levels) {
        this.shape = shape;
        this.mode = mode;
        this.parameters = parameters;
        this.levels = levels;
        this.first = parameters.level(1, 0).plaintextPrime().value();
        this.second = parameters.level(1, 1).plaintextPrime().value();
        this.encodings = List.of(new SlotEncoding(parameters.level(1, 0)), new SlotEncoding(parameters.level(1, 1)));
    }

    /**
     * The plan of a shape.
     *
     * @throws IllegalArgumentException naming the number if results are too large for two primes, or no chain within the
     *     security level is long enough
     */
    public static CorePlan of(CoreShape shape, Mode mode) {
        List<NttPrime> plaintext = plaintextPrimes(shape.outputBound(), mode);
        for (int second = 1; second <= longest(); second++) {
            for (int square = second; square <= longest(); square++) {
                for (int first = square; first <= longest(); first++) {
                    for (int bits : PRIME_BITS) {
                        BgvParameters parameters = chain(bits, first, plaintext);
                        Optional<Levels> levels = prove(shape, mode, parameters, square, second);
                        if (levels.isPresent()) {
                            return new CorePlan(shape, mode, parameters, levels.get());
                        }
                    }
                }
            }
        }
        throw new IllegalArgumentException("no chain of moduli of at most "
                + SecurityLevel.STANDARD.maxModulusBits(DEGREE) + " bits holds the noise of " + shape);
    }

    private static int longest() {
        return SecurityLevel.STANDARD.maxModulusBits(DEGREE) / NttPrime.MAX_BITS - 1;
    }

    private static List<NttPrime> plaintextPrimes(BigInteger bound, Mode mode) {
        BigInteger twice = bound.max(BigInteger.ONE).shiftLeft(1);
        BigInteger wanted = twice.shiftLeft(mode == Mode.PUBLISHED ? SCALE_BITS : 0);
        for (int bits = MIN_PLAINTEXT_BITS; bits <= MAX_PLAINTEXT_BITS; bits++) {
            List<NttPrime> primes = NttPrime.below(bits, DEGREE, 2);
            BigInteger least = bits == MAX_PLAINTEXT_BITS ? twice : wanted;
            if (product(primes).compareTo(least) > 0) {
                return primes;
            }
        }
        throw new IllegalArgumentException("results of core filters reach " + bound + " (" + bound.bitLength()
                + " bits): two plaintext primes of " + MAX_PLAINTEXT_BITS
                + " bits hold less than 61 bits and a sign; quantise the first two convolutions to fewer bits");
    }

    private static BigInteger product(List<NttPrime> primes) {
        return BigInteger.valueOf(primes.get(0).value())
                .multiply(BigInteger.valueOf(primes.get(1).value()));
    }

    private static BgvParameters chain(int bits, int limbs, List<NttPrime> plaintext) {
        List<NttPrime> primes = NttPrime.below(bits, DEGREE, limbs + 1);
        return new BgvParameters(
                SecurityLevel.STANDARD, DEGREE, primes.subList(1, limbs + 1), primes.get(0), plaintext);
    }

    private static Optional<Levels> prove(
            CoreShape shape, Mode mode, BgvParameters parameters, int square, int second) {
        int first = parameters.chain();
        NttPrime t = parameters.level(1, 0).plaintextPrime(); // the larger
        long ciphertexts = (long) shape.firstCore().size()
                        * shape.second().inHeight()
                        * shape.second().inWidth()
                + shape.outputs();
        int failureBits = BATCH_FAILURE_BITS + STEP_BITS + ceilLog2(2L * DEGREE * ciphertexts);
        BgvBound bound = new BgvBound(DEGREE, t, failureBits);
        List<NttPrime> primes = new ArrayList<>(parameters.level(first, 0).primes());

        double firstValue = bound.products(shape.first().taps()) + bound.constant();
        double narrowed = bound.switchedFirst(firstValue, primes, square);
        double squareValue = bound.relinearized(bound.square(narrowed), parameters, square);
        double activation = bound.switched(squareValue, primes.subList(0, square), second);
        double window = activation * shape.secondPool() * shape.secondPool();
        long area = (long) shape.second().kernelHeight() * shape.second().kernelWidth();
        int core = shape.firstCore().size();
        long plainTerms = area * (shape.first().outChannels() - core);
        double secondValue = bound.relinearized(
                bound.products(area * core, window) + bound.products(plainTerms) + bound.constant(),
                parameters,
                second);
        double leaving;
        int floodBits = 0;
        if (mode == Mode.HARDENED) {
            int statisticalBits = STATISTICAL_BITS + ceilLog2(2L * DEGREE * shape.outputs());
            floodBits = bound.floodBits(secondValue, statisticalBits);
            leaving = bound.flooded(secondValue, floodBits);
        } else {
            BigInteger primesProduct = product(List.of(t, parameters.level(1, 1).plaintextPrime()));
            leaving = secondValue * maxScale(primesProduct, shape.outputBound());
        }
        double sentValue = bound.switched(leaving, primes.subList(0, second), 1);
        boolean holds = fits(firstValue, parameters, first)
                && fits(squareValue, parameters, square)
                && fits(leaving, parameters, second)
                && fits(sentValue, parameters, 1);
        return holds
                ? Optional.of(
                        new Levels(first, square, second, firstValue, squareValue, secondValue, sentValue, floodBits))
                : Optional.empty();
    }

    private static boolean fits(double value, BgvParameters parameters, int limbs) {
        return value < parameters.level(limbs, 0).modulus().doubleValue() * (0.5 - 0x1p-20);
    }

    private static int ceilLog2(long count) {
        return Long.SIZE - Long.numberOfLeadingZeros(count - 1);
    }

    private static int maxScale(BigInteger modulus, BigInteger bound) {
        BigInteger most = modulus.subtract(BigInteger.ONE).shiftRight(1).divide(bound.max(BigInteger.ONE));
        return most.min(BigInteger.valueOf(1 << SCALE_BITS)).intValueExact();
    }

    public CoreShape shape() {
        return shape;
    }

    public Mode mode() {
        return mode;
    }

    /** Most images of a batch. */
    public int slots() {
        return DEGREE;
    }

    /** Plaintext primes: everything runs once for each. */
    public int primes() {
        return parameters.plaintextPrimes();
    }

    /** Plaintext prime {@code index}. */
    public long prime(int index) {
        return index == 0 ? first : second;
    }

    /** T. */
    public long modulus() {
        return first * second;
    }

    /** Bits of the flooding; 0 in mode published. */
    public int floodBits() {
        return levels.floodBits;
    }

    /** Published: with a factor of 1 up to this a result stays within T / 2. */
    public int maxScale() {
        return maxScale(BigInteger.valueOf(modulus()), shape.outputBound());
    }

    /** Of every level. */
    public BgvParameters parameters() {
        return parameters;
    }

    Levels levels() {
        return levels;
    }

    /** Of the first convolution. */
    public BgvLevel firstLevel(int prime) {
        return parameters.level(levels.first, prime);
    }

    /** Where its results are squared. */
    public BgvLevel squareLevel(int prime) {
        return parameters.level(levels.square, prime);
    }

    /** Of the second convolution. */
    public BgvLevel secondLevel(int prime) {
        return parameters.level(levels.second, prime);
    }

    /** Of what goes back to the owner. */
    public BgvLevel sentLevel(int prime) {
        return parameters.level(1, prime);
    }

    /** Of images in slots. */
    public SlotEncoding slotEncoding(int prime) {
        return encodings.get(prime);
    }

    /**
     * What weights of the second convolution for core channels are encrypted times, modulo t: switching has divided the
     * first convolution's results before the square and the squares after it.
     */
    long coreFactor(int prime) {
        BigInteger t = BigInteger.valueOf(prime(prime));
        BigInteger before = BigInteger.valueOf(parameters.dropped(prime, levels.first, levels.square));
        BigInteger after = BigInteger.valueOf(parameters.dropped(prime, levels.square, levels.second));
        return before.multiply(before).multiply(after).mod(t).longValueExact();
    }

    /** What decrypted results are multiplied by, modulo t. */
    long sentFactor(int prime) {
        return parameters.dropped(prime, levels.second, 1);
    }

    private int firstRecords() {
        return Math.multiplyExact(shape.firstCore().size(), shape.first().taps() + 1);
    }

    private int recordsOfPrime() {
        return Math.addExact(
                firstRecords(),
                Math.multiplyExact(shape.secondCore().size(), shape.second().taps() + 1));
    }

    /** Encrypted weights and biases of the bundle. */
    public int weightRecords() {
        return Math.multiplyExact(primes(), recordsOfPrime());
    }

    /** Record of a weight of a core filter of the first convolution; tap {@code taps} is the bias. */
    int firstRecord(int prime, int filter, int tap) {
        return prime * recordsOfPrime() + filter * (shape.first().taps() + 1) + tap;
    }

    /** The same of the second. */
    int secondRecord(int prime, int filter, int tap) {
        return prime * recordsOfPrime()
                + firstRecords()
                + filter * (shape.second().taps() + 1)
                + tap;
    }

    /** Parameters of a record. */
    BgvLevel weightLevel(int record) {
        int prime = record / recordsOfPrime();
        return record % recordsOfPrime() < firstRecords() ? firstLevel(prime) : secondLevel(prime);
    }

    /** Bytes of a record. */
    public int weightRecordBytes(int record) {
        return SeededCiphertext.bytes(weightLevel(record));
    }

    public int publicKeyBytes() {
        return PublicKey.bytes(secondLevel(0));
    }

    public int relinearizationKeyBytes() {
        return RelinearizationKey.bytes(parameters, levels.square);
    }

    /** Bytes of one returned ciphertext: one prime, filter and position, all images. */
    public int returnBytes() {
        return SwitchedCiphertext.bytes(sentLevel(0));
    }

    /** For people. */
    public String describe() {
        return "%s; plaintexts modulo %d and %d; levels %d, %d, %d, 1; values of 2^%.1f, 2^%.1f, 2^%.1f, 2^%.1f%s"
                .formatted(
                        parameters,
                        first,
                        second,
                        levels.first,
                        levels.square,
                        levels.second,
                        log2(levels.firstValue),
                        log2(levels.squareValue),
                        log2(levels.secondValue),
                        log2(levels.sentValue),
                        mode == Mode.HARDENED ? "; flooding of " + levels.floodBits + " bits" : "");
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
