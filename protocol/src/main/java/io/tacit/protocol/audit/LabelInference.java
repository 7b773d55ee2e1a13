package io.tacit.protocol.audit;

import io.tacit.kernel.Workers;

/**
 * What a curious cloud does with a masked batch: the ones-row attack, then {@link PixelMatching}, then nearest-neighbour
 * labels. It uses what the cloud received and public labelled pictures; masks, pads and true labels never reach it.
 */
final class LabelInference {
    private final GreyImages publicImages;
    private final OnesRowAttack onesRow;
    private final PixelMatching matching;
    private final NearestNeighbours neighbours;

    LabelInference(GreyImages publicImages, Workers workers) {
        this.publicImages = publicImages;
        this.onesRow = new OnesRowAttack(publicImages);
        this.matching = new PixelMatching(publicImages, workers);
        this.neighbours = new NearestNeighbours(publicImages, workers);
    }

    /**
     * What the attacker believes to have seen, column after column.
     *
     * @param pictures grey levels in pixel order
     * @param labels class of each
     * @param explainedRows rows of the batch that were found to be small multiples of a constant
     */
    record Guess(byte[] pictures, int[] labels, int explainedRows) {}

    /** Unmasks, puts the pixels in order, classifies. */
    Guess infer(ResidueMatrix masked) {
        LevelMatrix levels = onesRow.recover(masked);
        int[] pixelOf = matching.match(levels);
        return classify(levels, pixelOf);
    }

    /** Takes the high byte of each value for a grey level and the order of the rows for that of the pixels. */
    Guess readAsIs(ResidueMatrix masked) {
        int pixels = publicImages.pixels();
        int rows = Math.min(masked.rows(), pixels);
        byte[] levels = new byte[rows * masked.columns()];
        int[] pixelOf = new int[rows];
        for (int row = 0; row < rows; row++) {
            pixelOf[row] = row;
            for (int column = 0; column < masked.columns(); column++) {
                levels[row * masked.columns() + column] = (byte) masked.part(row, column, 256);
            }
        }
        return classify(new LevelMatrix(rows, masked.columns(), levels, 0), pixelOf);
    }

    private Guess classify(LevelMatrix levels, int[] pixelOf) {
        int pixels = publicImages.pixels();
        byte[] pictures = new byte[levels.columns() * pixels];
        for (int image = 0; image < levels.columns(); image++) {
            for (int row = 0; row < levels.rows(); row++) {
                pictures[image * pixels + pixelOf[row]] = (byte) levels.level(row, image);
            }
        }
        return new Guess(pictures, neighbours.classify(pictures), levels.explainedRows());
    }
}
