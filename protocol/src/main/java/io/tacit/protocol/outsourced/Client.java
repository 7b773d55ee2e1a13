package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.protocol.nonlinear.Ranking;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPrice;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The client Q: sends one message to each server and receives one from each.
 *
 * <p>Security guarantee, if the servers do not collude: neither learns anything about the input or the answer. The answer is
 * right if both follow the protocol; a server that deviates can make it wrong.
 */
public final class Client {
    /**
     * Longest wait for an answer of servers that give signs of life: where nothing is prepared they have all the work before
     * them, and other queries before this one.
     */
    private static final Duration LONGEST_ANSWER = Duration.ofHours(1);

    private final SharingPlan plan;
    private final SecureRandom random;

    public Client(SharingPlan plan, SecureRandom random) {
        this.plan = plan;
        this.random = random;
    }

    /**
     * Asks for one input.
     *
     * @param garbler channel to S0, which runs {@link Garbler#serveClient}
     * @param evaluator channel to S1, which runs {@link Evaluator#predict}
     * @param input integers of the network's input step, a batch of one
     * @return what the deployment discloses: of the very scores of {@link io.tacit.model.reference.IntegerEvaluator}
     * @throws IllegalArgumentException if the input has another shape or a value outside the input's range
     * @throws ProtocolAbort if a server refuses, with its reason
     */
    public Answer predict(Channel garbler, Channel evaluator, IntegerTensor input) {
        requireInput(input);
        garbler.enter(Phase.PREDICT);
        evaluator.enter(Phase.PREDICT);
        QueryId id = QueryId.random(random);
        Ring ring = plan.ring(0);

        // X_0 to S0, as a seed; X_1 = X - X_0 to S1
        byte[] toGarbler = Arrays.copyOf(id.bytes(), InputShare.garblerBytes());
        byte[] toEvaluator = Arrays.copyOf(id.bytes(), InputShare.evaluatorBytes(plan));
        RingVector share = ring.zeros(input.shape().size());
        for (int i = 0; i < share.length(); i++) {
            share.set(i, input.get(i));
        }
        try (Seed seed = Seed.random(random)) {
            RingVector drawn = InputShare.draw(plan, seed);
            ring.subtract(share, 0, drawn, 0, share, 0, share.length());
            byte[] revealed = seed.reveal();
            System.arraycopy(revealed, 0, toGarbler, QueryId.BYTES, Seed.BYTES);
            Arrays.fill(revealed, (byte) 0);
        }
        share.store(0, share.length(), toEvaluator, QueryId.BYTES);
        Messages.send(garbler, toGarbler);
        Messages.send(evaluator, toEvaluator);
        Arrays.fill(toGarbler, (byte) 0);

        byte[] ofGarbler = new byte[answerBytes()];
        byte[] ofEvaluator = new byte[answerBytes()];
        receive(evaluator, ofEvaluator);
        receive(garbler, ofGarbler);
        return plan.disclosure().kind() == Disclosure.Kind.SCORES
                ? scores(garbler, ofGarbler, ofEvaluator)
                : classes(garbler, ofGarbler, ofEvaluator);
    }

    private static void receive(Channel server, byte[] answer) {
        server.awaitMessage(LONGEST_ANSWER); // a server that has ended says so in the next call
        Messages.receive(server, answer);
    }

    private void requireInput(IntegerTensor input) {
        if (input.batch() != 1 || !input.shape().equals(plan.network().input().shape())) {
            throw new IllegalArgumentException(plan.network().name() + " reads one "
                    + plan.network().input().shape());
        }
        Range range = plan.network().inputRange();
        for (int i = 0; i < input.shape().size(); i++) {
            long value = input.get(i);
            if (value < range.low().longValueExact() || value > range.high().longValueExact()) {
                throw new IllegalArgumentException("input value outside " + range);
            }
        }
    }

    private int answerBytes() {
        return new SharingPrice(plan).clientAnswerBytes();
    }

    /** Colours and decoding bits give the bits of the indices, a byte each. */
    private Answer classes(Channel garbler, byte[] decoding, byte[] colours) {
        List<Integer> classes = Ranking.decode(
                        decoding,
                        colours,
                        plan.disclosure().places(),
                        plan.network().classes())
                .orElseThrow(() -> new ProtocolAbort(garbler.peer(), "answer", AbortReason.OUT_OF_RANGE));
        return new Answer(classes, List.of());
    }

    private Answer scores(Channel garbler, byte[] ofGarbler, byte[] ofEvaluator) {
        Ring ring = plan.ring(plan.network().steps().size() - 1);
        int count = plan.network().classes();
        RingVector sum = ring.zeros(count);
        RingVector other = ring.zeros(count);
        if (!sum.load(ofGarbler, 0, 0, count) || !other.load(ofEvaluator, 0, 0, count)) {
            throw new ProtocolAbort(garbler.peer(), "answer", AbortReason.MALFORMED);
        }
        ring.add(sum, 0, other, 0, sum, 0, count);
        long[] signed = new long[count];
        sum.decode(0, signed, 0, count);
        List<Long> scores = IntStream.range(0, count)
                .mapToObj(i -> plan.scoresAreUnsigned() ? sum.get(i) : signed[i])
                .toList();
        List<Integer> classes = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
                .toList();
        return new Answer(classes, scores);
    }
}
