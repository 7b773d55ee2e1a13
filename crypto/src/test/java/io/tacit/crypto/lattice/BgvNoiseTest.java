package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.NttPrime;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values m + t e of ciphertexts at every step of PrivDNN's evaluation against the proven bounds. */
class BgvNoiseTest {
    private static final int TERMS = 25;
    private static final int FAILURE_BITS = 100;
    /** As a plan has it for four filters of 64 positions: 40, and 23 for 2 primes, 16,384 slots and 256 results. */
    private static final int STATISTICAL_BITS = 63;

    @Test
    void staysUnderTheBounds() {
        measure(2);
    }

    /** 10,000 ciphertexts of each step; about ten minutes of one core. */
    @Tag("slow")
    @Test
    void staysUnderTheBoundsInTenThousandRuns() {
        measure(10_000);
    }

    private static void measure(int runs) {
        BgvParty party = new BgvParty(runs);
        BgvParameters parameters = party.parameters;
        BgvLevel first = parameters.level(4, 0);
        BgvLevel middle = parameters.level(3, 0);
        BgvLevel last = parameters.level(2, 0);
        List<NttPrime> primes = first.primes();
        BgvBound bound = new BgvBound(BgvParty.DEGREE, first.plaintextPrime(), FAILURE_BITS);
        double sumBound = bound.products(TERMS) + bound.constant();
        double switchedBound = bound.switchedFirst(sumBound, primes, 3);
        double squareBound = bound.relinearized(bound.square(switchedBound), parameters, 3);
        double activationBound = bound.switched(squareBound, primes.subList(0, 3), 2);
        double productBound =
                bound.relinearized(bound.products(TERMS, activationBound) + bound.products(TERMS), parameters, 2);
        double lowestBound = bound.switched(productBound, primes.subList(0, 2), 1);

        Largest sums = new Largest("sum of " + TERMS + " products", sumBound);
        Largest switched = new Largest("switched", switchedBound);
        Largest squares = new Largest("square", squareBound);
        Largest activations = new Largest("switched square", activationBound);
        Largest products = new Largest("sum of products of ciphertexts", productBound);
        Largest lowest = new Largest("switched to one prime", lowestBound);
        Ciphertext[] weights = new Ciphertext[TERMS];
        Ciphertext[] lastWeights = new Ciphertext[TERMS];
        PlaintextPolynomial[] firstFactors = new PlaintextPolynomial[TERMS];
        PlaintextPolynomial[] lastFactors = new PlaintextPolynomial[TERMS];
        SlotEncoding encoding = new SlotEncoding(first);
        for (int run = 0; run < runs; run++) {
            // One weight and one pair of multiplicands change from run to run, all of them every 25 runs.
            for (int k = 0; k < TERMS; k++) {
                if (run == 0 || run % TERMS == k) {
                    weights[k] = party.constant(first, party.prg.nextLong()).expand();
                    lastWeights[k] = party.constant(last, party.prg.nextLong()).expand();
                    firstFactors[k] = encoding.multiplicand(first, party.slots(first));
                    lastFactors[k] = encoding.multiplicand(last, party.slots(last));
                }
            }
            ProductSums sum = new ProductSums(first, 1);
            sum.add(0, weights[0]);
            for (int k = 0; k < TERMS; k++) {
                sum.addProduct(0, weights[k], firstFactors[k]);
            }
            sum.compute(1);
            CoefficientCiphertext inner = sum.take(0);
            sums.see(party, inner);
            inner.switchTo(middle);
            switched.see(party, inner);
            Ciphertext value = inner.toEvaluation();
            ProductSums square = new ProductSums(middle, 1);
            square.addProduct(0, value, CiphertextMultiplier.ofSum(middle, List.of(value)));
            square.compute(1);
            CoefficientCiphertext squared = square.relinearize(0, party.relinearization);
            squares.see(party, squared);
            squared.switchTo(last);
            activations.see(party, squared);
            CiphertextMultiplier activation = CiphertextMultiplier.ofSum(last, List.of(squared.toEvaluation()));
            ProductSums product = new ProductSums(last, 1);
            for (int k = 0; k < TERMS; k++) {
                product.addProduct(0, lastWeights[k], activation);
                product.addProduct(0, lastWeights[k], lastFactors[k]);
            }
            product.compute(1);
            CoefficientCiphertext result = product.relinearize(0, party.relinearization);
            products.see(party, result);
            result.switchTo(parameters.level(1, 0));
            lowest.see(party, result);
        }
        for (Largest each : List.of(sums, switched, squares, activations, products, lowest)) {
            each.print(runs);
        }
        // And the bound that rests on the errors' distribution alone is not idle.
        assertThat(sums.largest).isGreaterThan(sumBound / 64);
    }

