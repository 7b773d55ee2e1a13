package io.tacit.cli;

import io.tacit.bench.popcorn.ProductTime;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Step;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.LinearWork;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornWork;
import io.tacit.protocol.popcorn.PublishedPlan;
import io.tacit.protocol.popcorn.PublishedPlan.Exchange;
import io.tacit.protocol.popcorn.ServerLimits;
import io.tacit.protocol.popcorn.Settings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a query costs under popcorn's published mode, as lines. */
final class PublishedPlanReport {
    private final IntegerNetwork network;
    private final PublishedPlan plan;
    private final LinearWork work;

    PublishedPlanReport(IntegerNetwork network, KeyLength length) {
        this.network = network;
        this.plan =
                new PublishedPlan(PublicNetwork.of(network), Settings.of(Mode.PUBLISHED, length, Disclosure.SCORES, 1));
        this.work = LinearWork.of(network, plan, ServerLimits.usual().ciphertexts());
    }

    void print(PrintWriter out, boolean countsOnly) {
        int modulusBits = plan.settings().keyLength().modulusBits();
        out.printf(
                "%s under popcorn (published), key of %d bits; products modulo N^2%n%n", network.name(), modulusBits);
        out.printf("%-28s %16s %16s %12s %12s%n", "step", "products", "values", "ciphers down", "ciphers up");
        long products = 0;
        long values = 0;
        for (PublishedPlan.Item item : plan.items()) {
            if (item instanceof PublishedPlan.Computed computed) {
                if (network.steps().get(computed.step()) instanceof Step.Linear layer) {
                    products += work.products(computed.step());
                    out.printf(Locale.ROOT, "%-28s %,16d%n", layer.name(), work.products(computed.step()));
                }
                continue;
            }
            List<Exchange> exchanges = item instanceof PublishedPlan.Pooled pooled
                    ? pooled.levels()
                    : List.of(((PublishedPlan.Rectified) item).exchange());
            for (Exchange exchange : exchanges) {
                long own = exchange.values() * PopcornWork.unmasking(modulusBits);
                products += own;
                values += exchange.values();
                out.printf(
                        Locale.ROOT,
                        "%-28s %,16d %,16d %,12d %,12d%n",
                        exchange.name(),
                        own,
                        exchange.values(),
                        exchange.slots().packedSize(exchange.values()),
                        exchange.values());
            }
        }
        int ciphertext = 2 * modulusBits / Byte.SIZE;
        out.printf(
                Locale.ROOT,
                "%n%,d products at the server, nearly all of them full powers that take factors off %,d values;"
                        + " %,d bytes to the server, %,d to the client; %d round trips%n",
                products,
                values,
                plan.ciphertextsUp() * ciphertext,
                plan.ciphertextsDown() * ciphertext,
                plan.exchanges().size() + 1);
        if (!countsOnly) {
            double product = ProductTime.measure(plan.settings().keyLength());
            out.printf(
                    Locale.ROOT,
                    "extrapolated from %.2f microseconds a product, measured here now: server %,.0f s, client %,.0f s,"
                            + " of one thread%n",
                    1e6 * product,
                    product * PopcornWork.server(plan, work),
                    product * PopcornWork.client(plan));
        }
    }
}
