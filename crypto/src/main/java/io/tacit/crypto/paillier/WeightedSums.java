package io.tacit.crypto.paillier;

import io.tacit.kernel.Montgomery;
import io.tacit.kernel.Workers;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Encryptions of sums of inputs with signed weights: for each row the product of its inputs' ciphertexts to the power of their
 * weights, by one of two kinds of multi-exponentiation. The absolute weight is cut into signed digits of some bits, as many
 * windows as the longest weight takes; between windows a row is squared. In each window
 *
 * <ul>
 *   <li>{@link Kind#BUCKETS} (Pippenger 1976) multiplies the inputs of equal digits together, and then the buckets: one product
 *       for each non-zero digit and about twice the largest digit for each row;
 *   <li>{@link Kind#TABLES} (Straus 1964) makes the powers of each input once, to be shared by all rows: one product for each
 *       non-zero digit.
 * </ul>
 *
 * Negative digits take the inverses of the inputs, all found by one inversion and three products an input. Weights that
 * are -1, 0 and 1 cost one product each either way. {@link #products} counts exactly.
 *
 * <p>Security: the sums are deterministic functions of inputs and weights: re-randomise them before they leave. Which
 * products are made, and so the time, depends on the weights.
 */
public final class WeightedSums {
    private static final int NONE = -1;

    private WeightedSums() {}

    /** How digits become products. */
    public enum Kind {
        BUCKETS,
        TABLES
    }

    /**
     * A way to compute.
     *
     * @param windowBits bits of a digit, 1 to 16: digits are at most 2^(windowBits - 1) in absolute value
     */
    public record Strategy(Kind kind, int windowBits) {
        public Strategy {
            if (windowBits < 1 || windowBits > 16) {
                throw new IllegalArgumentException("windows of " + windowBits + " bits");
            }
        }

        int digits() {
            return 1 << (windowBits - 1);
        }
    }

    /**
     * What a strategy costs.
     *
     * @param products modular multiplications, squarings included
     * @param shared those of them that serve all rows: inverses and tables
     * @param negative whether inverses are needed
     * @param lanes rows that are computed side by side
     */
    public record Cost(Strategy strategy, long products, long shared, boolean negative, int lanes) {

        /**
         * Most ciphertexts in memory at a time for so many inputs and outputs: what is computed with, and for a while the inputs, the
         * products on the way to their inverses, and the results once more.
         */
        public long residues(int inputs, int outputs, int threads) {
            return Layout.total(inputs, outputs, strategy, negative, threads * lanes)
                    + inputs
                    + Math.max(negative ? 2L * inputs : 0, outputs);
        }

        /** Products that serve all rows, for so many inputs. */
        public long shared(int inputs) {
            return sharedProducts(inputs, strategy, negative, lanes);
        }
    }

    /** Exact cost of a strategy. */
    public static Cost products(WeightedRows rows, Strategy strategy, int lanes) {
        WeightedRows.Row row = new WeightedRows.Row();
        Program counter = new Program(strategy, new Layout(rows.inputs(), rows.outputs(), strategy, true), false);
        long products = 0;
        boolean negative = false;
        for (int output = 0; output < rows.outputs(); output++) {
            row.clear();
            rows.fill(output, row);
            counter.compile(row, output, 0);
            products += counter.products();
            negative |= counter.hasNegative();
        }
        long shared = sharedProducts(rows.inputs(), strategy, negative, lanes);
        return new Cost(strategy, products + shared, shared, negative, lanes);
    }

    private static long sharedProducts(int inputs, Strategy strategy, boolean negative, int lanes) {
        long tables = strategy.kind() == Kind.TABLES ? (long) inputs * (strategy.digits() - 1) : 0;
        return negative ? BatchInversion.products(inputs, lanes) + 2 * tables : tables;
    }

    /**
     * Computes all rows.
     *
     * @param inputs as many as {@code rows.inputs()}
     */
    public static CiphertextBatch compute(
            CiphertextBatch inputs, WeightedRows rows, Strategy strategy, Workers workers) {
        if (inputs.size() != rows.inputs()) {
            throw new IllegalArgumentException(inputs.size() + " ciphertexts for " + rows.inputs() + " inputs");
        }
        PublicKey key = inputs.key();
        Montgomery ring = key.ring();
        int longs = ring.longs();
        int lanes = ring.lanes();
        boolean negative = hasNegative(rows, strategy, lanes);
        Layout layout = new Layout(rows.inputs(), rows.outputs(), strategy, negative);
        long total = Layout.total(rows.inputs(), rows.outputs(), strategy, negative, workers.threads() * lanes);
        long[] arena = new long[Math.multiplyExact(Math.toIntExact(total), longs)];
        System.arraycopy(inputs.residues(), 0, arena, 0, rows.inputs() * longs);
        if (layout.negative) {
            long[] inverses = BatchInversion.invert(key, inputs.residues(), rows.inputs());
            System.arraycopy(inverses, 0, arena, layout.inverses * longs, inverses.length);
        }
        if (strategy.kind() == Kind.TABLES) {
            makeTables(ring, arena, rows.inputs(), layout);
        }
        ConcurrentLinkedQueue<Lockstep> idle = new ConcurrentLinkedQueue<>();
        for (int worker = 0; worker < workers.threads(); worker++) {
            idle.add(new Lockstep(
                    key, arena, strategy, layout, layout.firstRegister + worker * lanes * layout.registers));
        }
        int groups = (rows.outputs() + lanes - 1) / lanes;
        workers.forEach(groups, group -> {
            Lockstep lockstep = idle.remove(); // at most threads() run at a time
            try {
                lockstep.run(rows, group * lanes, Math.min(rows.outputs(), (group + 1) * lanes));
            } finally {
                idle.add(lockstep);
            }
        });
        long[] results = Arrays.copyOfRange(arena, layout.outputs * longs, (layout.outputs + rows.outputs()) * longs);
        return CiphertextBatch.ofResidues(key, results, rows.outputs());
    }

    private static boolean hasNegative(WeightedRows rows, Strategy strategy, int lanes) {
        WeightedRows.Row row = new WeightedRows.Row();
        Program program = new Program(strategy, new Layout(rows.inputs(), rows.outputs(), strategy, true), false);
        for (int output = 0; output < rows.outputs(); output++) {
            row.clear();
            rows.fill(output, row);
            program.compile(row, output, 0);
            if (program.hasNegative()) {
                return true;
            }
        }
        return false;
    }

    /** Power d of input i, d from 2 on, lies {@code (d - 2) inputs} after the first; the same for the inverses. */
    private static void makeTables(Montgomery ring, long[] arena, int inputs, Layout layout) {
        for (int sign = 0; sign < (layout.negative ? 2 : 1); sign++) {
            int[] base = MontgomeryForm.range(0, inputs);
            int first = layout.tables + sign * (layout.digits - 1) * inputs;
            if (sign == 1) {
                base = MontgomeryForm.range(layout.inverses, layout.inverses + inputs);
            }
            int[] before = base;
            for (int digit = 2; digit <= layout.digits; digit++) {
                int from = first + (digit - 2) * inputs;
                int[] at = MontgomeryForm.range(from, from + inputs);
                ring.multiply(arena, before, arena, base, arena, at, inputs);
                before = at;
            }
        }
    }

    /** Where residues lie in one array: inputs, their inverses, tables, outputs, and each lane's registers. */
    private static final class Layout {
        private final int inputs;
        private final boolean negative;
        private final int digits;
        private final int inverses;
        private final int tables;
        private final int outputs;
        private final int firstRegister;
        private final int registers;

        Layout(int inputs, int outputs, Strategy strategy, boolean negative) {
            this.inputs = inputs;
            this.negative = negative;
            this.digits = strategy.digits();
            int sides = negative ? 2 : 1;
            boolean tabled = strategy.kind() == Kind.TABLES;
            long tableSize = tabled ? (long) inputs * (digits - 1) * sides : 0;
            inverses = inputs;
            tables = sides * inputs;
            this.outputs = Math.toIntExact(tables + tableSize);
            firstRegister = Math.addExact(this.outputs, outputs);
            registers = tabled ? 0 : digits + 1; // a running product and the buckets
        }

        /** Residues in all, with so many rows side by side on all threads. */
        static long total(int inputs, int outputs, Strategy strategy, boolean negative, int rows) {
            boolean tabled = strategy.kind() == Kind.TABLES;
            long sides = negative ? 2 : 1;
            long powers = tabled ? strategy.digits() : 1;
            return inputs * sides * powers + outputs + (tabled ? 0 : rows * (strategy.digits() + 1L));
        }

        /** The residue that is input {@code input} to the power {@code digit}, not zero. */
        int power(int input, int digit) {
            int absolute = Math.abs(digit);
            if (absolute == 1) {
                return digit > 0 ? input : inverses + input;
            }
            int side = digit > 0 ? 0 : (digits - 1) * inputs;
            return tables + side + (absolute - 2) * inputs + input;
        }
    }

    /** The products of one row in order, as triples (to, left, right); right is {@link #NONE} for a copy, which costs nothing. */
    private static final class Program {
        private final Strategy strategy;
        private final Layout layout;
        private final boolean recorded;
        private final boolean[] full;
        private int[] steps = new int[3 * 256];
        private int size;
        private long products;
        private boolean negativeSeen;

        Program(Strategy strategy, Layout layout, boolean recorded) {
            this.strategy = strategy;
            this.layout = layout;
            this.recorded = recorded;
            this.full = new boolean[layout.digits + 1];
        }

        long products() {
            return products;
        }

        boolean hasNegative() {
            return negativeSeen;
        }

        /** @param register first of the lane's registers: the running product, then the buckets of digits 1, 2, ... */
        void compile(WeightedRows.Row row, int output, int register) {
            size = 0;
            products = 0;
            negativeSeen = false;
            int longest = 0;
            for (int i = 0; i < row.size(); i++) {
                longest |= Math.abs(row.weight(i));
            }
            int bits = strategy.windowBits();
            // A carry out of the highest digit can need one window more.
            int windows = (Integer.SIZE - Integer.numberOfLeadingZeros(longest) + bits) / bits;
            int to = layout.outputs + output;
            boolean begun = false;
            for (int window = windows - 1; window >= 0; window--) {
                for (int s = 0; s < bits && begun; s++) {
                    step(to, to, to);
                }
                begun = strategy.kind() == Kind.TABLES
                        ? fromTables(row, window, to, begun)
                        : fromBuckets(row, window, to, begun, register);
            }
        }

        private boolean fromTables(WeightedRows.Row row, int window, int to, boolean begun) {
            boolean started = begun;
            for (int i = 0; i < row.size(); i++) {
                int digit = digit(row.weight(i), window);
                if (digit != 0) {
                    negativeSeen |= digit < 0;
                    started = multiply(to, layout.power(row.input(i), digit), started);
                }
            }
            return started;
        }

        private boolean fromBuckets(WeightedRows.Row row, int window, int to, boolean begun, int register) {
            Arrays.fill(full, false);
            int highest = 0;
            for (int i = 0; i < row.size(); i++) {
                int digit = digit(row.weight(i), window);
                if (digit != 0) {
                    negativeSeen |= digit < 0;
                    int bucket = Math.abs(digit);
                    highest = Math.max(highest, bucket);
                    full[bucket] = multiply(
                            register + bucket, layout.power(row.input(i), Integer.signum(digit)), full[bucket]);
                }
            }
            boolean running = false;
            boolean started = begun;
            for (int bucket = highest; bucket > 0; bucket--) {
                if (full[bucket]) {
                    running = multiply(register, register + bucket, running);
                }
                started = multiply(to, register, started);
            }
            return started;
        }

        /** {@code to *= by}, or {@code to = by} if nothing is there yet; true. */
        private boolean multiply(int to, int by, boolean begun) {
            step(to, begun ? to : by, begun ? by : NONE);
            return true;
        }

        private void step(int to, int left, int right) {
            products += right == NONE ? 0 : 1;
            if (!recorded) {
                return;
            }
            if (size == steps.length) {
                steps = Arrays.copyOf(steps, 2 * size);
            }
            steps[size++] = to;
            steps[size++] = left;
            steps[size++] = right;
        }

        /** Digit {@code window} of a weight: those of its absolute value in -2^(b-1) + 1 .. 2^(b-1), times its sign. */
        private int digit(int weight, int window) {
            int bits = strategy.windowBits();
            int half = strategy.digits();
            long rest = Math.abs(weight);
            int digit = 0;
            for (int w = 0; w <= window; w++) {
                digit = (int) (rest & ((1 << bits) - 1));
                digit -= digit > half ? 1 << bits : 0;
                rest = (rest - digit) >> bits;
            }
            return weight < 0 ? -digit : digit;
        }
    }

    /** As many rows side by side as there are lanes, one product of each at a time. */
    private static final class Lockstep {
        private final Montgomery ring;
        private final long[] one;
        private final long[] arena;
        private final Layout layout;
        private final int firstRegister;
        private final WeightedRows.Row row = new WeightedRows.Row();
        private final Program[] programs;
        private final int[] next;
        private final int[] left;
        private final int[] right;
        private final int[] to;

        Lockstep(PublicKey key, long[] arena, Strategy strategy, Layout layout, int firstRegister) {
            this.ring = key.ring();
            this.one = key.form().ones(1);
            this.arena = arena;
            this.layout = layout;
            this.firstRegister = firstRegister;
            int lanes = ring.lanes();
            programs = new Program[lanes];
            Arrays.setAll(programs, lane -> new Program(strategy, layout, true));
            next = new int[lanes];
            left = new int[lanes];
            right = new int[lanes];
            to = new int[lanes];
        }

        void run(WeightedRows rows, int from, int end) {
            int longs = ring.longs();
            for (int lane = 0; lane < end - from; lane++) {
                row.clear();
                rows.fill(from + lane, row);
                programs[lane].compile(row, from + lane, firstRegister + lane * layout.registers);
                next[lane] = 0;
                if (row.size() == 0) {
                    System.arraycopy(one, 0, arena, (layout.outputs + from + lane) * longs, longs); // encrypts zero
                }
            }
            int active;
            do {
                active = 0;
                for (int lane = 0; lane < end - from; lane++) {
                    active += advance(lane, active) ? 1 : 0;
                }
                ring.multiply(arena, left, arena, right, arena, to, active);
            } while (active > 0);
        }

        /** Makes the copies that are next in a row, and puts its next product in place {@code at}, if there is one. */
        private boolean advance(int lane, int at) {
            Program program = programs[lane];
            int longs = ring.longs();
            for (int i = next[lane]; i < program.size; i += 3) {
                int[] steps = program.steps;
                if (steps[i + 2] == NONE) {
                    System.arraycopy(arena, steps[i + 1] * longs, arena, steps[i] * longs, longs);
                } else {
                    to[at] = steps[i];
                    left[at] = steps[i + 1];
                    right[at] = steps[i + 2];
                    next[lane] = i + 3;
                    return true;
                }
            }
            next[lane] = program.size;
            return false;
        }
    }
}
