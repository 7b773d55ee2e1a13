package io.tacit.server.outsourced;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.server.SmallNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fifty queries at once from eight clients with certificates of their own: all exact, whatever is prepared. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ConcurrentClientsTest {
    private static final int CLIENTS = 8;
    private static final int QUERIES = 50;
    private static final int LANES = 4;

    @TempDir
    Path folder;

    private final IntegerNetwork network = SmallNetwork.make();
    private LoopbackServers servers;

    @BeforeEach
    void start() throws Exception {
        servers = new LoopbackServers(
                folder,
                network,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                new LoopbackServers.Options(
                        CLIENTS, QUERIES, QUERIES, Duration.ofMinutes(5), Duration.ofMinutes(5), Map.of()));
        servers.startGarbler();
        servers.startEvaluator(0);
        try (LocalParty owner = servers.party("owner")) {
            new OutsourcedOwner(owner, servers.random).deploy(network);
        }
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    private List<Long> expected(IntegerTensor input) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input);
        return LongStream.range(0, network.classes())
                .map(c -> scores.getBig((int) c).longValueExact())
                .boxed()
                .toList();
    }

    @Test
    void allAnswersAreExact() throws Exception {
        requireExact(QUERIES / 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, QUERIES - 1, QUERIES})
    @Tag("slow")
    void allAnswersAreExactHoweverManyArePrepared(int prepared) throws Exception {
        requireExact(prepared);
    }

    /** @param prepared of the queries; the others are answered just in time */
    private void requireExact(int prepared) throws Exception {
        if (prepared > 0) {
            try (LocalParty owner = servers.party("owner")) {
                assertThat(new OutsourcedOwner(owner, servers.random).prepare(prepared, done -> {}))
                        .isEqualTo(prepared);
            }
        }
        List<LocalParty> parties = new ArrayList<>();
        List<OutsourcedSession> sessions = new ArrayList<>();
        List<Future<List<Long>>> answers = new ArrayList<>();
        try {
            for (int client = 0; client < CLIENTS; client++) {
                parties.add(servers.client(client));
                sessions.add(servers.ask(parties.get(client), LANES));
            }
            for (int more = 0; sessions.size() * LANES < QUERIES; more++) { // lanes for all of them at once
                sessions.add(servers.ask(parties.get(more), LANES));
            }
            CountDownLatch all = new CountDownLatch(QUERIES);
            for (int query = 0; query < QUERIES; query++) {
                int session = query % sessions.size();
                int lane = query / sessions.size();
                IntegerTensor input = SmallNetwork.inputs(network, 1, query);
                answers.add(servers.threads.submit((Callable<List<Long>>) () -> {
                    all.countDown();
                    all.await();
                    return sessions.get(session).predict(lane, input).scores();
                }));
            }
            for (int query = 0; query < QUERIES; query++) {
                assertThat(answers.get(query).get())
                        .as("query %d", query)
                        .isEqualTo(expected(SmallNetwork.inputs(network, 1, query)));
            }
        } finally {
            sessions.forEach(OutsourcedSession::close);
            parties.forEach(LocalParty::close);
        }
        // a query that comes while another one's piece is being claimed may run just in time and leave one
        assertThat(servers.ready()).isLessThan(QUERIES / 5);
    }
}
