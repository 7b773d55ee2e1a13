package io.tacit.crypto.paillier;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A sparse integer matrix, given row by row as it is needed: output o is the sum over the entries of row o of weight times
 * input. Rows may be asked for several times, in any order and by several threads.
 */
public interface WeightedRows {

    /** Number of inputs. */
    int inputs();

    /** Number of rows. */
    int outputs();

    /** Adds the entries of one row, which is empty; zero weights are left out. */
    void fill(int output, Row row);

    /** Entries of one row; grows as needed and is used again. */
    final class Row {
        private int[] inputs = new int[64];
        private int[] weights = new int[64];
        private int size;

        /** Adds weight times an input; nothing for weight zero. */
        public void add(int input, int weight) {
            if (weight == 0) {
                return;
            }
            if (weight == Integer.MIN_VALUE) {
                throw new IllegalArgumentException("a weight of 33 bits");
            }
            if (size == inputs.length) {
                inputs = Arrays.copyOf(inputs, 2 * size);
                weights = Arrays.copyOf(weights, 2 * size);
            }
            inputs[size] = input;
            weights[size++] = weight;
        }

        /** Entries. */
        public int size() {
            return size;
        }

        int input(int entry) {
            return inputs[entry];
        }

        int weight(int entry) {
            return weights[entry];
        }

        /** Gives every input another number. */
        void renumber(IntUnaryOperator numbers) {
            for (int i = 0; i < size; i++) {
                inputs[i] = numbers.applyAsInt(inputs[i]);
            }
        }

        /** Takes all entries out. */
        public void clear() {
            size = 0;
        }
    }
}
