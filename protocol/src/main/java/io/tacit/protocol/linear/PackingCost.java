package io.tacit.protocol.linear;

/**
 * What one direction of a packing costs, as a {@link PackingPlanner} weighs it.
 *
 * @param inputNanos processor time to encrypt, receive and transform one input polynomial
 * @param weightNanos to lay out and transform one weight polynomial
 * @param productNanos to multiply an input with a weight polynomial and add
 * @param resultNanos to finish, mask and decrypt one result
 * @param wantedNanos likewise, for each wanted coefficient
 * @param inputBytes of one encrypted input polynomial
 * @param resultBytes of one result without its wanted coefficients
 * @param wantedBits of one wanted coefficient
 * @param byteNanos time that a byte is worth: small for least time, large for fewest bytes
 */
public record PackingCost(
        double inputNanos,
        double weightNanos,
        double productNanos,
        double resultNanos,
        double wantedNanos,
        double inputBytes,
        double resultBytes,
        double wantedBits,
        double byteNanos) {

    /** Bytes that travel for a batch: inputs one way, results the other. */
    public double bytes(PackingPlan plan) {
        return bytes(plan.inputPolynomials(), plan.resultPolynomials(), plan.wantedCoefficients());
    }

    private double bytes(double inputs, double results, double wanted) {
        return inputs * inputBytes + results * resultBytes + wanted * wantedBits / Byte.SIZE;
    }

    /** Processor time of both parties for a batch, without its bytes. */
    public double nanos(PackingPlan plan) {
        return nanos(
                plan.inputPolynomials(),
                plan.weightPolynomials(),
                plan.products(),
                plan.resultPolynomials(),
                plan.wantedCoefficients());
    }

    private double nanos(double inputs, double weights, double products, double results, double wanted) {
        return inputs * inputNanos
                + weights * weightNanos
                + products * productNanos
                + results * resultNanos
                + wanted * wantedNanos;
    }

    /** What is made least: time, bytes weighed in. */
    double total(double inputs, double weights, double products, double results, double wanted) {
        return nanos(inputs, weights, products, results, wanted) + byteNanos * bytes(inputs, results, wanted);
    }
}
