package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.random.Prg;
import java.util.Arrays;
import java.util.List;

/** Makes a collective public key: every party its share, anybody the sum of all (Mouchet et al., protocol 2). */
public final class PublicKeyGeneration {
    private final LatticeParameters parameters;
    private final CommonReference reference;

    /**
     * @param parameters of the ring; their plaintext bits do not matter
     * @param reference that the parties drew together
     */
    public PublicKeyGeneration(LatticeParameters parameters, CommonReference reference) {
        this.parameters = parameters;
        this.reference = reference;
    }

    /** This party's share: b_j = e_j - a s_j. The same at every call. */
    public PublicKeyShare genShare(SecretKeyShare key) {
        parameters.requireSameRing(key.parameters());
        RnsRing ring = parameters.ring();
        try (Prg prg = key.noise("public key", reference.seed());
                Sampler sampler = new Sampler(prg, ring.kernels())) {
            double[] errors = sampler.binomial(ring.degree());
            PolynomialEvaluation body = SecretKeyShare.evaluation(ring, errors);
            Arrays.fill(errors, 0);
            PolynomialEvaluation product = reference.expand(ring);
            ring.multiply(product.rows, key.key().rows);
            ring.subtract(body.rows, product.rows);
            product.close();
            return new PublicKeyShare(parameters, reference, body);
        }
    }

    /**
     * The collective key.
     *
     * @param shares one of each party, two or more
     */
    public CollectivePublicKey aggregateShares(List<PublicKeyShare> shares) {
        if (shares.size() < 2) {
            throw new IllegalArgumentException(shares.size() + " parties");
        }
        RnsRing ring = parameters.ring();
        PolynomialEvaluation body = PolynomialEvaluation.zero(ring);
        for (PublicKeyShare share : shares) {
            if (!share.reference().equals(reference)) {
                throw new IllegalArgumentException("a share made with another reference");
            }
            ring.add(body.rows, share.body.rows);
        }
        return new CollectivePublicKey(parameters, shares.size(), body, reference.expand(ring));
    }
}
