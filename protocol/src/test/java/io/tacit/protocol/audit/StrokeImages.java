package io.tacit.protocol.audit;

import java.util.SplittableRandom;

/** Drawn signs of ten classes: strokes on black, jittered in place, slant and width. Data for tests that need no files. */
final class StrokeImages {
    static final int SIDE = 16;
    private static final int CLASSES = 10;
    private static final int STROKES = 3;

    private StrokeImages() {}

    /** @param seed of the pictures; the classes are always the same */
    static GreyImages draw(int perClass, long seed) {
        SplittableRandom shapes = new SplittableRandom(7);
        double[][] ends = new double[CLASSES][];
        for (int c = 0; c < CLASSES; c++) {
            ends[c] = shapes.doubles(4 * STROKES, 3, SIDE - 3).toArray();
        }
        SplittableRandom random = new SplittableRandom(seed);
        int count = perClass * CLASSES;
        byte[] levels = new byte[count * SIDE * SIDE];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % CLASSES);
            drawOne(ends[labels[i]], random, levels, i * SIDE * SIDE);
        }
        return new GreyImages(SIDE, SIDE, levels, labels);
    }

    private static void drawOne(double[] ends, SplittableRandom random, byte[] levels, int offset) {
        double shiftX = random.nextDouble(-1, 1);
        double shiftY = random.nextDouble(-1, 1);
        double slant = random.nextDouble(-0.15, 0.15);
        double width = random.nextDouble(0.6, 1.3);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double px = x - shiftX - slant * (y - SIDE / 2.0);
                double py = y - shiftY;
                double distance = Double.MAX_VALUE;
                for (int s = 0; s < STROKES; s++) {
                    distance = Math.min(distance, toSegment(px, py, ends, 4 * s));
                }
                double ink = Math.max(0, Math.min(1, width + 0.5 - distance));
                levels[offset + y * SIDE + x] = (byte) (int) (255 * ink * random.nextDouble(0.8, 1));
            }
        }
    }

    private static double toSegment(double x, double y, double[] ends, int s) {
        double dx = ends[s + 2] - ends[s];
        double dy = ends[s + 3] - ends[s + 1];
        double t = ((x - ends[s]) * dx + (y - ends[s + 1]) * dy) / (dx * dx + dy * dy);
        t = Math.max(0, Math.min(1, t));
        return Math.hypot(x - ends[s] - t * dx, y - ends[s + 1] - t * dy);
    }
}
