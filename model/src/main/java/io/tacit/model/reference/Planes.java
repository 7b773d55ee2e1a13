package io.tacit.model.reference;

import io.tacit.kernel.Workers;

/** Splits loops over the height x width planes of a batch into pieces worth a thread's while. */
final class Planes {
    /** Values a piece should have at least. */
    private static final int PIECE = 1 << 14;

    private Planes() {}

    /** Runs {@code task} for 0 .. planes - 1. */
    static void forEach(Workers workers, int planes, int planeSize, Workers.Task task) {
        int each = Math.max(1, PIECE / Math.max(1, planeSize));
        int pieces = (planes + each - 1) / each;
        if (pieces <= 1) {
            for (int p = 0; p < planes; p++) {
                task.run(p);
            }
            return;
        }
        workers.forEach(pieces, piece -> {
            int end = Math.min(planes, (piece + 1) * each);
            for (int p = piece * each; p < end; p++) {
                task.run(p);
            }
        });
    }
}
