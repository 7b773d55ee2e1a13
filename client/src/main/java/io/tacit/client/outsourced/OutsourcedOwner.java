package io.tacit.client.outsourced;

import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.outsourced.Owner;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;

/** The owner of a network at the servers of its deployment. */
public final class OutsourcedOwner {
    /** Longest wait for the next sign of progress in preparing, from servers that give signs of life. */
    private static final Duration LONGEST_STEP = Duration.ofHours(6);

    private final LocalParty party;
    private final SecureRandom random;

    public OutsourcedOwner(LocalParty party, SecureRandom random) {
        this.party = party;
        this.random = random;
    }

    /**
     * Shares the network between the servers. Shares that they held before are replaced, and what was prepared with those is
     * of no use any more.
     *
     * @return traffic with each server
     * @throws io.tacit.crypto.channel.PeerUnavailable if a server does not answer
     * @throws io.tacit.crypto.channel.ProtocolAbort if one refuses
     */
    public Map<String, Traffic> deploy(IntegerNetwork network) {
        PublicNetwork known =
                OutsourcedPlans.disclosure(party.deployment().disclosure()).known(network);
        Owner owner = new Owner(OutsourcedPlans.sharing(party.deployment(), known), random);
        Connector connector = new Connector(party);
        SessionId session = SessionId.random(random);
        try (WireChannel garbler = connector.dial(OutsourcedLanes.GARBLER, session, OutsourcedLanes.DEPLOY);
                WireChannel evaluator = connector.dial(OutsourcedLanes.EVALUATOR, session, OutsourcedLanes.DEPLOY)) {
            owner.deploy(network, garbler, evaluator);
            return Map.of(OutsourcedLanes.GARBLER, garbler.traffic(), OutsourcedLanes.EVALUATOR, evaluator.traffic());
        }
    }

    /**
     * Has the servers prepare queries ahead.
     *
     * @param queries how many more
     * @param progress told how many of them are done, after each step
     * @return how many queries lie ready then
     * @throws io.tacit.crypto.channel.LimitExceeded if the evaluator has no room for so many, before it begins
     */
    public long prepare(int queries, LongConsumer progress) {
        SessionId session = SessionId.random(random);
        try (WireChannel evaluator =
                new Connector(party).dial(OutsourcedLanes.EVALUATOR, session, OutsourcedLanes.CONTROL)) {
            evaluator.enter(Phase.PREPARE);
            Bulk.sendLong(evaluator, queries);
            evaluator.flush();
            for (long done = next(evaluator); done < queries; done = next(evaluator)) {
                progress.accept(done);
            }
            progress.accept(queries);
            return next(evaluator);
        }
    }

    private static long next(Channel evaluator) {
        evaluator.awaitMessage(LONGEST_STEP); // an evaluator that has ended says so in the next call
        return Bulk.receiveLong(evaluator);
    }
}
