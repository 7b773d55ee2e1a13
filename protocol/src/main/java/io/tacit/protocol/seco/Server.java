package io.tacit.protocol.seco;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A remote server k. It answers what the gateway asks; each method serves the lanes of one session, in the calling
 * thread, until the gateway closes them. One object serves any number of sessions at a time.
 *
 * <p>Security guarantee, against any n - 1 servers together, if none deviates from the protocol: they learn nothing about
 * queries, values, answers, or the network but what the plan says, and timing. The user does not collude with servers.
 */
public final class Server {
    private final SecoPlan plan;
    private final int number;
    private final JointCircuits circuits;
    private final OpeningKey key;
    private final ServerLimits limits;
    private final SecureRandom random;
    private final ServerWork work;

    /**
     * @param share this server's share of what all servers hold
     * @param circuits back end of non-linear steps
     * @param key opens what users seal for this server
     * @param store keeps what is prepared
     * @param workers where products and circuits run in parallel, beside the calling thread
     */
    public Server(
            SecoPlan plan,
            ServerShare share,
            JointCircuits circuits,
            OpeningKey key,
            MaterialStore store,
            ServerLimits limits,
            SecureRandom random,
            Workers workers) {
        this.plan = plan;
        this.number = share.server();
        this.circuits = circuits;
        this.key = key;
        this.limits = limits;
        this.random = random;
        this.work = new ServerWork(share, circuits, store, random, workers);
    }

    /**
     * Serves the gateway's {@link Gateway.Preparation} until it closes the lane.
     *
     * @param lane channels to all other servers
     * @param triplets this server's end of the preparation of linear layers; closed at the end
     */
    public void servePreparation(Mesh lane, TripletSource triplets) {
        Channel gateway = lane.to(SecoPlan.GATEWAY);
        Gateway.enter(lane, Phase.PREPARE);
        try (triplets;
                JointCircuits.Lane prepared = circuits.connect(lane)) {
            compare(gateway);
            while (gateway.awaitMessage(limits.idle())) {
                List<Command.Place> places =
                        Command.receivePrepare(gateway, work.part(), limits.queriesPerPreparation());
                work.prepare(places, prepared, triplets, () -> {});
                Command.accept(gateway);
            }
        } catch (RuntimeException | Error e) {
            ServerWork.end(lane, e);
            throw e;
        }
    }

    /** What not all servers have is of no use to any: left by a failure, or by one that lost its store or got an old one. */
    private void compare(Channel gateway) {
        Set<MaterialId> own = work.readyIds();
        own.retainAll(Command.receiveIds(gateway));
        Command.sendIds(gateway, own);
        work.keepOnly(Command.receiveIds(gateway));
    }

    /**
     * Serves the gateway's predictions, one after another, until it closes the lane.
     *
     * @param online channels to all other servers
     */
    public void servePredictions(Mesh online) {
        Channel gateway = online.to(SecoPlan.GATEWAY);
        Gateway.enter(online, Phase.PREDICT);
        try {
            while (gateway.awaitMessage(limits.idle())) {
                predict(online, gateway, Command.receivePredict(gateway, plan));
            }
        } catch (RuntimeException | Error e) {
            ServerWork.end(online, e);
            throw e;
        }
    }

    /**
     * One query. If its seed is not for this server, or for another answer key, nothing is used up; if its material is gone or
     * torn, only the query ends.
     */
    private void predict(Mesh online, Channel gateway, Command.Predict query) {
        RingVector input = plan.inputRing().zeros(0);
        Optional<ServerWork.Claimed> claimed = Optional.empty();
        Optional<AbortReason> refusal = Optional.empty();
        try {
            input = input(query, gateway.peer()); // X_k = r^0_k
            claimed = Optional.of(work.claim(query.material()));
        } catch (ProtocolAbort e) {
            refusal = Optional.of(e.reason());
        } catch (MaterialException e) {
            if (e.isOfStore()) {
                throw e; // no query can be answered here: not only this one ends
            }
            refusal = Optional.of(AbortReason.MATERIAL_DAMAGED);
        }
        try {
            Command.reply(gateway, refusal);
            if (!Command.receiveDecision(gateway)) {
                return;
            }
            ServerWork.Claimed material = claimed.orElseThrow(
                    () -> new ProtocolAbort(gateway.peer(), "predict", AbortReason.MALFORMED)); // it was refused
            byte[] part = work.answer(online, work.run(online, material, input));
            ServerWork.runEmptyRounds(online, plan.emptyRounds());
            gateway.send(query.answerKey().seal(part, context("answer", query), random));
            gateway.flush();
        } finally {
            claimed.ifPresent(ServerWork.Claimed::close);
            input.wipe();
        }
    }

    private byte[] context(String purpose, Command.Predict query) {
        return Query.context(plan.hash(), purpose, query.id(), query.answerKey(), number);
    }

    private RingVector input(Command.Predict query, String gateway) {
        byte[] revealed = key.open(query.seed(), context("input", query), gateway);
        Gateway.requireSeed(revealed, gateway);
        try (Seed seed = Seed.of(revealed)) {
            return Query.mask(plan.inputRing(), plan.rest().size(0), seed);
        } finally {
            Arrays.fill(revealed, (byte) 0);
        }
    }
}
