package io.tacit.protocol.linear;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.kernel.ConvolutionGeometry;

/**
 * Finds the packing of least cost. All ways to cut the outputs into tiles, the planes into blocks and the items into groups
 * are tried, as far as they differ in the number of polynomials; the rest of a polynomial is filled with output channels.
 * Depends on shapes alone, so that both parties find the same.
 */
public final class PackingPlanner {
    /** Ways to cut one direction that are tried one by one; finer cuts are tried in steps of a quarter. */
    private static final int FINE_CUTS = 12;

    private final int degree;
    private final PackingCost cost;
    private final long mostWeightsPerResult;

    /**
     * @param degree N, a power of two
     * @param mostWeightsPerResult largest {@link PackingPlan#weightsPerResult} that the encryption carries
     */
    public PackingPlanner(int degree, PackingCost cost, long mostWeightsPerResult) {
        this.degree = degree;
        this.cost = cost;
        this.mostWeightsPerResult = mostWeightsPerResult;
    }

    /**
     * The best plan for a batch.
     *
     * @throws LimitExceeded if one output has more weights than the encryption carries, or one value with its taps does not
     *     fit a polynomial
     */
    public PackingPlan plan(ConvolutionGeometry geometry, int queries) {
        if (geometry.taps() > mostWeightsPerResult) {
            throw new LimitExceeded("an output with " + geometry.taps()
                    + " weights, and the noise of the encryption allows " + mostWeightsPerResult);
        }
        Search search = new Search(geometry, queries);
        search.run();
        if (search.best == null) {
            throw new LimitExceeded("the kernel of a layer reaches over more than " + degree + " coefficients");
        }
        return new PackingPlan(geometry, degree, queries, search.best);
    }

    private final class Search {
        private final ConvolutionGeometry geometry;
        private final int queries;
        private final StridePhases phases;
        private final int planes;
        private final int planesPerGroup;
        private final int outputsPerGroup;
        private double least = Double.POSITIVE_INFINITY;
        private @org.jspecify.annotations.Nullable PackingChoice best;

        Search(ConvolutionGeometry geometry, int queries) {
            this.geometry = geometry;
            this.queries = queries;
            phases = new StridePhases(geometry);
            planes = geometry.inChannels() * phases.count();
            planesPerGroup = planes / geometry.groups();
            outputsPerGroup = geometry.outChannels() / geometry.groups();
        }

        void run() {
            for (int across = 1; across <= geometry.outWidth(); across = finer(across)) {
                int columns = PackingPlan.ceilingDivide(geometry.outWidth(), across);
                for (int down = 1; down <= geometry.outHeight(); down = finer(down)) {
                    int rows = PackingPlan.ceilingDivide(geometry.outHeight(), down);
                    TileLayout tiles = new TileLayout(geometry, phases, rows, columns);
                    if (tiles.planeStride() <= degree) {
                        cutPlanes(tiles);
                    }
                }
            }
        }

        private static int finer(int parts) {
            return parts < FINE_CUTS ? parts + 1 : parts + parts / 4;
        }

        private void cutPlanes(TileLayout tiles) {
            int room = (int) (degree / tiles.planeStride());
            for (int blocks = PackingPlan.ceilingDivide(planes, room); blocks <= planes; blocks = finer(blocks)) {
                cutItems(tiles, room, PackingPlan.ceilingDivide(planes, blocks));
            }
        }

        private void cutItems(TileLayout tiles, int room, int planesPerBlock) {
            long items = (long) queries * tiles.tiles();
            int most = (int) Math.min(items, room / planesPerBlock);
            int last = 0;
            for (int wish = most; wish >= 1; wish = Math.min(wish - 1, wish * 15 / 16)) {
                int perGroup = (int) ((items + groups(items, wish) - 1) / groups(items, wish));
                if (perGroup != last) {
                    last = perGroup;
                    consider(tiles, planesPerBlock, perGroup, groups(items, perGroup), room);
                }
            }
        }

        private static long groups(long items, int perGroup) {
            return (items + perGroup - 1) / perGroup;
        }

        private void consider(TileLayout tiles, int planesPerBlock, int items, long itemGroups, int room) {
            long most = Math.min(mostWeightsPerResult / geometry.taps(), room / (planesPerBlock * items));
            int outputs = (int) Math.min(geometry.outChannels(), most);
            int outputBlocks = PackingPlan.ceilingDivide(geometry.outChannels(), outputs);
            outputs = PackingPlan.ceilingDivide(geometry.outChannels(), outputBlocks);
            outputBlocks = PackingPlan.ceilingDivide(geometry.outChannels(), outputs);
            double planeBlocks = PackingPlan.ceilingDivide(planes, planesPerBlock);
            double weights = geometry.groups() == 1
                    ? planeBlocks * outputBlocks
                    : weightPolynomials(planesPerBlock, outputs, outputBlocks);
            double total = cost.total(
                    planeBlocks * itemGroups,
                    weights,
                    weights * itemGroups,
                    (double) outputBlocks * itemGroups,
                    (double) queries * geometry.outputSize());
            if (total < least) {
                least = total;
                best = new PackingChoice(tiles.rows(), tiles.columns(), planesPerBlock, items, outputs);
            }
        }

        /** Pairs of blocks that have a group in common. */
        private long weightPolynomials(int planesPerBlock, int outputs, int outputBlocks) {
            long sum = 0;
            for (int block = 0; block < outputBlocks; block++) {
                int first = block * outputs / outputsPerGroup;
                int last = (Math.min(geometry.outChannels(), (block + 1) * outputs) - 1) / outputsPerGroup;
                sum += PackingPlan.ceilingDivide((last + 1) * planesPerGroup, planesPerBlock)
                        - first * planesPerGroup / planesPerBlock;
            }
            return sum;
        }
    }
}
