package io.tacit.model.data;

import io.tacit.model.image.Picture;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.Range;
import java.util.List;

/** Pictures of any sizes without labels. */
public record Pictures(List<Picture> pictures) implements InputSet {

    public Pictures {
        pictures = List.copyOf(pictures);
    }

    @Override
    public int size() {
        return pictures.size();
    }

    @Override
    public int label(int index) {
        return -1;
    }

    @Override
    public float[] reals(int index, Preprocessor preprocessor) {
        return preprocessor.reals(pictures.get(index));
    }

    @Override
    public int[] integers(int index, Preprocessor preprocessor, Range range) {
        return preprocessor.integers(pictures.get(index), range);
    }
}
