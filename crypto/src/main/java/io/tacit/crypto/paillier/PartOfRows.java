package io.tacit.crypto.paillier;

import java.util.Arrays;

/**
 * Some rows of others, with only those inputs that they read: so that sums can be computed piece by piece where not all of their
 * inputs and results fit in memory.
 */
public final class PartOfRows implements WeightedRows {
    private final WeightedRows whole;
    private final int[] outputs;
    private final int[] inputs;

    /** @param outputs rows that this has, in this order */
    public PartOfRows(WeightedRows whole, int[] outputs) {
        this.whole = whole;
        this.outputs = outputs.clone();
        boolean[] read = new boolean[whole.inputs()];
        Row row = new Row();
        int count = 0;
        for (int output : outputs) {
            row.clear();
            whole.fill(output, row);
            for (int i = 0; i < row.size(); i++) {
                count += read[row.input(i)] ? 0 : 1;
                read[row.input(i)] = true;
            }
        }
        inputs = new int[count];
        int at = 0;
        for (int input = 0; input < read.length; input++) {
            if (read[input]) {
                inputs[at++] = input;
            }
        }
    }

    /** The others' inputs that this one has, ascending. */
    public int[] inputIndices() {
        return inputs.clone();
    }

    @Override
    public int inputs() {
        return inputs.length;
    }

    @Override
    public int outputs() {
        return outputs.length;
    }

    @Override
    public void fill(int output, Row row) {
        whole.fill(outputs[output], row);
        row.renumber(input -> Arrays.binarySearch(inputs, input));
    }
}
