package io.tacit.cli;

import io.tacit.protocol.linear.CollectivePlan;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.SecoPrice;
import java.io.PrintWriter;
import java.util.Locale;

/** What a query costs under {@code seco}, by count: layer by layer, and all together. */
final class SecoPlanReport {
    private final String name;
    private final SecoPlan plan;
    private final int batch;

    /** @param batch queries that are prepared together */
    SecoPlanReport(String name, SecoPlan plan, int batch) {
        this.name = name;
        this.plan = plan;
        this.batch = batch;
    }

    void print(PrintWriter out) {
        SharingPlan sharing = plan.rest().sharing();
        CollectivePlan products = plan.restProducts();
        out.printf(
                "%s under seco, %s, %s: %s; the rest in %d shares, %d stages; linear layers by BFV under a collective key: %s;"
                        + " %s%n%n",
                name,
                plan.mode().id(),
                sharing.disclosure().kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                plan.first().isPresent() ? "the gateway has layers of its own" : "the gateway has no layers of its own",
                plan.servers(),
                sharing.stages().size(),
                products.ring(),
                products.smudging().statisticalBits().isPresent()
                        ? "noise hidden by "
                                + products.smudging().statisticalBits().getAsInt() + " bits"
                        : "noise not hidden");
        out.printf(
                "%-6s %-28s %9s %16s %14s %22s%n",
                "stage", "layer", "ring bits", "multiplications", "AND gates", "products, bytes, all");
        for (int s = 0; s < sharing.stages().size(); s++) {
            Stage stage = sharing.stages().get(s);
            for (LinearLayer layer : sharing.layers()) {
                if (stage.steps().contains(layer.step())) {
                    var traffic = products.layer(layer.shape(), batch).holderTraffic();
                    row(
                            out,
                            s,
                            sharing.network().steps().get(layer.step()).name(),
                            layer.shape().ringBits(),
                            count(layer.shape().geometry().multiplications()),
                            "",
                            count((plan.servers() - 1) * (traffic.bytesSent() + traffic.bytesReceived())));
                }
            }
            for (Block block : stage.blocks()) {
                row(out, s, block.name(), block.input().bits(), "", count(block.andGates()), "");
            }
        }
        SecoPrice price = new SecoPrice(plan);
        out.printf(
                Locale.ROOT,
                "%na query: %,d multiplications at each server online, %,d AND gates, each garbled by %s%n",
                price.multiplications(),
                price.andGates(),
                plan.mode() == Mode.HARDENED ? "all " + plan.servers() + " servers" : "one server for another");
        out.printf(
                Locale.ROOT,
                "prepare %d: %,d bytes between the servers for products; tables of %,d bytes a query lie at its evaluator%n",
                batch,
                price.productsBytes(batch),
                price.tablesMaterialBytes());
        out.printf(
                Locale.ROOT,
                "predict: %,d bytes between the servers, %d messages that follow on one another, %s%n",
                price.onlineBytes(),
                price.trips(),
                plan.shownRounds() > 0
                        ? "so many for every network of at most " + plan.shownRounds() + " rounds"
                        : plan.rest().rounds() + " of them rounds that --hide-depth can hide");
        out.printf(
                Locale.ROOT,
                "the user sends %,d bytes and receives %,d%s%n",
                price.userSentBytes(),
                price.userReceivedBytes(),
                plan.first().isPresent() ? ", beside what the gateway's own layers take" : "");
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static void row(
            PrintWriter out, int stage, String name, int bits, String multiplications, String gates, String bytes) {
        out.printf("%-6d %-28s %9d %16s %14s %22s%n", stage, name, bits, multiplications, gates, bytes);
    }
}
