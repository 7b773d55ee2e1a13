package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.verify.Freivalds;
import io.tacit.kernel.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * The user's secrets for checking every cloud's every answer: s for each product, and t = s^T W_k for each cloud. Thread-safe
 * once made.
 *
 * <p>For a cloud with one share the check of a column is s^T z = t_k x'. For replicated shares it is
 * s^T z = t_k x_k + t_k x_k+1 + t_k+1 x_k, computed as (t_k + t_k+1) x_k + t_k x_k+1.
 */
final class Verification implements AutoCloseable {
    private final SecureNetsPlan plan;
    private volatile boolean wiped;
    private final List<Freivalds> secrets = new ArrayList<>();
    private final List<List<List<Freivalds.Key>>> keys = new ArrayList<>(); // [cloud][product][input vector]

    /**
     * Draws s for every product and computes t for every cloud.
     *
     * @param held for each cloud the shares it holds, for each share one vector a product
     */
    Verification(SecureNetsPlan plan, List<List<List<FieldVector>>> held, Seed seed, Workers workers) {
        this.plan = plan;
        List<RemoteProduct> products = plan.products();
        for (int cloud = 0; cloud < held.size(); cloud++) {
            keys.add(new ArrayList<>());
        }
        for (int product = 0; product < products.size() && plan.checks() > 0; product++) {
            try (var prg = seed.generator("securenets", "freivalds", Integer.toString(product))) {
                secrets.add(new Freivalds(plan.field(), products.get(product).geometry(), plan.checks(), prg));
            }
            for (int cloud = 0; cloud < held.size(); cloud++) {
                List<Freivalds.Key> t = new ArrayList<>();
                for (List<FieldVector> share : held.get(cloud)) {
                    t.add(secrets.get(product).key(share.get(product), workers));
                }
                keys.get(cloud).add(t.size() == 1 ? t : List.of(t.get(0).plus(t.get(1)), t.get(0)));
            }
        }
    }

    /** What s^T z must be for the columns of one chunk sent to one cloud. */
    final class Expectation {
        private final int cloud;
        private final int product;
        private final long[] values;

        private Expectation(int cloud, int product, int columns) {
            this.cloud = cloud;
            this.product = product;
            this.values = new long[columns * plan.checks()];
        }

        /** Adds the part of input vector {@code vector} (0, or 1 for the second of replicated shares). */
        Expectation plus(int vector, FieldVector x) {
            int inputs = plan.products().get(product).geometry().inputSize();
            if (plan.checks() > 0) {
                Freivalds.Key key = keys.get(cloud).get(product).get(vector);
                for (int column = 0; column < values.length / plan.checks(); column++) {
                    key.accumulate(x, column * inputs, values, column * plan.checks());
                }
            }
            return this;
        }

        /**
         * Checks the answer, all columns whatever they hold.
         *
         * @throws ProtocolAbort with {@code VERIFICATION_FAILED}, naming cloud and layer
         */
        void require(FieldVector z, String peer, String layer) {
            int outputs = plan.products().get(product).geometry().outputSize();
            boolean accepted = true;
            if (plan.checks() > 0) {
                Freivalds secret = secrets.get(product);
                for (int column = 0; column < values.length / plan.checks(); column++) {
                    accepted &= secret.accepts(z, column * outputs, values, column * plan.checks());
                }
            }
            if (!accepted || wiped) {
                throw new ProtocolAbort(peer, "layer " + layer, AbortReason.VERIFICATION_FAILED);
            }
        }
    }

    /** Begins the check of {@code columns} columns of one product at one cloud. */
    Expectation expect(int cloud, int product, int columns) {
        return new Expectation(cloud, product, columns);
    }

    /** Overwrites s and t: after a refusal nothing of them is used again. */
    @Override
    public void close() {
        wiped = true; // zero vectors accept everything: from here on nothing is accepted
        secrets.forEach(Freivalds::close);
        keys.forEach(byProduct -> byProduct.forEach(vectors -> vectors.forEach(Freivalds.Key::close)));
    }
}
