package io.tacit.cli;

import io.tacit.bench.privdnn.CircuitSeconds;
import io.tacit.bench.privdnn.CoreSeconds;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.CorePlan;
import io.tacit.protocol.privdnn.CoreWork;
import io.tacit.protocol.privdnn.EncryptedPart;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.PrivDnnPlan;
import io.tacit.protocol.privdnn.PrivDnnPrice;
import io.tacit.protocol.privdnn.ResidueModulus;
import io.tacit.protocol.privdnn.Settings;
import java.io.PrintWriter;
import java.util.Locale;

/** What a batch costs under privdnn, as lines. */
final class PrivDnnPlanReport {
    private final IntegerNetwork network;
    private final CoreFilters core;
    private final int images;
    private final CorePlan corePlan;
    private final PrivDnnPlan plan;

    /** @throws BadInput if the filters are not the network's, or the images more than a batch */
    PrivDnnPlanReport(
            IntegerNetwork network, CoreFilters core, Mode mode, Deployment.Disclosure disclosure, int images) {
        this.network = network;
        this.core = core;
        this.images = images;
        CoreSegment segment = CoreSegment.of(network);
        try {
            IntegerNetwork clearPart = Separation.clearPart(network, segment, core);
            corePlan = CorePlan.of(EncryptedPart.shape(clearPart, segment, core), mode);
            Disclosure told = PrivDnnSession.disclosure(disclosure);
            plan = new PrivDnnPlan(
                    clearPart,
                    segment,
                    core,
                    new ResidueModulus(corePlan.prime(0), corePlan.prime(1)),
                    Settings.of(mode, told));
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
        if (images < 1 || images > corePlan.slots()) {
            throw new BadInput("--batch " + images + " is not within 1 .. " + corePlan.slots());
        }
    }

    void print(PrintWriter out, boolean countsOnly) {
        CoreWork work = CoreWork.of(corePlan);
        PrivDnnPrice price = new PrivDnnPrice(plan, corePlan.returnBytes());
        out.printf(
                Locale.ROOT,
                "%s under privdnn (%s), core filters %s and %s, %,d of at most %,d images in a batch%n%s%n%n",
                network.name(),
                plan.settings().mode().name().toLowerCase(Locale.ROOT),
                core.first(),
                core.second(),
                images,
                corePlan.slots(),
                corePlan.describe());
        long weights = 0;
        for (int record = 0; record < corePlan.weightRecords(); record++) {
            weights += corePlan.weightRecordBytes(record);
        }
        out.printf(
                Locale.ROOT,
                "bundle: %,d ciphertexts of %,d bytes in all, keys of %,d bytes%n",
                corePlan.weightRecords(),
                weights,
                corePlan.relinearizationKeyBytes() + corePlan.publicKeyBytes());
        out.printf(
                Locale.ROOT,
                "a batch, whatever its size: %,d ciphertexts squared; %,d and %,d products with polynomials, %,d of two"
                        + " ciphertexts; %,d ciphertexts of %,d bytes to the owner%n",
                work.squares(),
                work.firstProducts(),
                work.plainProducts(),
                work.coreProducts(),
                work.results(),
                corePlan.returnBytes());
        out.printf(
                Locale.ROOT,
                "an image: %,d AND gates, %,d label transfers; for %,d images %,d AND gates%n%n",
                price.andGates(),
                price.transfers(),
                images,
                price.andGates() * images);
        out.printf("%-34s %16s %16s%n", "bytes", "to the owner", "to the user");
        line(out, "once a session", price.connect());
        line(out, "a batch: encrypted part", price.encryptedPart(images));
        line(out, "a batch: circuits and answers", price.circuits(images));
        line(out, "a batch", price.encryptedPart(images).plus(price.circuits(images)));
        if (!countsOnly) {
            out.flush();
            System.err.println("tacit plan: measuring this machine (--counts-only leaves that out) ...");
            seconds(out, work);
        }
    }

    private static void line(PrintWriter out, String what, Traffic.Count count) {
        out.printf(Locale.ROOT, "%-34s %,16d %,16d%n", what, count.bytesSent(), count.bytesReceived());
    }

    private void seconds(PrintWriter out, CoreWork work) {
        CoreSeconds part = CoreSeconds.measure(corePlan);
        CircuitSeconds circuits = CircuitSeconds.measure(plan);
        out.printf(
                Locale.ROOT,
                "%n%s; seconds of a processor, measured now on this machine for every operation, without TLS%n%n%-34s"
                        + " %16s %16s%n",
                Kernels.active().description(),
                "seconds",
                "owner",
                "user");
        line(out, "a batch: encrypted part", part.owner(work), part.user(work, images));
        line(out, "a batch: circuits", circuits.owner() * images, circuits.user() * images);
        line(
                out,
                "a batch",
                part.owner(work) + circuits.owner() * images,
                part.user(work, images) + circuits.user() * images);
    }

    private static void line(PrintWriter out, String what, double owner, double user) {
        out.printf(Locale.ROOT, "%-34s %16.2f %16.2f%n", what, owner, user);
    }
}
