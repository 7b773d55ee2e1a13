package io.tacit.protocol.seco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.multiparty.Smudging;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.seco.Parties.BackEnd;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** User, gateway and servers on networks with every kind of step: the very integers of the reference. */
class SecoTest {

    static List<Long> scores(IntegerNetwork network, IntegerTensor input) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input);
        return IntStream.range(0, network.classes()).mapToObj(scores::get).toList();
    }

    static void requireAnswer(IntegerNetwork network, Disclosure disclosure, IntegerTensor input, Answer answer) {
        List<Long> expected = scores(network, input);
        List<Integer> ranking = IntStream.range(0, expected.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> expected.get(i)).reversed())
                .toList();
        if (disclosure.kind() == Disclosure.Kind.SCORES) {
            assertThat(answer.scores()).isEqualTo(expected);
            assertThat(answer.classes()).isEqualTo(ranking);
        } else {
            assertThat(answer.scores()).isEmpty();
            assertThat(answer.classes()).isEqualTo(ranking.subList(0, disclosure.places()));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "3, 1", "4, 2"})
    void randomNetworks(int servers, int part) throws Exception {
        int tested = 0;
        for (long seed = part; tested < 3 && seed < 400; seed += 3) {
            IntegerNetwork network = Networks.random(seed);
            Disclosure disclosure = tested % 2 == 0 ? Disclosure.SCORES : Disclosure.topK(2);
            try {
                Parties.plan(NetworkSplit.at(network, 0), disclosure, servers);
            } catch (UnsupportedModelException | LimitExceeded e) {
                continue;
            }
            tested++;
            try (Parties parties = new Parties(network, disclosure, servers, BackEnd.IDEAL)) {
                parties.prepare(1);
                parties.openOnline();
                IntegerTensor input = Networks.input(network, seed);
                requireAnswer(network, disclosure, input, parties.ask(input).answer());
                assertThat(parties.failures).isEmpty();
            }
        }
        assertThat(tested).isEqualTo(3);
    }

    /**
     * Every way of joining layers, every disclosure, two to five servers, with the circuits that servers garble together.
     */
    @ParameterizedTest
    @CsvSource({"2, SCORES", "2, LABEL", "4, SCORES", "5, LABEL"})
    void garbledTogether(int servers, Disclosure.Kind kind) throws Exception {
        IntegerNetwork network = small();
        Disclosure disclosure = kind == Disclosure.Kind.SCORES ? Disclosure.SCORES : Disclosure.LABEL;
        try (Parties parties = new Parties(network, disclosure, servers, BackEnd.GARBLED)) {
            parties.prepare(1);
            parties.openOnline();
            IntegerTensor input = Networks.input(network, servers);
            requireAnswer(network, disclosure, input, parties.ask(input).answer());
            assertThat(parties.failures).isEmpty();
        }
    }

    /** As in the paper: the last two servers garble and evaluate, nothing is smudged. */
    @ParameterizedTest
    @CsvSource({"2, 0, SCORES", "3, 0, LABEL", "4, 2, LABEL"})
    void published(int servers, int layers, Disclosure.Kind kind) throws Exception {
        IntegerNetwork network = layers == 0 ? small() : fiveLayers();
        Disclosure disclosure = kind == Disclosure.Kind.SCORES ? Disclosure.SCORES : Disclosure.LABEL;
        try (Parties parties = new Parties(network, layers, disclosure, servers, Parties.Setting.published())) {
            assertThat(parties.plan.restProducts().smudging()).isEqualTo(Smudging.NONE);
            parties.prepare(2);
            parties.openOnline();
            for (int i = 0; i < 2; i++) {
                IntegerTensor input = Networks.input(network, 40 + i);
                requireAnswer(network, disclosure, input, parties.ask(input).answer());
            }
            assertThat(parties.failures).isEmpty();
        }
        assertThat(Mode.PUBLISHED.description()).contains("together decode every value");
    }

    /** What the plan counts is what the channels count. */
    @ParameterizedTest
    @CsvSource({"2, SCORES, HARDENED, 0", "3, LABEL, HARDENED, 60", "2, SCORES, PUBLISHED, 0", "4, LABEL, PUBLISHED, 60"
    })
    void thePriceIsExact(int servers, Disclosure.Kind kind, Mode mode, int shownRounds) throws Exception {
        IntegerNetwork network = small();
        Disclosure disclosure = kind == Disclosure.Kind.SCORES ? Disclosure.SCORES : Disclosure.LABEL;
        try (Parties parties =
                new Parties(network, 0, disclosure, servers, new Parties.Setting(mode, BackEnd.GARBLED, shownRounds))) {
            SecoPrice price = new SecoPrice(parties.plan);
            parties.prepare(1);
            parties.openOnline();
            Traffic.Count user =
                    parties.ask(Networks.input(network, servers)).traffic().in(Phase.PREDICT);
            assertThat(user.bytesSent()).isEqualTo(price.userSentBytes());
            assertThat(user.bytesReceived()).isEqualTo(price.userReceivedBytes());
            assertThat(parties.onlineBytes()).isEqualTo(price.onlineBytes());
            assertThat(parties.failures).isEmpty();
        }
    }

    private static IntegerNetwork small() {
        Networks n = new Networks(3, new TensorShape(2, 6, 6), Range.of(-100, 155));
        int a = n.linear(0, ConvolutionGeometry.square(2, 6, 3, 3, 1, 1));
        int b = n.activation(a, Nonlinearity.RELU, new int[] {3}, 6, 63);
        int c = n.linear(b, ConvolutionGeometry.square(3, 6, 3, 3, 1, 1));
        // Read before and after the non-linear step, and two linear layers in a row.
        int d = n.sum(c, b, 0, 2);
        n.dense(
                n.linear(
                        n.activation(d, Nonlinearity.RELU, new int[] {4}, 6, 63),
                        ConvolutionGeometry.square(3, 6, 2, 1, 1, 0)),
                4);
        return n.build("small");
    }

    @ParameterizedTest
    @CsvSource({"SCORES", "LABEL"})
    void severalQueriesAndThenNoneIsReady(Disclosure.Kind kind) throws Exception {
        IntegerNetwork network = small();
        Disclosure disclosure = kind == Disclosure.Kind.SCORES ? Disclosure.SCORES : Disclosure.LABEL;
        try (Parties parties = new Parties(network, disclosure, 3, BackEnd.GARBLED)) {
            long[] room = parties.stores.stream().mapToLong(s -> s.roomBytes()).toArray();
            parties.prepare(4); // every server is evaluator once, the first twice
            assertThat(parties.gateway.ready()).isEqualTo(4);
            parties.openOnline();
            List<Long> bytes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                IntegerTensor input = Networks.input(network, i);
                Parties.Asked asked = parties.ask(input);
                requireAnswer(network, disclosure, input, asked.answer());
                bytes.add(asked.traffic().in(Phase.PREDICT).bytesSent());
                bytes.add(asked.traffic().in(Phase.PREDICT).bytesReceived());
                assertThat(asked.traffic().in(Phase.PREDICT).roundTrips()).isEqualTo(1);
            }
            assertThat(bytes.stream().distinct().count())
                    .as("the same bytes for every query: %s", bytes)
                    .isLessThanOrEqualTo(2);
            assertThat(parties.gateway.ready()).isZero();
            assertThat(parties.stores.stream().mapToLong(s -> s.roomBytes()).toArray())
                    .isEqualTo(room);
            assertThatExceptionOfType(LimitExceeded.class).isThrownBy(() -> parties.ask(Networks.input(network, 9)));
            assertThat(parties.failures).isEmpty();
        }
    }

    /** Layers of the gateway's own, then the rest. */
    @ParameterizedTest
    @CsvSource({"2, 2, SCORES, IDEAL", "2, 3, LABEL, GARBLED", "4, 2, LABEL, IDEAL"})
    void firstLayersWithTheGateway(int layers, int servers, Disclosure.Kind kind, BackEnd backEnd) throws Exception {
        IntegerNetwork network = fiveLayers();
        Disclosure disclosure = kind == Disclosure.Kind.SCORES ? Disclosure.SCORES : Disclosure.LABEL;
        try (Parties parties = new Parties(network, layers, disclosure, servers, backEnd)) {
            parties.prepare(2);
            parties.openOnline();
            for (int i = 0; i < 2; i++) {
                IntegerTensor input = Networks.input(network, 10 * layers + i);
                requireAnswer(network, disclosure, input, parties.ask(input).answer());
            }
            assertThat(parties.failures).isEmpty();
        }
    }

    private static IntegerNetwork fiveLayers() {
        Networks n = new Networks(11, new TensorShape(2, 8, 8), Range.of(-100, 155));
        int a = n.activation(
                n.linear(0, ConvolutionGeometry.square(2, 8, 3, 3, 1, 1)), Nonlinearity.RELU, new int[] {3}, 6, 63);
        int pool = n.maxPool(a, Window.square(2, 2));
        int b = n.activation(
                n.linear(pool, ConvolutionGeometry.square(3, 4, 3, 3, 1, 1)),
                Nonlinearity.IDENTITY,
                new int[] {4},
                6,
                31);
        n.dense(n.activation(n.dense(b, 8), Nonlinearity.RELU, new int[] {3}, 6, 63), 4);
        return n.build("five layers");
    }

    /** The same first layers, and so many more. */
    private static IntegerNetwork ofDepth(int depth) {
        Networks n = new Networks(7, new TensorShape(1, 6, 6), Range.of(0, 255));
        int last = n.activation(
                n.linear(0, ConvolutionGeometry.square(1, 6, 2, 3, 1, 1)), Nonlinearity.RELU, new int[] {3}, 4, 15);
        last = n.activation(
                n.linear(last, ConvolutionGeometry.square(2, 6, 2, 3, 1, 1)), Nonlinearity.RELU, new int[] {3}, 4, 15);
        for (int i = 0; i < depth; i++) {
            // sums of fewer values in the shallow network: its shares have fewer bits
            int sums = depth == 1 ? n.linear(last, ConvolutionGeometry.square(2, 6, 2, 1, 1, 0)) : n.dense(last, 8);
            last = n.activation(sums, Nonlinearity.RELU, new int[] {6}, 4, 15);
        }
        n.dense(last, 4);
        return n.build("depth " + depth);
    }

    /** All that the user's channels count. */
    private static List<Traffic.Count> seen(int depth, int layers, int shownRounds) throws Exception {
        IntegerNetwork network = ofDepth(depth);
        try (Parties parties = new Parties(
                network, layers, Disclosure.LABEL, 2, new Parties.Setting(Mode.HARDENED, BackEnd.IDEAL, shownRounds))) {
            parties.prepare(1);
            parties.openOnline();
            IntegerTensor input = Networks.input(network, depth);
            Parties.Asked asked = parties.ask(input);
            requireAnswer(network, Disclosure.LABEL, input, asked.answer());
            assertThat(parties.failures).isEmpty();
            if (shownRounds > 0) {
                assertThat(parties.plan.rest().rounds() + parties.plan.emptyRounds())
                        .isEqualTo(shownRounds);
            }
            List<Traffic.Count> counts = new ArrayList<>(parties.userCounts);
            counts.add(asked.traffic().in(Phase.PREDICT));
            return counts;
        }
    }

    /**
     * With hidden depth, the user's messages, when a query is prepared and when it is answered, are the same in count and
     * size for two networks of different depth and different rings.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void theUserSeesNothingOfTheRemoteDepth(int layers) throws Exception {
        if (layers == 4) { // else it is the gateway's layers that say in how many bits results are shared
            assertThat(seen(4, layers, 0)).isNotEqualTo(seen(1, layers, 0));
        }
        assertThat(seen(4, layers, 40)).isEqualTo(seen(1, layers, 40));
    }

    @Test
    void aNetworkThatIsTooDeepToBeHiddenIsRefused() {
        NetworkSplit split = NetworkSplit.at(ofDepth(4), 2);
        assertThatExceptionOfType(LimitExceeded.class)
                .isThrownBy(() -> new SecoPlan(
                        Mode.HARDENED,
                        5,
                        split.gatewayPart().map(PublicNetwork::of),
                        Disclosure.LABEL.known(split.remotePart()),
                        Disclosure.LABEL,
                        3,
                        PackingGoal.BALANCED))
                .withMessageContaining("at most 5 rounds");
    }

    /** A query with seeds that are sealed to these keys is refused. */
    private static ProtocolAbort requireMalformed(Parties parties, IntegerNetwork network, List<SealingKey> keys) {
        ProtocolAbort abort =
                catchThrowableOfType(ProtocolAbort.class, () -> parties.ask(Networks.input(network, 1), keys));
        assertThat(abort.reason()).isEqualTo(AbortReason.MALFORMED);
        return abort;
    }

    /** A seed that was sealed for somebody else, or altered on its way, ends the query and names whom it came from. */
    @Test
    void aSeedForAnotherServerIsRefused() throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.LABEL, 3, BackEnd.IDEAL)) {
            parties.prepare(2);
            parties.openOnline();
            List<SealingKey> keys = new ArrayList<>(
                    parties.keys.stream().map(OpeningKey::sealingKey).toList());
            keys.set(1, keys.get(2));
            assertThat(requireMalformed(parties, network, keys).peer()).isEqualTo("server-1");
            assertThat(ids(parties.stores.get(1)))
                    .as("opened before it is claimed")
                    .hasSize(2);
            assertThat(parties.claims).as("counts for the user").hasValue(1);
            // That query only: the next one uses other material, on the same lanes.
            IntegerTensor input = Networks.input(network, 2);
            requireAnswer(network, Disclosure.LABEL, input, parties.ask(input).answer());
            assertThat(parties.failures).isEmpty();
        }
    }

    /** What the gateway cannot open uses nothing up, and does not count. */
    @Test
    void aSeedThatTheGatewayCannotOpenCostsNothing() throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.LABEL, 2, BackEnd.IDEAL)) {
            parties.prepare(1);
            parties.openOnline();
            SealingKey other = parties.keys.get(1).sealingKey();
            requireMalformed(parties, network, List.of(other, other));
            assertThat(parties.claims).hasValue(0);
            IntegerTensor input = Networks.input(network, 2);
            requireAnswer(network, Disclosure.LABEL, input, parties.ask(input).answer());
            assertThat(parties.claims).hasValue(1);
        }
    }

    /** What is torn or gone at one server, tables included, costs that query; lanes and other queries' material stay. */
    @ParameterizedTest
    @CsvSource({"-s, 1, true", "-t, 1, true", "-t, 1, false", "-t, 0, true", "-t, 0, false"})
    void tornMaterialCostsOneQuery(String kinds, int server, boolean torn) throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.LABEL, 2, BackEnd.IDEAL)) {
            parties.prepare(4); // 0 evaluates the first and the third, 1 the others
            parties.openOnline();
            if (server == 1) {
                parties.ask(Networks.input(network, 0));
            }
            TearableStore store = parties.stores.get(server);
            if (torn) {
                store.tear(kind -> kind.word().endsWith(kinds));
            } else {
                store.readyKinds().stream()
                        .filter(kind -> kind.word().endsWith(kinds))
                        .toList()
                        .forEach(store::discard);
            }
            Throwable refused = catchThrowable(() -> parties.ask(Networks.input(network, 1)));
            if (server == 1) {
                assertThat(refused).isInstanceOfSatisfying(ProtocolAbort.class, abort -> {
                    assertThat(abort.peer()).isEqualTo("server-1");
                    assertThat(abort.reason())
                            .isEqualTo(torn ? AbortReason.MATERIAL_DAMAGED : AbortReason.MATERIAL_SPENT);
                });
            } else {
                assertThat(refused).isInstanceOf(torn ? MaterialException.class : ProtocolAbort.class);
            }
            store.tear(kind -> false);
            IntegerTensor input = Networks.input(network, 2);
            requireAnswer(network, Disclosure.LABEL, input, parties.ask(input).answer());
            assertThat(parties.failures).as("lanes").isEmpty();
        }
    }

    /** A gateway that puts an answer key of its own in the place of the user's: no server opens its seed, none answers. */
    @Test
    void aGatewayThatSwapsTheAnswerKeyIsRefused() throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.LABEL, 3, BackEnd.IDEAL);
                OpeningKey own = OpeningKey.generate(parties.random);
                MemoryChannel user = asking(parties, Networks.input(network, 1))) {
            parties.prepare(1);
            parties.openOnline();
            Query query = Query.receive(3, user);
            MaterialId prepared = ids(parties.stores.get(1)).iterator().next();
            assertThat(replies(parties, query, prepared, own.sealingKey()))
                    .containsOnly(Optional.of(AbortReason.MALFORMED));
            assertThat(ids(parties.stores.get(1))).containsOnly(prepared);
            assertThat(replies(parties, query, prepared, query.answerKey())).containsOnly(Optional.empty());

            // One that goes on all the same gets no answer.
            Channel server = parties.online.get(0).to(1);
            send(server, parties, query, prepared, own.sealingKey());
            assertThat(Command.receiveReply(server)).contains(AbortReason.MALFORMED);
            Command.sendDecision(server, true);
            assertThatExceptionOfType(ProtocolAbort.class)
                    .isThrownBy(() -> server.receive(1))
                    .satisfies(abort -> assertThat(abort.reason()).isEqualTo(AbortReason.MALFORMED));
        }
    }

    /** What lies ready. */
    private static Set<MaterialId> ids(MaterialStore store) {
        return store.readyKinds().stream()
                .flatMap(kind -> store.readyIds(kind).stream())
                .collect(Collectors.toSet());
    }

    /** The gateway's end of the channel of a user that asks. */
    private static MemoryChannel asking(Parties parties, IntegerTensor input) {
        MemoryChannel.Pair pair = MemoryChannel.connect("user", "gateway", Parties.TIMEOUT_MILLIS);
        parties.threads.execute(() -> {
            var unused = catchThrowable(() -> parties.user().predict(pair.left(), input));
        });
        return pair.right();
    }

    private static void send(Channel server, Parties parties, Query query, MaterialId material, SealingKey answerKey) {
        int number = server.peer().equals("server-1") ? 1 : 2;
        Command.sendPredict(
                server,
                parties.plan,
                new Command.Predict(
                        material, query.id(), answerKey, query.seeds().get(number)));
    }

    /** What the two other servers reply; then the query ends. */
    private static List<Optional<AbortReason>> replies(
            Parties parties, Query query, MaterialId material, SealingKey answerKey) {
        List<Optional<AbortReason>> replies = new ArrayList<>();
        for (int number = 1; number < 3; number++) {
            Channel server = parties.online.get(0).to(number);
            send(server, parties, query, material, answerKey);
            replies.add(Command.receiveReply(server));
            Command.sendDecision(server, false);
        }
        return replies;
    }

    /** A server that has lost its material, or used it: the query ends at all servers, and the next one is answered. */
    @Test
    void materialThatOneServerLacksCostsOneQuery() throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.LABEL, 3, BackEnd.IDEAL)) {
            parties.openOnline();
            parties.prepare(1);
            loseMaterial(parties.stores.get(2));
            assertThatExceptionOfType(ProtocolAbort.class)
                    .isThrownBy(() -> parties.ask(Networks.input(network, 0)))
                    .satisfies(abort -> {
                        assertThat(abort.peer()).isEqualTo("server-2");
                        assertThat(abort.reason()).isEqualTo(AbortReason.MATERIAL_SPENT);
                    });
            parties.prepare(1);
            IntegerTensor input = Networks.input(network, 1);
            requireAnswer(network, Disclosure.LABEL, input, parties.ask(input).answer());
            assertThat(parties.failures).isEmpty();
        }
    }

    @Test
    void whatOneServerLacksIsDroppedWhenTheyNextPrepare() throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.LABEL, 3, BackEnd.IDEAL)) {
            parties.prepare(1);
            loseMaterial(parties.stores.get(2));
            parties.prepare(1);
            assertThat(parties.gateway.ready()).isEqualTo(1);
        }
    }

    private static void loseMaterial(MaterialStore store) {
        List.copyOf(store.readyKinds()).forEach(store::discard);
    }

    @Test
    void sharesAreRerandomisedWithoutTheOwner() throws Exception {
        IntegerNetwork network = small();
        try (Parties parties = new Parties(network, Disclosure.SCORES, 3, BackEnd.IDEAL)) {
            List<byte[]> before =
                    parties.shares.stream().map(ServerShare::encode).toList();
            parties.rerandomise();
            for (int i = 0; i < 3; i++) {
                byte[] after = parties.shares.get(i).encode();
                int equal = 0;
                for (int k = 33; k < after.length; k++) {
                    equal += after[k] == before.get(i)[k] ? 1 : 0;
                }
                // 1 of 256 by chance
                assertThat(equal).as("server %s", i).isLessThan(after.length / 50);
            }
            requireSum(network, parties);
            parties.prepare(1);
            parties.openOnline();
            IntegerTensor input = Networks.input(network, 1);
            requireAnswer(network, Disclosure.SCORES, input, parties.ask(input).answer());
        }
    }

    private static void requireSum(IntegerNetwork network, Parties parties) {
        for (LinearLayer layer : parties.plan.rest().sharing().layers()) {
            Step.Linear step = (Step.Linear) network.steps().get(layer.step());
            RingVector sum = layer.ring().zeros(step.weights().length);
            for (ServerShare share : parties.shares) {
                layer.ring().add(sum, 0, share.weights(layer), 0, sum, 0, sum.length());
            }
            long[] weights = new long[sum.length()];
            sum.decode(0, weights, 0, weights.length);
            assertThat(weights)
                    .isEqualTo(Arrays.stream(step.weights()).asLongStream().toArray());
        }
    }

    @Test
    void shareFilesOfSomethingElseAreRefused() {
        IntegerNetwork network = small();
        SecoPlan plan = Parties.plan(NetworkSplit.at(network, 0), Disclosure.LABEL, 3);
        SecoPlan other = Parties.plan(NetworkSplit.at(network, 0), Disclosure.LABEL, 2);
        byte[] bytes = ServerShare.split(plan.rest(), network, new SecureRandom())
                .get(1)
                .encode();
        assertThat(ServerShare.decode(plan.rest(), bytes).server()).isEqualTo(1);
        for (byte[] wrong : List.of(
                new byte[0],
                new byte[5],
                Arrays.copyOf(bytes, bytes.length - 1),
                Arrays.copyOf(bytes, bytes.length + 1))) {
            assertThatExceptionOfType(ModelFileException.class)
                    .isThrownBy(() -> ServerShare.decode(plan.rest(), wrong));
        }
        assertThatExceptionOfType(ModelFileException.class).isThrownBy(() -> ServerShare.decode(other.rest(), bytes));
        byte[] nobody = bytes.clone();
        nobody[32] = 3;
        assertThatExceptionOfType(ModelFileException.class).isThrownBy(() -> ServerShare.decode(plan.rest(), nobody));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerShare.split(plan.rest(), Networks.random(1), new SecureRandom()));
    }
}
