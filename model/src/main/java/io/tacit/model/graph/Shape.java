package io.tacit.model.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Extents of a tensor, outermost first, batch dimension included: {@code [batch, channels, height, width]} for pictures,
 * {@code [batch, features]} for vectors; any rank, 0 for a single value. Extents may be 0.
 */
public record Shape(List<Integer> dims) {

    /** Highest rank accepted. */
    public static final int MAX_RANK = 8;

    /** @throws IllegalArgumentException if the rank exceeds {@link #MAX_RANK}, an extent is negative, or there are more than 2^31 - 1 values */
    public Shape {
        dims = List.copyOf(dims);
        if (dims.size() > MAX_RANK) {
            throw new IllegalArgumentException("rank " + dims.size() + " is above " + MAX_RANK);
        }
        long size = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("negative extent in " + dims);
            }
            size *= dim;
            if (size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("more than 2^31 - 1 values in " + dims);
            }
        }
    }

    public static Shape of(int... dims) {
        List<Integer> list = new ArrayList<>(dims.length);
        for (int dim : dims) {
            list.add(dim);
        }
        return new Shape(list);
    }

    public int rank() {
        return dims.size();
    }

    public int dim(int axis) {
        return dims.get(axis);
    }

    /** Number of values. */
    public int size() {
        return sizeFrom(0);
    }

    /** Product of the extents from {@code axis} on. */
    public int sizeFrom(int axis) {
        int size = 1;
        for (int i = axis; i < dims.size(); i++) {
            size *= dims.get(i);
        }
        return size;
    }

    /** Product of the extents before {@code axis}. */
    public int sizeBefore(int axis) {
        int size = 1;
        for (int i = 0; i < axis; i++) {
            size *= dims.get(i);
        }
        return size;
    }

    /** The extents in a new array. */
    public int[] toArray() {
        return dims.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Row-major distance between neighbours along each axis, in a new array. */
    public int[] strides() {
        int[] strides = new int[dims.size()];
        int stride = 1;
        for (int i = dims.size() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dims.get(i);
        }
        return strides;
    }

    /** The shape with one extent replaced. */
    public Shape with(int axis, int extent) {
        List<Integer> changed = new ArrayList<>(dims);
        changed.set(axis, extent);
        return new Shape(changed);
    }

    /** Whether this is {@code [1, channels, height, width]}: one picture. */
    public boolean isPicture() {
        return rank() == 4 && dim(0) == 1;
    }

    /** Whether this is {@code [1, features]}: one vector. */
    public boolean isVector() {
        return rank() == 2 && dim(0) == 1;
    }

    @Override
    public String toString() {
        return dims.stream().map(String::valueOf).collect(Collectors.joining("x", "[", "]"));
    }
}
