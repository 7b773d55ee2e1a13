package io.tacit.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a protocol as the relays in front of its servers see them. A step begins where a connection is made, where it has
 * been greeted, and wherever a connection's direction turns; where both sides stream at once, chance makes most of the turns, and
 * a direction has one step for a certain part of its bytes and one for the word that ends it. A step is named by what has passed in its direction before, the
 * records of the greeting and the bytes after it: both are the same in every run, however bulk data are cut into records and
 * whichever of two directions is ahead, so that a step which one run has is met in every other.
 */
final class ProtocolSteps {
    /** TLS 1.3 adds an authentication tag and a type to each record, and Java's pads it with 16 bytes. */
    private static final int RECORD_OVERHEAD_BYTES = 33;

    /** What passes in one direction after a turn is part of a stream if it is as long as a record can be. */
    private static final int STREAM_BYTES = 1 << 14;

    /** A record of its own, at the end of a stream: that all is well. */
    private static final int MOST_COMMAND_BYTES = 64;

    /** Signs of life, and what ends a connection: no step of the protocol, and no part of its content. */
    private static final int MOST_EMPTY_BYTES = 5;

    private final Greeting greeting;
    private final Consumer<Step> before;
    private final Map<Lane, Passed> lanes = new HashMap<>();
    private final TreeSet<Step> steps = new TreeSet<>();

    /**
     * Records until both sides have greeted.
     *
     * @param toServer from the side that dialled
     * @param fromServer from the other
     */
    record Greeting(int toServer, int fromServer) {
        /** While it is being counted. */
        static final Greeting UNKNOWN = new Greeting(Integer.MAX_VALUE, Integer.MAX_VALUE);

        private int of(boolean direction) {
            return direction ? toServer : fromServer;
        }
    }

    /**
     * Before something passes.
     *
     * @param server whose relay it is
     * @param connection number of the connection there, in the order in which they were made
     * @param toServer direction
     * @param records of the greeting that have passed in this direction
     * @param bytes of content that have passed in it after the greeting
     */
    record Step(String server, int connection, boolean toServer, int records, long bytes) implements Comparable<Step> {
        /** Whether it is this step's turn when the same direction is at {@code now}. */
        boolean isAt(Step now) {
            return server.equals(now.server)
                    && connection == now.connection
                    && toServer == now.toServer
                    && (now.records > records || now.records == records && now.bytes >= bytes);
        }

        @Override
        public int compareTo(Step other) {
            int order = server.compareTo(other.server);
            order = order != 0 ? order : Integer.compare(connection, other.connection);
            order = order != 0 ? order : Boolean.compare(toServer, other.toServer);
            order = order != 0 ? order : Integer.compare(records, other.records);
            return order != 0 ? order : Long.compare(bytes, other.bytes);
        }
    }

    private record Lane(String server, int connection) {}

    /** What passed on one connection. */
    private static final class Passed {
        private final int[] records = new int[2];
        private final long[] bytes = new long[2];
        private final @Nullable Step[] lastMessages = new Step[2];
        private int last = -1;
    }

    /** @param before is told of each record before it passes, by the step at which it would be one */
    ProtocolSteps(Greeting greeting, Consumer<Step> before) {
        this.greeting = greeting;
        this.before = before;
    }

    /** What the relay in front of a server tells. */
    RecordRelay.Watcher of(String server) {
        return (connection, toServer, bytes) -> passing(server, connection, toServer, bytes);
    }

    private synchronized void passing(String server, int connection, boolean toServer, int length) {
        Passed passed = lanes.computeIfAbsent(new Lane(server, connection), lane -> new Passed());
        int direction = toServer ? 1 : 0;
        int records = passed.records[direction];
        Step now = new Step(server, connection, toServer, records, passed.bytes[direction]);
        int last = greeting.of(toServer) - 1;
        int content = length - RECORD_OVERHEAD_BYTES;
        if (records <= last) {
            if (toServer ? records == 0 : records == last) {
                steps.add(now);
                before.accept(now);
            }
            passed.records[direction]++;
        } else if (content > MOST_EMPTY_BYTES) {
            if (direction != passed.last) {
                steps.add(now);
            }
            before.accept(now);
            passed.lastMessages[direction] = content <= MOST_COMMAND_BYTES ? now : null;
            passed.bytes[direction] += content;
            passed.last = direction;
        }
    }

    /**
     * Steps so far, in the order of connections.
     *
     * @param streamSteps most steps of a direction that streams
     */
    synchronized List<Step> steps(int streamSteps) {
        TreeSet<Step> last = new TreeSet<>();
        lanes.values()
                .forEach(passed ->
                        Stream.of(passed.lastMessages).filter(Objects::nonNull).forEach(last::add));
        TreeSet<Step> all = new TreeSet<>(steps);
        all.addAll(last);
        List<Step> chosen = new ArrayList<>();
        long lastTurn = 0;
        for (Step step : all) {
            Step previous = chosen.isEmpty() ? step : chosen.get(chosen.size() - 1);
            boolean same = previous.server.equals(step.server)
                    && previous.connection == step.connection
                    && previous.toServer == step.toServer;
            Passed passed = lanes.getOrDefault(new Lane(step.server, step.connection), new Passed());
            long part = passed.bytes[step.toServer ? 1 : 0] / streamSteps;
            boolean streams = same && step.bytes - lastTurn >= STREAM_BYTES && !last.contains(step);
            if (!streams || step.bytes - previous.bytes >= part) {
                chosen.add(step);
            }
            lastTurn = step.bytes;
        }
        return chosen;
    }

    /** Records that passed on the first connection of a server so far: its greeting, if nothing followed. */
    synchronized Greeting records(String server) {
        Passed passed = lanes.getOrDefault(new Lane(server, 0), new Passed());
        return new Greeting(passed.records[1], passed.records[0]);
    }
}