    @Test
    void theHardenedEndingStaysUnderTheBounds() {
        measureHardenedEnding(2);
    }

    /** 10,000 ciphertexts, each with an encryption of zero, flooding and a mask of its own; about ten minutes of one core. */
    @Tag("slow")
    @Test
    void theHardenedEndingStaysUnderTheBoundsInTenThousandRuns() {
        measureHardenedEnding(10_000);
    }

    /** The second convolution at four primes, as plans have it, then what goes to the owner: masked, flooded, switched to one prime. */
    private static void measureHardenedEnding(int runs) {
        BgvParty party = new BgvParty(runs + 1L, 4);
        BgvParameters parameters = party.parameters;
        BgvLevel level = parameters.level(4, 0);
        BgvBound bound = new BgvBound(BgvParty.DEGREE, level.plaintextPrime(), FAILURE_BITS);
        SlotEncoding encoding = new SlotEncoding(level);
        double activationBound = bound.constant();
        double productBound =
                bound.relinearized(bound.products(TERMS, activationBound) + bound.products(TERMS), parameters, 4);
        int floodBits = bound.floodBits(productBound, STATISTICAL_BITS);
        double floodedBound = bound.flooded(productBound, floodBits);
        double lowestBound = bound.switched(floodedBound, level.primes(), 1);
        assertThat(floodedBound).isLessThan(level.modulus().doubleValue() / 2);
        assertThat(lowestBound).isLessThan(parameters.level(1, 0).modulus().doubleValue() / 2);

        Largest products = new Largest("before the ending", productBound);
        Largest flooded = new Largest("masked and flooded with " + floodBits + " bits", floodedBound);
        Largest lowest = new Largest("switched to one prime", lowestBound);
        Ciphertext[] weights = new Ciphertext[TERMS];
        PlaintextPolynomial[] factors = new PlaintextPolynomial[TERMS];
        CiphertextMultiplier[] activations = new CiphertextMultiplier[TERMS];
        for (int run = 0; run < runs; run++) {
            // One of each changes from run to run, all of them every 25 runs.
            for (int k = 0; k < TERMS; k++) {
                if (run == 0 || run % TERMS == k) {
                    weights[k] = party.constant(level, party.prg.nextLong()).expand();
                    factors[k] = encoding.multiplicand(level, party.slots(level));
                    activations[k] = CiphertextMultiplier.ofSum(
                            level,
                            List.of(party.constant(level, party.prg.nextLong()).expand()));
                }
            }
            ProductSums sum = new ProductSums(level, 2);
            for (int index = 0; index < 2; index++) {
                for (int k = 0; k < TERMS; k++) {
                    sum.addProduct(index, weights[k], activations[k]);
                    sum.addProduct(index, weights[k], factors[k]);
                }
            }
            sum.compute(2);
            products.see(party, sum.relinearize(0, party.relinearization));
            FreshZero zero = FreshZero.draw(party.open, party.prg);
            sum.addZero(1, zero);
            CoefficientCiphertext result = sum.relinearize(1, party.relinearization);
            result.flood(zero, floodBits, party.prg);
            result.addSlots(encoding, party.slots(level));
            flooded.see(party, result);
            result.switchTo(parameters.level(1, 0));
            lowest.see(party, result);
        }
        for (Largest each : List.of(products, flooded, lowest)) {
            each.print(runs);
        }
        // Flooding is uniform: of so many coefficients the largest is close to the bound.
        assertThat(flooded.largest).isGreaterThan(floodedBound * 0.99);
    }

    /** The largest value seen at one step. */
    private static final class Largest {
        private final String step;
        private final double bound;
        private double largest;

        Largest(String step, double bound) {
            this.step = step;
            this.bound = bound;
        }

        void see(BgvParty party, CoefficientCiphertext ciphertext) {
            double seen = party.largest(ciphertext);
            assertThat(seen).as(step).isLessThan(bound);
            largest = Math.max(largest, seen);
        }

        void print(int runs) {
            System.out.printf(
                    "%s: 2^%.1f at most in %d runs, bound 2^%.1f%n",
                    step, Math.log(largest) / Math.log(2), runs, Math.log(bound) / Math.log(2));
        }
    }
}
