package io.tacit.protocol.privdnn;

import java.util.stream.IntStream;

/**
 * What the encrypted part of one batch takes, whatever its size, as counts of operations for both plaintext primes together.
 * Where weights do not fit the memory allowed they are read more often.
 *
 * @param firstWeights ciphertexts of the first convolution that are read
 * @param secondWeights ciphertexts of the second convolution that are read
 * @param pixelPolynomials polynomials of sums of pixels
 * @param plainSums sums over a window of pixels, of plain filters of the first convolution; each for every image
 * @param plainPolynomials polynomials of sums of plain squares
 * @param firstProducts ciphertexts times polynomials in the first convolution
 * @param squares ciphertexts that are squared
 * @param squareSums sums of encrypted squares that are made ready to multiply
 * @param plainProducts ciphertexts times polynomials in the second convolution
 * @param coreProducts ciphertexts times ciphertexts there
 * @param results ciphertexts that go to the owner
 */
public record CoreWork(
        long firstWeights,
        long secondWeights,
        long pixelPolynomials,
        long plainSums,
        long plainPolynomials,
        long firstProducts,
        long squares,
        long squareSums,
        long plainProducts,
        long coreProducts,
        long results) {

    public static CoreWork of(CorePlan plan) {
        CoreShape shape = plan.shape();
        PooledConvolution first = shape.firstLayer();
        PooledConvolution second = shape.secondLayer();
        int primes = plan.primes();
        long core = (long) primes * shape.firstCore().size();
        long others =
                (long) primes * (shape.first().outChannels() - shape.firstCore().size());
        long positions = (long) shape.second().inHeight() * shape.second().inWidth();
        long results = (long) primes * shape.outputs();
        long area = (long) shape.second().kernelHeight() * shape.second().kernelWidth();
        long windows = windows(second);
        return new CoreWork(
                core * (shape.first().taps() + 1),
                (long) primes * shape.secondCore().size() * (shape.second().taps() + 1),
                (long) primes * shape.first().inChannels() * windows(first),
                others * positions,
                others * windows,
                core * positions * shape.first().taps(),
                core * positions,
                core * windows,
                results * area * (others / primes),
                results * area * (core / primes),
                results);
    }

    /** Windows of the input that are summed for a layer: those of every row that it reads, but for such wholly in the padding. */
    private static long windows(PooledConvolution layer) {
        long rows = IntStream.range(0, layer.rows())
                .flatMap(row -> IntStream.range(0, layer.geometry().kernelHeight())
                        .map(kernelRow -> layer.windowRow(row, kernelRow)))
                .filter(layer::readsRow)
                .distinct()
                .count();
        long columns = IntStream.range(0, layer.windowColumns())
                .filter(column -> layer.readsColumn(column + layer.firstColumn()))
                .count();
        return rows * columns;
    }
}
