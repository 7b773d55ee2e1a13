package io.tacit.crypto.share;

import io.tacit.crypto.random.Prg;

/**
 * Secret sharing of vectors over a {@link PrimeField}.
 *
 * <p><b>Additive</b>: n shares that sum to the secret; any n - 1 of them are uniform and independent of it. All but the last
 * are drawn from generators, so that a share can travel as the seed of its generator; {@link #last} is the one that depends
 * on the secret.
 *
 * <p><b>Replicated</b> among three parties: the same with n = 3, where party k (0, 1, 2) holds shares k and
 * {@link #next next(k)}: one party alone learns nothing, and every product of two shares of two secrets is within reach of
 * some party. With shares w and x of two secrets, party k computes its part of the product as
 * {@code w_k x_k + w_k x_{k+1} + w_{k+1} x_k}.
 */
public final class Shares {

    private Shares() {}

    /** One drawn share of {@code length} values. */
    public static FieldVector draw(PrimeField field, int length, Prg prg) {
        FieldVector share = field.zeros(length);
        share.randomize(prg, 0, length);
        return share;
    }

    /** The share that completes {@code others} to {@code secret}: secret minus their sum. */
    public static FieldVector last(FieldVector secret, FieldVector... others) {
        FieldVector rest = secret.field().zeros(secret.length());
        rest.copy(secret, 0, 0, secret.length());
        for (FieldVector share : others) {
            requireLength(share, secret.length());
            secret.field().subtract(rest, 0, share, 0, rest, 0, secret.length());
        }
        return rest;
    }

    /** Sum of all shares: the secret. */
    public static FieldVector combine(FieldVector first, FieldVector... others) {
        FieldVector sum = first.field().zeros(first.length());
        sum.copy(first, 0, 0, first.length());
        for (FieldVector share : others) {
            requireLength(share, first.length());
            first.field().add(sum, 0, share, 0, sum, 0, first.length());
        }
        return sum;
    }

    /** The party, and the share, after {@code party} of three, counted from 0. */
    public static int next(int party) {
        return (party + 1) % 3;
    }

    private static void requireLength(FieldVector share, int length) {
        if (share.length() != length) {
            throw new IllegalArgumentException("shares of " + share.length() + " and " + length + " values");
        }
    }
}
