package io.tacit.kernel;

/** An {@code int} arithmetic seen as a {@code long} one, so that every test is written once. */
record Widened(IntArithmetic ints) implements LongArithmetic {

    private static int[] narrow(long[] values) {
        int[] out = new int[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.toIntExact(values[i]);
        }
        return out;
    }

    private static void widen(int[] from, long[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
    }

    @Override
    public void multiply(int rows, int inner, int columns, long[] a, long[] b, long[] c, Workers workers) {
        int[] out = narrow(c);
        ints.multiply(rows, inner, columns, narrow(a), narrow(b), out, workers);
        widen(out, c);
    }

    @Override
    public void convolve(
            ConvolutionGeometry geometry,
            int batch,
            long[] weights,
            long[] input,
            int inputOffset,
            long[] output,
            int outputOffset,
            Workers workers) {
        int[] out = narrow(output);
        ints.convolve(geometry, batch, narrow(weights), narrow(input), inputOffset, out, outputOffset, workers);
        widen(out, output);
    }

    @Override
    public void convolveTransposed(
            ConvolutionGeometry geometry, long[] weights, long[] output, long[] input, Workers workers) {
        int[] out = narrow(input);
        ints.convolveTransposed(geometry, narrow(weights), narrow(output), out, workers);
        widen(out, input);
    }

    @Override
    public long dot(long[] a, int aOffset, long[] b, int bOffset, int length) {
        return ints.dot(narrow(a), aOffset, narrow(b), bOffset, length);
    }

    @Override
    public void add(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int[] out = narrow(c);
        ints.add(a == c ? out : narrow(a), aOffset, b == c ? out : narrow(b), bOffset, out, cOffset, length);
        widen(out, c);
    }

    @Override
    public void subtract(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int[] out = narrow(c);
        ints.subtract(a == c ? out : narrow(a), aOffset, b == c ? out : narrow(b), bOffset, out, cOffset, length);
        widen(out, c);
    }

    @Override
    public void scale(long factor, long[] a, int aOffset, long[] c, int cOffset, int length) {
        int[] out = narrow(c);
        ints.scale(Math.toIntExact(factor), a == c ? out : narrow(a), aOffset, out, cOffset, length);
        widen(out, c);
    }

    @Override
    public void hadamard(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int[] out = narrow(c);
        ints.hadamard(a == c ? out : narrow(a), aOffset, b == c ? out : narrow(b), bOffset, out, cOffset, length);
        widen(out, c);
    }

    @Override
    public void fromSigned(long[] signed, int signedOffset, long[] residues, int residuesOffset, int length) {
        int[] out = narrow(residues);
        ints.fromSigned(signed == residues ? out : narrow(signed), signedOffset, out, residuesOffset, length);
        widen(out, residues);
    }

    @Override
    public void toSigned(long[] residues, int residuesOffset, long[] signed, int signedOffset, int length) {
        int[] out = narrow(signed);
        ints.toSigned(residues == signed ? out : narrow(residues), residuesOffset, out, signedOffset, length);
        widen(out, signed);
    }

    @Override
    public boolean isCanonical(long[] values, int offset, int length) {
        return ints.isCanonical(narrow(values), offset, length);
    }
}
