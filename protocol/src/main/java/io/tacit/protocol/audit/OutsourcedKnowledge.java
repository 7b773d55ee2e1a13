package io.tacit.protocol.audit;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.audit.OutsourcedView.Lane;
import io.tacit.protocol.audit.OutsourcedView.Server;
import io.tacit.protocol.audit.OutsourcedView.Transcript;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.outsourced.InputShare;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server can work out from its messages and its own shares: values of the computation, each under one mask of the
 * other's. The garbler: X - B_1 of each opened tensor and Y - s of each word of a circuit. The evaluator: its share of the
 * weights, of the input and of what circuits make, and X - B_0 of what was opened afresh. Collected over queries.
 */
final class OutsourcedKnowledge {
    private final SharingPlan plan;
    private final Map<Server, Map<String, Values>> known = new LinkedHashMap<>();

    private static final class Values {
        final int bits;
        final List<long[]> seen = new ArrayList<>();
        final List<long[]> data = new ArrayList<>();

        Values(int bits) {
            this.bits = bits;
        }
    }

    OutsourcedKnowledge(SharingPlan plan) {
        this.plan = plan;
        for (Server server : Server.values()) {
            known.put(server, new LinkedHashMap<>());
        }
    }

    /** What a server knows, by what it is about. */
    List<MaskedValues> of(Server server) {
        List<MaskedValues> all = new ArrayList<>();
        known.getOrDefault(server, Map.of())
                .forEach((name, values) -> all.add(new MaskedValues(name, values.bits, values.seen, values.data)));
        return all;
    }

    /** Takes the deployment. @param weights of the layers, which the auditor knows @param biases as well */
    void addDeployment(Transcript setup, List<int[]> weights, List<long[]> biases) {
        Iterator<byte[]> messages = setup.evaluator().on(Lane.DEPLOY).iterator();
        messages.next(); // what is deployed
        for (LinearLayer layer : plan.layers()) {
            String name = plan.network().steps().get(layer.step()).name();
            int[] of = weights.get(layer.index());
            RingVector truth = layer.ring().zeros(of.length);
            truth.encode(of, 0, 0, of.length);
            add(Server.EVALUATOR, "weights of " + name, load(messages, layer.ring(), of.length), values(truth));
            long[] ofBiases = biases.get(layer.index());
            RingVector bias = layer.ring().zeros(ofBiases.length);
            bias.encode(ofBiases, 0, 0, ofBiases.length);
            add(Server.EVALUATOR, "biases of " + name, load(messages, layer.ring(), ofBiases.length), values(bias));
        }
    }

    /** Takes a query. */
    void addQuery(Transcript query) {
        addInput(query);
        addGarbler(query);
        addEvaluator(query);
    }

    private void addInput(Transcript query) {
        byte[] message = query.evaluator().on(Lane.CLIENT).get(0);
        RingVector share = InputShare.ofEvaluator(plan, message)
                .orElseThrow(() -> new IllegalStateException("the client sent no input"))
                .share();
        add(Server.EVALUATOR, "input", share, data(query, 0, plan.ring(0)));
    }

    private void addGarbler(Transcript query) {
        Iterator<byte[]> messages = query.garbler().on(Lane.ONLINE).iterator();
        messages.next(); // the command
        int block = 0;
        for (Stage stage : plan.stages()) {
            for (Opening opening : stage.openings()) {
                RingVector opened = load(messages, opening.ring(), size(opening.tensor()));
                RingVector own =
                        share(query.garbler().shares(), opening.tensor()).reduced(opening.ring());
                opening.ring().add(opened, 0, own, 0, opened, 0, opened.length());
                add(
                        Server.GARBLER,
                        "opened " + name(opening.tensor()),
                        opened,
                        data(query, opening.tensor(), opening.ring()));
            }
            for (Block made : stage.blocks()) {
                RingVector known = made.input().zeros(size(made.source()));
                RingVector truth = made.input().zeros(size(made.source()));
                RingVector data = vector(data(query, made.source(), made.input()), made.input());
                RingVector own = share(query.garbler().shares(), made.source()).reduced(made.input());
                for (Chunk chunk : plan.chunks().get(block++)) {
                    RingVector difference = load(messages, made.input(), chunk.words());
                    int[] places = chunk.inputs();
                    for (int i = 0; i < places.length; i++) {
                        known.set(
                                places[i],
                                difference.get(i) + own.get(places[i])
                                        & made.input().mask());
                        truth.set(places[i], data.get(places[i]));
                    }
                }
                add(Server.GARBLER, "words of " + made.name(), known, values(truth));
            }
        }
    }

    private void addEvaluator(Transcript query) {
        Iterator<byte[]> messages = query.evaluator().on(Lane.ONLINE).iterator();
        messages.next(); // admission
        int block = 0;
        for (Stage stage : plan.stages()) {
            for (Block made : stage.blocks()) {
                for (Chunk chunk : plan.chunks().get(block++)) {
                    for (long left = Bulk.messages(chunk.labelBytes()); left > 0; left--) {
                        messages.next();
                    }
                }
                if (!made.isAnswer()) {
                    add(
                            Server.EVALUATOR,
                            "results of " + made.name(),
                            share(query.evaluator().shares(), made.target()),
                            data(query, made.target(), new Ring(made.outputBits())));
                }
            }
            for (Opening opening : stage.replies()) {
                RingVector part = load(messages, opening.ring(), size(opening.tensor()));
                RingVector own =
                        share(query.evaluator().shares(), opening.tensor()).reduced(opening.ring());
                opening.ring().add(part, 0, own, 0, part, 0, part.length());
                add(
                        Server.EVALUATOR,
                        "opened " + name(opening.tensor()),
                        part,
                        data(query, opening.tensor(), opening.ring()));
            }
        }
    }

    private String name(int step) {
        return plan.network().steps().get(step).name();
    }

    private int size(int step) {
        return plan.network().steps().get(step).shape().size();
    }

    private static RingVector share(Map<Integer, RingVector> shares, int step) {
        RingVector share = shares.get(step);
        if (share == null) {
            throw new IllegalStateException("step " + step + " has no share");
        }
        return share;
    }

    /** The clear value of a step: both shares together, as nobody but the auditor has them. */
    private long[] data(Transcript query, int step, Ring ring) {
        RingVector sum = ring.zeros(size(step));
        ring.add(
                share(query.garbler().shares(), step).reduced(ring),
                0,
                share(query.evaluator().shares(), step).reduced(ring),
                0,
                sum,
                0,
                sum.length());
        return values(sum);
    }

    private static RingVector vector(long[] values, Ring ring) {
        RingVector vector = ring.zeros(values.length);
        vector.encode(values, 0, 0, values.length);
        return vector;
    }

    private static RingVector load(Iterator<byte[]> messages, Ring ring, int length) {
        if (RingVector.messages(ring, length) != 1) {
            throw new IllegalStateException("the audited network is too large");
        }
        RingVector vector = ring.zeros(length);
        if (!vector.load(messages.next(), 0, 0, length)) {
            throw new IllegalStateException("a message is not what the protocol sends there");
        }
        return vector;
    }

    private static long[] values(RingVector vector) {
        long[] values = new long[vector.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.get(i);
        }
        return values;
    }

    private void add(Server server, String name, RingVector seen, long[] data) {
        Values values = known.getOrDefault(server, Map.of()).get(name);
        if (values == null) {
            values = new Values(seen.ring().bits());
            known.computeIfAbsent(server, s -> new LinkedHashMap<>()).put(name, values);
        }
        values.seen.add(values(seen));
        values.data.add(data);
    }
}
