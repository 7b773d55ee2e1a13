package io.tacit.model.data;

import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.Range;

/** Inputs of a network as they are before preprocessing: pictures, or rows of numbers; with labels where they are known. */
public interface InputSet {

    /** Number of inputs. */
    int size();

    /** Class of one input, or -1 if it is not known. */
    int label(int index);

    /** One input as a float network reads it. */
    float[] reals(int index, Preprocessor preprocessor);

    /** One input as an integer network reads it. */
    int[] integers(int index, Preprocessor preprocessor, Range range);

    /** Inputs {@code first .. first + count - 1} as a set of their own. */
    default InputSet part(int first, int count) {
        if (first < 0 || count < 0 || first + count > size()) {
            throw new IllegalArgumentException("inputs " + first + " and " + count + " more of " + size());
        }
        InputSet whole = this;
        return new InputSet() {
            @Override
            public int size() {
                return count;
            }

            @Override
            public int label(int index) {
                return whole.label(first + index);
            }

            @Override
            public float[] reals(int index, Preprocessor preprocessor) {
                return whole.reals(first + index, preprocessor);
            }

            @Override
            public int[] integers(int index, Preprocessor preprocessor, Range range) {
                return whole.integers(first + index, preprocessor, range);
            }
        };
    }
}
