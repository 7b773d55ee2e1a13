package io.tacit.cli;

import io.tacit.bench.popcorn.ProductTime;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.popcorn.PopcornSession;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.WeightedSums.Strategy;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.protocol.popcorn.LinearWork;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.PopcornPrice;
import io.tacit.protocol.popcorn.PopcornWork;
import io.tacit.protocol.popcorn.ServerLimits;
import io.tacit.protocol.popcorn.Settings;
import java.io.PrintWriter;
import java.util.Locale;

/** What a query costs under popcorn, as lines. */
final class PopcornPlanReport {
    private final IntegerNetwork network;
    private final PopcornPlan plan;
    private final LinearWork work;

    PopcornPlanReport(IntegerNetwork network, KeyLength length, Deployment.Disclosure disclosure, int images) {
        this.network = network;
        this.plan = new PopcornPlan(
                PopcornSession.disclosure(disclosure).known(network),
                Settings.of(Mode.HARDENED, length, PopcornSession.disclosure(disclosure), images));
        this.work = LinearWork.of(network, plan, ServerLimits.usual().ciphertexts());
    }

    void print(PrintWriter out, boolean countsOnly) {
        out.printf(
                Locale.ROOT,
                "%s under popcorn (hardened), key of %d bits, %d of at most %d images in a ciphertext; masks hide by %d bits%n%n",
                network.name(),
                plan.settings().keyLength().modulusBits(),
                plan.settings().images(),
                plan.mostImages(),
                plan.hidingBits());
        out.printf(
                "%-28s %6s %14s %16s %9s %8s %14s %12s %12s%n",
                "step",
                "tiles",
                "products",
                "weights not 0",
                "ratio",
                "digits",
                "AND gates",
                "ciphers down",
                "ciphers up");
        long products = 0;
        long weighted = 0;
        for (PopcornPlan.Item item : plan.items()) {
            if (item instanceof PopcornPlan.Round round) {
                round(out, round);
            } else if (item instanceof PopcornPlan.Computed computed
                    && network.steps().get(computed.step()) instanceof Step.Linear layer) {
                long own = work.products(computed.step());
                long used = LinearWork.weightedInputs(layer);
                products += own;
                weighted += used;
                out.printf(
                        Locale.ROOT,
                        "%-28s %6d %,14d %,16d %9.3f %8s%n",
                        layer.name(),
                        plan.tiles(computed.step()),
                        own,
                        used,
                        (double) own / used,
                        digits(computed.step()));
            }
        }
        totals(out, products, weighted);
        if (!countsOnly) {
            seconds(out, products);
        }
    }

    private String digits(int step) {
        Strategy strategy = work.strategy(step);
        String digits = strategy.kind().name().charAt(0) + ":" + strategy.windowBits();
        return work.blocks(step) == 1 ? digits : digits + " /" + work.blocks(step);
    }

    private void round(PrintWriter out, PopcornPlan.Round round) {
        out.printf(
                Locale.ROOT,
                "%-28s %6s %14s %16s %9s %8s %,14d %,12d %,12d%n",
                round.block().name(),
                "",
                "",
                "",
                "",
                "",
                round.block().andGates(),
                plan.downlinkCiphertexts(round.downlink(), round.block().source()),
                round.block().isAnswer() ? 0 : plan.ciphertexts(round.block().target()));
    }

    private void totals(PrintWriter out, long products, long weighted) {
        PopcornPrice price = new PopcornPrice(plan);
        out.printf(
                Locale.ROOT,
                "%nlinear layers: %,d products modulo N^2, %.3f for each weight that is not 0 and used (edges counted as full);"
                        + " digits in B buckets or T tables of so many bits, / pieces in which a"
                        + " layer is computed that does not fit in memory%n",
                products,
                (double) products / weighted);
        out.printf(
                Locale.ROOT,
                "packing for the client: %,d products; fresh randomness for %,d ciphertexts%n",
                plan.packingProducts(),
                plan.ciphertextsDown());
        out.printf(Locale.ROOT, "largest layer: %,d ciphertexts in memory at the server%n", work.residues());
        long spilled = plan.ciphertextSteps()
                .map(plan::ciphertexts)
                .filter(work::isSpilled)
                .asLongStream()
                .sum();
        out.printf(
                Locale.ROOT,
                "in scratch files of a query with this heap (%,d MiB), of all steps together: %s%n%n",
                Runtime.getRuntime().maxMemory() >> 20,
                spilled == 0 ? "nothing" : String.format(Locale.ROOT, "%,d ciphertexts", spilled));
        out.printf("%-44s %18s %18s%n", "bytes", "to the server", "to the client");
        line(out, "ciphertexts, all images together", price.ciphertextBytesUp(), price.ciphertextBytesDown());
        line(out, "circuits ahead or streamed, an image", price.transferBytes(), price.tableBytes());
        line(out, "circuits online, an image", price.differenceBytes(), price.labelBytes());
        out.printf(
                Locale.ROOT,
                "%n%,d AND gates an image; %d round trips a query; the client keeps %,d bytes an image that it has prepared for%n",
                price.andGates(),
                2 * plan.rounds().size(),
                plan.preparedBytes());
    }

    private void seconds(PrintWriter out, long products) {
        KeyLength length = plan.settings().keyLength();
        double product = ProductTime.measure(length);
        out.printf(
                Locale.ROOT,
                "%nabout %,.0f s at the server and %,.0f s at the client (%,.0f s of them decryption), of one thread and without"
                        + " circuits, at %.2f microseconds a product, measured here now%n",
                product
                        * (products
                                + plan.packingProducts()
                                + plan.ciphertextsDown() * PopcornWork.rerandomizing(length.modulusBits())),
                product
                        * (plan.ciphertextsUp() * PopcornWork.encrypting(length.modulusBits())
                                + plan.ciphertextsDown() * PopcornWork.decrypting(length.modulusBits())),
                product * plan.ciphertextsDown() * PopcornWork.decrypting(length.modulusBits()),
                1e6 * product);
    }

    private static void line(PrintWriter out, String what, long up, long down) {
        out.printf(Locale.ROOT, "%-44s %,18d %,18d%n", what, up, down);
    }
}
