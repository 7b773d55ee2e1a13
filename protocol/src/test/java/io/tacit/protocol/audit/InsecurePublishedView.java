package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;

/**
 * What the cloud of SecureNets' published mode receives, straight from the paper's equation and with masks from a seed:
 * Y^ = U_W^-1 F_W^-1 Y F_Y U_Y, Y being pixels times images with a row of ones below. An oracle for the attacks' tests,
 * independent of the role classes.
 *
 * @param pixelOfRow pixel of each row; the number of pixels for the row of ones
 * @param imageOfColumn image of each column
 */
record InsecurePublishedView(ResidueMatrix masked, int[] pixelOfRow, int[] imageOfColumn) {
    static InsecurePublishedView of(GreyImages images, PrimeField field, Prg prg) {
        int rows = images.pixels() + 1;
        int columns = images.count();
        int[] rowOrder = prg.permutation(rows);
        int[] columnOrder = prg.permutation(columns);
        long[] rowFactors = factors(field, rows, prg);
        long[] columnFactors = factors(field, columns, prg);
        long[] values = new long[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int pixel = rowOrder[row];
                long y = pixel == images.pixels() ? 1 : images.level(columnOrder[column], pixel);
                values[row * columns + column] =
                        field.multiply(y, field.multiply(rowFactors[row], columnFactors[column]));
            }
        }
        return new InsecurePublishedView(new ResidueMatrix(field, rows, columns, values), rowOrder, columnOrder);
    }

    private static long[] factors(PrimeField field, int count, Prg prg) {
        FieldVector drawn = field.zeros(count);
        drawn.randomize(prg, 0, count);
        long[] factors = new long[count];
        for (int i = 0; i < count; i++) {
            factors[i] = Math.max(1, drawn.get(i));
        }
        return factors;
    }

    static Prg prg(int number) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) number;
        return Seed.of(bytes).generator("test");
    }

    /** Share of columns whose guessed label is the image's. */
    double accuracy(GreyImages images, int[] labels) {
        int right = 0;
        for (int column = 0; column < labels.length; column++) {
            right += labels[column] == images.label(imageOfColumn[column]) ? 1 : 0;
        }
        return (double) right / labels.length;
    }
}
