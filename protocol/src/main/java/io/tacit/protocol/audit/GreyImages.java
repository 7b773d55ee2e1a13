package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.image.Picture;
import java.util.Arrays;

/**
 * Grey pictures of one size with their classes.
 *
 * @param levels grey levels 0 .. 255, unsigned, picture after picture, row-major; not copied, not to be changed
 * @param labels class of each picture, from 0; not copied, not to be changed
 */
record GreyImages(int width, int height, byte[] levels, byte[] labels) {

    /** @throws IllegalArgumentException if sizes do not fit or a label is negative */
    GreyImages {
        if (width < 1 || height < 1 || levels.length != (long) labels.length * width * height) {
            throw new IllegalArgumentException(
                    levels.length + " grey levels for " + labels.length + " pictures of " + width + " x " + height);
        }
        for (byte label : labels) {
            if (label < 0) {
                throw new IllegalArgumentException("label " + label);
            }
        }
    }

    /** @throws IllegalArgumentException if they are not grey or have more than 128 classes */
    static GreyImages of(LabelledImages images) {
        if (images.channels() != 1) {
            throw new IllegalArgumentException("the attack is on grey pictures");
        }
        byte[] labels = new byte[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) images.label(i);
            if (labels[i] != images.label(i)) {
                throw new IllegalArgumentException("label " + images.label(i));
            }
        }
        return new GreyImages(images.width(), images.height(), images.pixels(), labels);
    }

    /** Number of pictures. */
    int count() {
        return labels.length;
    }

    /** Grey levels of one picture. */
    int pixels() {
        return width * height;
    }

    /** Number of classes: the largest label and one. */
    int classes() {
        int largest = 0;
        for (byte label : labels) {
            largest = Math.max(largest, label);
        }
        return largest + 1;
    }

    int label(int image) {
        return labels[image];
    }

    /** Grey level 0 .. 255. */
    int level(int image, int pixel) {
        return levels[image * pixels() + pixel] & 0xff;
    }

    Picture picture(int image) {
        return new Picture(1, height, width, Arrays.copyOfRange(levels, image * pixels(), (image + 1) * pixels()));
    }

    /** The pictures with the given indices, in that order. */
    GreyImages select(int[] images) {
        byte[] chosen = new byte[images.length * pixels()];
        byte[] classes = new byte[images.length];
        for (int i = 0; i < images.length; i++) {
            System.arraycopy(levels, images[i] * pixels(), chosen, i * pixels(), pixels());
            classes[i] = labels[images[i]];
        }
        return new GreyImages(width, height, chosen, classes);
    }

    /**
     * As many pictures of each class, chosen and ordered at random.
     *
     * @param total number of pictures, a multiple of the number of classes
     * @throws IllegalArgumentException if it is not, or a class has too few
     */
    GreyImages balanced(int total, Prg prg) {
        int classes = classes();
        if (total < classes || total % classes != 0) {
            throw new IllegalArgumentException(total + " pictures cannot be shared out among " + classes + " classes");
        }
        int[] order = prg.permutation(count());
        int[] left = new int[classes];
        Arrays.fill(left, total / classes);
        int[] chosen = new int[total];
        int found = 0;
        for (int image : order) {
            if (left[label(image)] > 0) {
                left[label(image)]--;
                chosen[found++] = image;
            }
        }
        if (found < total) {
            throw new IllegalArgumentException("a class has fewer than " + total / classes + " pictures");
        }
        return select(chosen);
    }

    /** The first {@code total} pictures, or all if there are fewer. */
    GreyImages first(int total) {
        return range(0, Math.min(total, count()));
    }

    /** The last {@code total} pictures, or all if there are fewer. */
    GreyImages last(int total) {
        int kept = Math.min(total, count());
        return range(count() - kept, kept);
    }

    /** As many pictures of one grey level, with the same labels. */
    GreyImages filled(int level) {
        byte[] same = new byte[levels.length];
        Arrays.fill(same, (byte) level);
        return new GreyImages(width, height, same, labels);
    }

    private GreyImages range(int from, int length) {
        return new GreyImages(
                width,
                height,
                Arrays.copyOfRange(levels, from * pixels(), (from + length) * pixels()),
                Arrays.copyOfRange(labels, from, from + length));
    }
}
