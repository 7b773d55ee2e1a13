package io.tacit.protocol.popcorn;

import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.protocol.popcorn.PopcornPlan.Computed;
import io.tacit.protocol.popcorn.PopcornPlan.Item;
import io.tacit.protocol.popcorn.PopcornPlan.Round;

/**
 * What the parts of a query cost both parties together in processor time, in products modulo N^2: estimates from what both
 * know, for choices and for progress.
 */
public final class PopcornWork {
    /** A ciphertext to the client at 2048 bits: fresh randomness and decryption. */
    static final double DOWN = rerandomizing(2048) + decrypting(2048);

    /** A ciphertext from the client at 2048 bits: fresh randomness, check and mask. */
    static final double UP = encrypting(2048) + 4;

    /** A gate garbled, sent and evaluated during the query, its share of transfers included. */
    private static final double GATE = 0.07;

    /** A gate garbled before. */
    private static final double PREPARED_GATE = 0.015;

    private final PopcornPlan plan;

    PopcornWork(PopcornPlan plan) {
        this.plan = plan;
    }

    /** Fresh randomness of a ciphertext at the server: a product of 8 bits of the choice each. */
    public static long rerandomizing(int modulusBits) {
        return modulusBits / 8 + 32;
    }

    /** Fresh randomness of a ciphertext at the client: two powers of a fixed base, 8 bits a product of a quarter's work. */
    public static long encrypting(int modulusBits) {
        return modulusBits / 8 / 4;
    }

    /** Decryption of a ciphertext: two blinded powers, modulo p^2 and q^2, and a third more for all else. */
    public static long decrypting(int modulusBits) {
        return 4 * power(modulusBits / 2 + 64) * 2 / 4 / 3;
    }

    /** Published mode: a factor put on a value, and its full-length inverse taken off. */
    public static long unmasking(int modulusBits) {
        return power(PublishedPlan.FACTOR_BITS) + power(modulusBits);
    }

    /** Published mode: what the server does in a query. */
    public static long server(PublishedPlan plan, LinearWork work) {
        int modulusBits = plan.settings().keyLength().modulusBits();
        long values = plan.exchanges().stream()
                .mapToLong(PublishedPlan.Exchange::values)
                .sum();
        return work.products() + values * unmasking(modulusBits) + plan.ciphertextsDown() * rerandomizing(modulusBits);
    }

    /** Published mode: what the client does in a query. */
    public static long client(PublishedPlan plan) {
        int modulusBits = plan.settings().keyLength().modulusBits();
        return plan.ciphertextsUp() * encrypting(modulusBits) + plan.ciphertextsDown() * decrypting(modulusBits);
    }

    /** A power to an exponent of so many bits: squarings, of which each is 0.7 of a product, and a product for each 5 bits. */
    private static long power(int bits) {
        return bits * 7L / 10 + bits / 5 + (1 << 5);
    }

    /** A computed step. */
    double linear(int step) {
        return (double) plan.ciphertexts(step) * terms(plan.network().steps().get(step));
    }

    /** Terms of each value of a computed step. */
    static long terms(PublicStep step) {
        if (step.operation() instanceof Operation.Linear layer) {
            return layer.geometry().taps();
        } else if (step.operation() instanceof Operation.SumPool pool) {
            return (long) pool.window().height() * pool.window().width();
        }
        return step.sources().size();
    }

    /** Circuits of a round for an image. */
    double circuits(Round round, boolean prepared) {
        return round.block().andGates() * (prepared ? PREPARED_GATE : GATE);
    }

    /** A query of as many images as the plan has slots for. */
    double total(boolean prepared) {
        double sum = plan.ciphertextsUp() * UP + plan.ciphertextsDown() * DOWN;
        for (Item item : plan.items()) {
            sum += item instanceof Computed computed ? linear(computed.step()) : 0;
            sum += item instanceof Round round ? plan.settings().images() * circuits(round, prepared) : 0;
        }
        return sum;
    }
}
