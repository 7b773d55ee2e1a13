package io.tacit.kernel.vector;

import io.tacit.kernel.SquareMontgomery;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Products modulo n^2 of numbers in parts, x + y n and x' + y' n, with the loops and bounds of {@link VectorMontgomery}. Both
 * parts are reduced modulo M = n k as there:
 *
 * <pre>
 *   x x' = r R - Q M,       so (x + y n)(x' + y' n) = r R + (x y' + y x' - k Q) n  modulo n^2
 *   s = (x y' + y x' - k Q + M R + Q' M) / R
 * </pre>
 *
 * and the product is r + s n. M R is a multiple of n and only keeps s from falling below zero: k Q &lt; M R. For L limbs that is
 * 5 L^2 products of limbs instead of 8 L^2 on a number of 2 L limbs; for a square 3.5 L^2 instead of 6 L^2, with the doubled high
 * part in place of the cross products.
 *
 * <p><b>Bounds.</b> R &gt;= 16 M. For x, x' &lt; 2 M also r &lt; 2 M; for y, y' &lt; 3 M is s &lt; 12 M^2 / R + 2 M &lt; 3 M: results
 * are operands again, and twice y is below R. Columns that get k Q taken away may be negative: digits and carries are those of
 * floors. In absolute value they stay below 3 L (2^50 + 2^51) + 2^53 &lt; 2^61 for the L &lt;= 82 limbs that half of {@link #MAX_BITS} bits take.
 */
final class VectorSquareMontgomery extends VectorLimbs implements SquareMontgomery {
    /** Columns of the low part before a product or square: minus the bits that it will add. */
    private final long[] lowColumns;

    /** Columns of the high part: minus the bits that two products less k Q will add, and M R. */
    private final long[] highColumns;

    /** The same where one product is added. */
    private final long[] highColumnsOfSquare;

    private final double k;

    VectorSquareMontgomery(BigInteger root) {
        super(root, 2);
        k = multiple().divide(root).doubleValue(); // below 2^51: exact
        lowColumns = columns(1, false);
        highColumns = columns(2, true);
        highColumnsOfSquare = columns(1, true);
    }

    private long[] columns(int products, boolean high) {
        int limbs = limbs();
        long[] columns = new long[(2 * limbs + 2) * LANES];
        for (int c = 0; c < 2 * limbs; c++) {
            long offset = offset(c, products, limbs);
            if (high) {
                offset += offsetOfLimb(c, limbs);
                offset += c < limbs ? 0 : limbOf(multiple(), c - limbs);
            }
            Arrays.fill(columns, c * LANES, (c + 1) * LANES, offset);
        }
        return columns;
    }

    @Override
    public void load(BigInteger low, BigInteger high, long[] residues, int index) {
        loadParts(low, high, residues, index);
    }

    /** An area for each part, and twice a high part. */
    @Override
    protected int scratchLongs() {
        return 2 * areaLongs(limbs()) + limbs() * LANES;
    }

    @Override
    protected void multiplyBlock(long[] a, int aAt, long[] b, int bAt, long[] c, int cAt, long[] scratch) {
        int end = limbs() * LANES;
        int high = areaLongs(limbs());
        System.arraycopy(lowColumns, 0, scratch, 0, lowColumns.length);
        multiply(end, a, aAt, b, bAt, cofactor(), scratch, 0);
        System.arraycopy(highColumns, 0, scratch, high, highColumns.length);
        subtract(end, k, scratch, digits(end, 0), high);
        add(end, a, aAt + end, b, bAt, scratch, high);
        multiply(end, a, aAt, b, bAt + end, cofactor(), scratch, high);
        results(end, scratch, high, c, cAt);
    }

    @Override
    protected void squareBlock(long[] a, int aAt, long[] c, int cAt, long[] scratch) {
        int end = limbs() * LANES;
        int high = areaLongs(limbs());
        int twice = 2 * high;
        square(end, a, aAt, cofactor(), lowColumns, scratch, 0);
        System.arraycopy(highColumnsOfSquare, 0, scratch, high, highColumnsOfSquare.length);
        subtract(end, k, scratch, digits(end, 0), high);
        twice(end, a, aAt + end, scratch, twice);
        multiply(end, a, aAt, scratch, twice, cofactor(), scratch, high);
        results(end, scratch, high, c, cAt);
    }

    private static void results(int end, long[] scratch, int high, long[] c, int cAt) {
        normalise(end, scratch, end, c, cAt);
        normalise(end, scratch, high + end, c, cAt + end);
    }
}
