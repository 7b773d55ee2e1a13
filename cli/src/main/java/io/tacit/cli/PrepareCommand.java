package io.tacit.cli;

import io.tacit.client.api.PrivateModel;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.SecoSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.material.MaterialStore;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Does ahead of time what a query needs and what does not depend on it. */
@Command(
        name = "prepare",
        description =
                "Prepares single-use material for queries to come: under securenets the user, without any connection;"
                        + " under outsourced the owner, and under seco a user, has the servers do it.")
final class PrepareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Option(names = "--queries", defaultValue = "1", description = "queries to prepare for (default: 1)")
    private int queries;

    @Option(names = "--batch", defaultValue = "1", description = "pictures in each of them (default: 1)")
    private int batch;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    PrepareCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Deployment deployment = query.deployment();
        if (deployment.protocol() == TrustSetting.OUTSOURCED) {
            return prepareOutsourced(out, deployment);
        }
        if (deployment.protocol() == TrustSetting.SECO) {
            return prepareSeco(out, deployment);
        }
        if (deployment.protocol() == TrustSetting.POPCORN) {
            throw new BadInput("under popcorn 'tacit predict' prepares itself: circuits belong to its session");
        }
        if (!query.keepsPads()) {
            throw new BadInput("name the folder that keeps what is prepared: --pads DIR");
        }
        PublishedMode.warn(deployment);
        if (queries < 1 || batch < 1 || batch > deployment.limits().batch()) {
            throw new BadInput("--queries must be at least 1, --batch within 1 .. "
                    + deployment.limits().batch() + " (the deployment's limit)");
        }
        IntegerNetwork network = query.network();
        long room;
        boolean needed;
        try (Cores cores = new Cores();
                MaterialStore store = query.store();
                Progress progress = Progress.start("tacit prepare", queries)) {
            needed = PrivateModel.prepare(
                    deployment, network, store, queries, batch, cores.workers(), () -> progress.step(1, "queries"));
            room = store.roomBytes();
        }
        out.println(
                needed
                        ? "prepared " + queries + " x " + batch + " pictures; room for " + room / (1 << 20)
                                + " MiB more"
                        : "this deployment's mode needs no prepared material");
        return 0;
    }

    /** The servers' part; where the gateway has layers of its own, and the material is kept, also that of user and gateway. */
    private int prepareSeco(PrintWriter out, Deployment deployment) {
        if (queries < 1 || batch != 1) {
            throw new BadInput("--queries must be at least 1; under seco each picture is a query of its own");
        }
        SecureRandom random = new SecureRandom();
        long ready;
        long[] done = {0};
        try (LocalParty party = LocalParty.open(deployment, SecoLanes.USER, query.identity(SecoLanes.USER));
                Progress progress = Progress.start("tacit prepare", queries)) {
            ready = SecoSession.prepareAtServers(party, random, queries, count -> {
                progress.step(count - done[0], "queries");
                done[0] = count;
            });
        }
        if (query.keepsPads()) {
            try (MaterialStore store = query.store();
                    PrivateModel model = query.open(store)) {
                model.prepare(queries);
            }
        }
        out.println("prepared queries: " + queries + " at all servers; " + ready + " ready");
        return 0;
    }

    private int prepareOutsourced(PrintWriter out, Deployment deployment) {
        if (queries < 1 || batch != 1) {
            throw new BadInput("--queries must be at least 1; under outsourced each picture is a query of its own");
        }
        long ready;
        long[] done = {0};
        try (LocalParty party =
                        LocalParty.open(deployment, OutsourcedLanes.OWNER, query.identity(OutsourcedLanes.OWNER));
                Progress progress = Progress.start("tacit prepare", queries)) {
            ready = new OutsourcedOwner(party, new SecureRandom()).prepare(queries, count -> {
                progress.step(count - done[0], "queries");
                done[0] = count;
            });
        }
        out.println("prepared queries: " + queries + " at both servers; " + ready + " ready");
        return 0;
    }
}
