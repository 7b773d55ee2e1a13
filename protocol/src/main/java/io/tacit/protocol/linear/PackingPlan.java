package io.tacit.protocol.linear;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * How the products of one layer, for a batch of queries, become products of polynomials modulo X^N + 1, without rotations.
 *
 * <p>Planes (channels, or phases of channels under a stride) are cut into <em>blocks</em> of c planes, the (query, tile) pairs,
 * called <em>items</em>, into groups of Q, the output channels into blocks of M. With P coefficients a plane:
 *
 * <pre>
 *   input polynomial (block, group):    value of plane j of the block, item q of the group    at (q c + j) P + place of the value
 *   weight polynomial (block, outputs): weight of output m of its block, plane j              at m Q c P - j P - place of the tap
 *   result polynomial (outputs, group): sum over blocks; output m, item q                     at (m Q + q) c P + place of the output
 * </pre>
 *
 * A negative exponent e is coefficient e + N, negated. Another pair (m', q', j', j'') falls on
 * ((m' - m) Q + (q' - q)) c + j' - j'' planes from there, which is 0 only for the wanted ones and at most M Q c - 1 in
 * absolute value: nothing else falls on a wanted coefficient as long as M Q c P is at most N. A convolution in groups multiplies
 * only blocks and outputs that have a group in common, and off-group weights are left out.
 *
 * <p>Huang, Lu, Hong, Ding: Cheetah (USENIX Security 2022), section 4, is the case of one item, no shared padding, M = 1.
 */
public final class PackingPlan {
    private final ConvolutionGeometry geometry;
    private final int degree;
    private final int queries;
    private final PackingChoice choice;
    private final StridePhases phases;
    private final TileLayout tiles;

    /**
     * @param degree N, a power of two
     * @param queries inputs in the batch
     * @throws IllegalArgumentException if the choice needs more than N coefficients
     */
    public PackingPlan(ConvolutionGeometry geometry, int degree, int queries, PackingChoice choice) {
        if (Integer.bitCount(degree) != 1 || queries < 1) {
            throw new IllegalArgumentException("degree " + degree + ", " + queries + " queries");
        }
        this.geometry = geometry;
        this.degree = degree;
        this.queries = queries;
        this.choice = choice;
        phases = new StridePhases(geometry);
        tiles = new TileLayout(geometry, phases, choice.tileRows(), choice.tileColumns());
        double coefficients = (double) choice.planes() * choice.items() * choice.outputs() * tiles.planeStride();
        if (coefficients > degree) {
            throw new IllegalArgumentException("the packing needs more than " + degree + " coefficients");
        }
        if ((long) queries * tiles.tiles() > Integer.MAX_VALUE || (long) planes() > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("too many tiles or planes");
        }
    }

    public ConvolutionGeometry geometry() {
        return geometry;
    }

    /** N: coefficients of a polynomial. */
    public int degree() {
        return degree;
    }

    /** Inputs in the batch. */
    public int queries() {
        return queries;
    }

    public PackingChoice choice() {
        return choice;
    }

    StridePhases phases() {
        return phases;
    }

    TileLayout tiles() {
        return tiles;
    }

    /** Input planes of the layer. */
    int planes() {
        return geometry.inChannels() * phases.count();
    }

    /** (query, tile) pairs; item {@code query * tiles + tile}. */
    int items() {
        return queries * tiles.tiles();
    }

    /** Blocks of planes: polynomials that one group of items is spread over. */
    public int planeBlocks() {
        return ceilingDivide(planes(), choice.planes());
    }

    /** Groups of items: the inputs and results of different groups never meet. */
    public int itemGroups() {
        return ceilingDivide(items(), choice.items());
    }

    /** Blocks of output channels. */
    public int outputBlocks() {
        return ceilingDivide(geometry.outChannels(), choice.outputs());
    }

    /** Items of one group. */
    int itemsIn(int group) {
        return Math.min(choice.items(), items() - group * choice.items());
    }

    /** Planes of one block. */
    int planesIn(int block) {
        return Math.min(choice.planes(), planes() - block * choice.planes());
    }

    /** Output channels of one block. */
    int outputsIn(int outputBlock) {
        return Math.min(choice.outputs(), geometry.outChannels() - outputBlock * choice.outputs());
    }

    /** First block of planes that an output block reads. */
    public int firstBlock(int outputBlock) {
        return groupOf(outputBlock * choice.outputs()) * planesInGroup() / choice.planes();
    }

    /** The block after the last one that an output block reads. */
    public int endBlock(int outputBlock) {
        int lastOutput = outputBlock * choice.outputs() + outputsIn(outputBlock) - 1;
        return ceilingDivide((groupOf(lastOutput) + 1) * planesInGroup(), choice.planes());
    }

    private int groupOf(int output) {
        return output / (geometry.outChannels() / geometry.groups());
    }

    private int planesInGroup() {
        return planes() / geometry.groups();
    }

    /** Polynomials that the owner of the inputs encrypts. */
    public long inputPolynomials() {
        return (long) planeBlocks() * itemGroups();
    }

    /** Polynomials that the owner of the weights transforms, once for all groups of items. */
    public long weightPolynomials() {
        if (geometry.groups() == 1) {
            return (long) planeBlocks() * outputBlocks();
        }
        long sum = 0;
        for (int block = 0; block < outputBlocks(); block++) {
            sum += endBlock(block) - firstBlock(block);
        }
        return sum;
    }

    /** Products of an input with a weight polynomial. */
    public long products() {
        return weightPolynomials() * itemGroups();
    }

    /** Result polynomials, one ciphertext each. */
    public long resultPolynomials() {
        return (long) outputBlocks() * itemGroups();
    }

    /** Wanted coefficients of all results together: the values of the layer's outputs. */
    public long wantedCoefficients() {
        return (long) queries * geometry.outputSize();
    }

    /** Most weights that meet in one result coefficient or polynomial: what the bound of the noise grows with. */
    public long weightsPerResult() {
        return (long) choice.outputs() * geometry.taps();
    }

    /** Wanted coefficients of one result. */
    public int wanted(int outputBlock, int group) {
        int places = 0;
        for (int item = 0; item < itemsIn(group); item++) {
            int tile = tileOf(group, item);
            places += rowsOf(tile) * columnsOf(tile);
        }
        return places * outputsIn(outputBlock);
    }

    int queryOf(int group, int item) {
        return (group * choice.items() + item) / tiles.tiles();
    }

    int tileOf(int group, int item) {
        return (group * choice.items() + item) % tiles.tiles();
    }

    /** First output row of a tile. */
    int firstRowOf(int tile) {
        return tile / tiles.tilesAcross() * tiles.rows();
    }

    /** First output column of a tile. */
    int firstColumnOf(int tile) {
        return tile % tiles.tilesAcross() * tiles.columns();
    }

    /** Output rows of a tile; the lowest tiles may have fewer. */
    int rowsOf(int tile) {
        return Math.min(tiles.rows(), geometry.outHeight() - firstRowOf(tile));
    }

    /** Output columns of a tile. */
    int columnsOf(int tile) {
        return Math.min(tiles.columns(), geometry.outWidth() - firstColumnOf(tile));
    }

    static int ceilingDivide(int a, int b) {
        return (a + b - 1) / b;
    }
}
