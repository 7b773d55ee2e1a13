package io.tacit.protocol.securenets;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;

/**
 * The masks of the published protocol for one matrix product Z = W Y over F_p, W of {@code rows} x {@code inner}:
 * <pre>
 *   W^ = E_W D_W W F_W U_W
 *   Y^ = U_W^-1 F_W^-1 Y F_Y U_Y
 *   Z  = D_W^-1 E_W^-1 Z^ U_Y^-1 F_Y^-1      for Z^ = W^ Y^
 * </pre>
 * E_W, U_W, U_Y are permutation matrices, D_W, F_W, F_Y diagonals without zeros. The masks of W are drawn once, those of Y
 * ({@link Columns}) for every matrix Y.
 *
 * <p><b>Not secure.</b> Rank, the places of zeros and cross-ratios of entries survive; no pseudorandom value is added to
 * the data. Kept to be compared and attacked.
 *
 * <p>W is row-major. Y and Z are held column after column ({@code y[column * inner + i]}), as tensors of a batch are.
 *
 * <p>Source: Chen, Ji, Yu, Luo, Li, "SecureNets: Secure Inference of Deep Neural Networks on an Untrusted Cloud", ACML 2018.
 */
public final class PublishedMasks {
    private final PrimeField field;
    private final int rows;
    private final int inner;
    private final int[] rowOrder; // E_W: row i of W^ is row rowOrder[i] of D_W W F_W U_W
    private final FieldVector rowFactors; // D_W
    private final FieldVector rowInverses;
    private final FieldVector innerFactors; // F_W
    private final FieldVector innerInverses;
    private final int[] innerOrder; // U_W: column j of W^ is column innerOrder[j]

    /** Draws E_W, D_W, F_W and U_W. */
    public PublishedMasks(PrimeField field, int rows, int inner, Prg prg) {
        this.field = field;
        this.rows = rows;
        this.inner = inner;
        rowOrder = prg.permutation(rows);
        rowFactors = nonZero(field, rows, prg);
        rowInverses = inverses(rowFactors);
        innerFactors = nonZero(field, inner, prg);
        innerInverses = inverses(innerFactors);
        innerOrder = prg.permutation(inner);
    }

    public int rows() {
        return rows;
    }

    public int inner() {
        return inner;
    }

    /** W^ of W, row-major. */
    public FieldVector maskWeights(FieldVector weights) {
        FieldVector masked = field.zeros(rows * inner);
        FieldVector row = field.zeros(inner);
        for (int i = 0; i < rows; i++) {
            int source = rowOrder[i];
            field.hadamard(weights, source * inner, innerFactors, 0, row, 0, inner);
            field.scale(rowFactors.get(source), row, 0, row, 0, inner);
            masked.gather(row, 0, innerOrder, i * inner);
        }
        return masked;
    }

    /** Draws F_Y and U_Y for a matrix of {@code columns} columns. */
    public Columns columns(int columns, Prg prg) {
        return new Columns(columns, prg);
    }

    /** The masks of one matrix Y and of its product. */
    public final class Columns {
        private final int columns;
        private final FieldVector factors; // F_Y
        private final FieldVector inverses;
        private final int[] order; // U_Y: column c of Y^ is column order[c] of Y

        private Columns(int columns, Prg prg) {
            this.columns = columns;
            factors = nonZero(field, columns, prg);
            inverses = inverses(factors);
            order = prg.permutation(columns);
        }

        public int columns() {
            return columns;
        }

        /** Writes Y^ of Y, both column after column. */
        public void maskInputs(FieldVector y, FieldVector masked) {
            FieldVector column = field.zeros(inner);
            for (int c = 0; c < columns; c++) {
                int source = order[c];
                field.hadamard(y, source * inner, innerInverses, 0, column, 0, inner);
                field.scale(factors.get(source), column, 0, column, 0, inner);
                masked.gather(column, 0, innerOrder, c * inner);
            }
        }

        /** Writes Z of Z^, both column after column. */
        public void unmaskOutputs(FieldVector masked, FieldVector z) {
            FieldVector column = field.zeros(rows);
            for (int c = 0; c < columns; c++) {
                int target = order[c];
                column.scatter(masked, c * rows, rowOrder, 0);
                field.hadamard(column, 0, rowInverses, 0, column, 0, rows);
                field.scale(inverses.get(target), column, 0, z, target * rows, rows);
            }
        }
    }

    private static FieldVector nonZero(PrimeField field, int length, Prg prg) {
        FieldVector values = field.zeros(length);
        values.randomize(prg, 0, length);
        FieldVector redrawn = field.zeros(1);
        for (int i = 0; i < length; i++) {
            while (values.get(i) == 0) {
                redrawn.randomize(prg, 0, 1);
                values.set(i, redrawn.get(0));
            }
        }
        return values;
    }

    /** Inverses of all values by one inversion and three products a value (Montgomery's trick). */
    private static FieldVector inverses(FieldVector values) {
        PrimeField field = values.field();
        int length = values.length();
        FieldVector inverses = field.zeros(length);
        long product = 1;
        for (int i = 0; i < length; i++) {
            inverses.set(i, product);
            product = field.multiply(product, values.get(i));
        }
        long inverse = field.inverse(product);
        for (int i = length - 1; i >= 0; i--) {
            inverses.set(i, field.multiply(inverses.get(i), inverse));
            inverse = field.multiply(inverse, values.get(i));
        }
        return inverses;
    }
}
