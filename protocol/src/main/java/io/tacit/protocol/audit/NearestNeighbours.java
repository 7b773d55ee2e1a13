package io.tacit.protocol.audit;

import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import java.util.Arrays;

/** Labels pictures by the three nearest of a labelled set, in squared Euclidean distance of grey levels, exactly. */
final class NearestNeighbours {
    private static final int NEIGHBOURS = 3;

    /** Labelled pictures taken at once. */
    private static final int BLOCK = 512;

    private final GreyImages labelled;
    private final int[] squares;
    private final Workers workers;

    NearestNeighbours(GreyImages labelled, Workers workers) {
        this.labelled = labelled;
        this.workers = workers;
        this.squares = new int[labelled.count()];
        for (int image = 0; image < squares.length; image++) {
            for (int pixel = 0; pixel < labelled.pixels(); pixel++) {
                squares[image] += labelled.level(image, pixel) * labelled.level(image, pixel);
            }
        }
    }

    /**
     * @param queries pictures, one after another, in the pixel order of the labelled ones
     * @return a label for each
     */
    int[] classify(byte[] queries) {
        int pixels = labelled.pixels();
        int count = queries.length / pixels;
        int[] levels = new int[queries.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = queries[i] & 0xff;
        }
        int[] distances = new int[count * NEIGHBOURS];
        int[] nearest = new int[count * NEIGHBOURS];
        Arrays.fill(distances, Integer.MAX_VALUE);
        int[] block = new int[pixels * BLOCK];
        int[] products = new int[count * BLOCK];
        for (int first = 0; first < labelled.count(); first += BLOCK) {
            int size = Math.min(BLOCK, labelled.count() - first);
            for (int image = 0; image < size; image++) {
                for (int pixel = 0; pixel < pixels; pixel++) {
                    block[pixel * BLOCK + image] = labelled.level(first + image, pixel);
                }
            }
            Kernels.active().ring32().multiply(count, pixels, BLOCK, levels, block, products, workers);
            for (int query = 0; query < count; query++) {
                for (int image = 0; image < size; image++) {
                    // the query's own square is the same for all and left out
                    int distance = squares[first + image] - 2 * products[query * BLOCK + image];
                    insert(query, distance, first + image, distances, nearest);
                }
            }
        }
        int[] labels = new int[count];
        for (int query = 0; query < count; query++) {
            labels[query] = vote(nearest, query * NEIGHBOURS);
        }
        return labels;
    }

    private static void insert(int query, int distance, int image, int[] distances, int[] nearest) {
        int last = query * NEIGHBOURS + NEIGHBOURS - 1;
        if (distance >= distances[last]) {
            return;
        }
        int place = last;
        while (place > query * NEIGHBOURS && distances[place - 1] > distance) {
            distances[place] = distances[place - 1];
            nearest[place] = nearest[place - 1];
            place--;
        }
        distances[place] = distance;
        nearest[place] = image;
    }

    /** The label that two of the three have, else that of the nearest. */
    private int vote(int[] nearest, int offset) {
        int second = labelled.label(nearest[offset + 1]);
        return second == labelled.label(nearest[offset + 2]) ? second : labelled.label(nearest[offset]);
    }
}
