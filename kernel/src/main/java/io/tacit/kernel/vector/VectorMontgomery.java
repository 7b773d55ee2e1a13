package io.tacit.kernel.vector;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Products modulo one odd number m.
 *
 * <p><b>Bound.</b> L limbs hold R = 2^(51 L) &gt;= 4 M. For x, y &lt; 2 M the result is (x y + Q M) / R with Q &lt; R, below
 * (4 M / R + 1) M &lt;= 2 M: results are operands again without a subtraction.
 */
final class VectorMontgomery extends VectorLimbs {

    /**
     * Columns before a product: minus the bits of H and S that it will add. A square adds as many: twice the products of
     * unlike limbs and once those of like ones.
     */
    private final long[] columnsOfProduct;

    VectorMontgomery(BigInteger modulus) {
        super(modulus, 1);
        columnsOfProduct = new long[(2 * limbs() + 2) * LANES];
        for (int c = 0; c < 2 * limbs(); c++) {
            Arrays.fill(columnsOfProduct, c * LANES, (c + 1) * LANES, offset(c, 1, limbs()));
        }
    }

    @Override
    protected void multiplyBlock(long[] a, int aAt, long[] b, int bAt, long[] c, int cAt, long[] scratch) {
        int end = limbs() * LANES;
        System.arraycopy(columnsOfProduct, 0, scratch, 0, columnsOfProduct.length);
        multiply(end, a, aAt, b, bAt, cofactor(), scratch, 0);
        normalise(end, scratch, end, c, cAt);
    }

    @Override
    protected void squareBlock(long[] a, int aAt, long[] c, int cAt, long[] scratch) {
        int end = limbs() * LANES;
        square(end, a, aAt, cofactor(), columnsOfProduct, scratch, 0);
        normalise(end, scratch, end, c, cAt);
    }

    @Override
    protected int scratchLongs() {
        return areaLongs(limbs());
    }
}
