package io.tacit.model.onnx;

import io.tacit.model.ModelFileException;
import io.tacit.model.onnx.OnnxModel.OnnxNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Brings the nodes that the outputs need into an order in which each comes after what it reads. */
final class NodeOrder {

    private NodeOrder() {}

    /** @throws ModelFileException if a name is made twice or never, or nodes need one another in a circle */
    static List<OnnxNode> of(OnnxModel model, List<String> outputs) {
        Set<String> given = new HashSet<>(model.initializers().keySet());
        Set<String> inputs = new HashSet<>();
        for (OnnxModel.ValueInfo input : model.inputs()) {
            if (!inputs.add(input.name())) {
                throw new ModelFileException("two inputs are called \"" + OnnxParser.shown(input.name()) + "\"");
            }
        }
        given.addAll(inputs);
        Map<String, OnnxNode> makers = new HashMap<>();
        for (OnnxNode node : model.nodes()) {
            for (String output : node.outputs()) {
                if (!output.isEmpty() && (given.contains(output) || makers.put(output, node) != null)) {
                    throw new ModelFileException("the value \"" + OnnxParser.shown(output) + "\" is made twice");
                }
            }
        }
        Sorter sorter = new Sorter(given, makers);
        for (String output : outputs) {
            sorter.require(output, "the network's outputs");
        }
        return sorter.order;
    }

    /** Depth-first search with a stack of its own, since chains may be long. */
    private static final class Sorter {
        private final Set<String> given;
        private final Map<String, OnnxNode> makers;
        private final Set<OnnxNode> done = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<OnnxNode> open = Collections.newSetFromMap(new IdentityHashMap<>());
        final List<OnnxNode> order = new ArrayList<>();

        Sorter(Set<String> given, Map<String, OnnxNode> makers) {
            this.given = given;
            this.makers = makers;
        }

        /** A node and how many of its inputs have been looked at. */
        private static final class Visit {
            final OnnxNode node;
            int next;

            Visit(OnnxNode node) {
                this.node = node;
            }
        }

        void require(String name, String reader) {
            Deque<Visit> stack = new ArrayDeque<>();
            push(stack, name, reader);
            while (!stack.isEmpty()) {
                Visit visit = stack.getLast();
                if (visit.next == visit.node.inputs().size()) {
                    stack.removeLast();
                    open.remove(visit.node);
                    done.add(visit.node);
                    order.add(visit.node);
                } else {
                    String input = visit.node.inputs().get(visit.next++);
                    if (!input.isEmpty()) {
                        push(stack, input, "node \"" + OnnxParser.shown(visit.node.title()) + "\"");
                    }
                }
            }
        }

        private void push(Deque<Visit> stack, String name, String reader) {
            if (given.contains(name)) {
                return;
            }
            OnnxNode maker = makers.get(name);
            if (maker == null) {
                throw new ModelFileException(reader + " read \"" + OnnxParser.shown(name) + "\", which nothing makes");
            }
            if (done.contains(maker)) {
                return;
            }
            if (!open.add(maker)) {
                throw new ModelFileException("the network runs in a circle through \"" + OnnxParser.shown(name) + "\"");
            }
            stack.addLast(new Visit(maker));
        }
    }
}
