package io.tacit.model.onnx;

import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Rules by which shapes combine. */
final class Shapes {

    private Shapes() {}

    /** Shape of two operands laid over one another from the last axis. */
    static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        List<Integer> dims = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            int l = i - rank + a.rank();
            int r = i - rank + b.rank();
            int left = l < 0 ? 1 : a.dim(l);
            int right = r < 0 ? 1 : b.dim(r);
            if (left != right && left != 1 && right != 1) {
                throw new Refusal("combines " + a + " with " + b, "export the network again");
            }
            dims.add(left == 1 ? right : left);
        }
        return shape(dims);
    }

    /** {@code to}, if {@code from} can be laid over it without changing it. */
    static Shape broadcastTo(Shape from, Shape to) {
        if (!broadcast(from, to).equals(to)) {
            throw new Refusal("spreads " + from + " over " + to, "export the network again");
        }
        return to;
    }

    /** A shape from extents that were computed. */
    static Shape shape(List<Integer> dims) {
        try {
            return new Shape(dims);
        } catch (IllegalArgumentException e) {
            throw new Refusal("gives the shape " + dims, "use a smaller network input");
        }
    }

    /** A shape from extents that the file gives. */
    static Shape shape(long[] dims) {
        List<Integer> extents = new ArrayList<>(Math.min(dims.length, 16));
        if (dims.length > Shape.MAX_RANK) {
            throw new Refusal("gives a tensor of " + dims.length + " dimensions", "use at most " + Shape.MAX_RANK);
        }
        for (long dim : dims) {
            if (dim < 0 || dim > Integer.MAX_VALUE) {
                throw new Refusal("gives an extent of " + dim, "export the network with its full input shape");
            }
            extents.add((int) dim);
        }
        return shape(extents);
    }

    /** For each flat index of {@code to}, the flat index under strides {@code strides} from {@code base}. */
    static void fill(int[] table, int[] dims, int[] strides, int base) {
        int[] at = new int[dims.length];
        int source = base;
        for (int i = 0; i < table.length; i++) {
            table[i] = source;
            for (int d = dims.length - 1; d >= 0; d--) {
                source += strides[d];
                if (++at[d] < dims[d]) {
                    break;
                }
                source -= strides[d] * dims[d];
                at[d] = 0;
            }
        }
    }
}
