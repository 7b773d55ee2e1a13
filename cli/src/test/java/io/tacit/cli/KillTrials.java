package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Kills a party of a deployment (SIGKILL) at the steps of what the parties do together: those that a run without a kill shows,
 * {@link ProtocolSteps}. Before each kill all connections are cut, so that every run has all of its steps; the relays hold the
 * first record of a step back until the process is dead. The others must end within {@value #END_SECONDS} s with the reason, or
 * go on; afterwards the next query is exact, and what a server has claimed once is never ready again.
 *
 * @param <T> what is under way when a party dies
 */
abstract class KillTrials<T extends Enum<T>> implements AutoCloseable {
    private static final long END_SECONDS = 30;
    private static final int MOST_TRIES = 5;
    private static final int LAST_WORDS_SECONDS = 5;
    private static final long LOOK_MILLIS = 20;
    private static final String LATE_GREETING = "no TLS and hello within";

    private final RelayedParties parties;
    private final int streamSteps;
    private final Map<String, Set<String>> spent = new HashMap<>();
    private ProtocolSteps.Greeting greeting = ProtocolSteps.Greeting.UNKNOWN;

    /** @param streamSteps most steps of a direction that streams */
    KillTrials(RelayedParties parties, int streamSteps) {
        this.parties = parties;
        this.streamSteps = streamSteps;
    }

    /** Of Java virtual machines that are started all the time: what compiles fast answers first. */
    static List<String> options(String heap) {
        return List.of("-XX:+UseSerialGC", "-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-Dtacit.kernel=plain");
    }

    /** The task, begun by this process as the asking party. */
    abstract void run(T task);

    /** The task as a command of the asking party, which is a process of its own when it is the victim. */
    abstract List<String> arguments(T task);

    /** One query, whose answer must be exact, prepared or not. */
    abstract void ask();

    /** The asking party connects to a server, and nothing follows the greeting. @return what {@code counter} has counted */
    abstract ProtocolSteps.Greeting greet(ProtocolSteps counter);

    /** Makes the state in which the task begins. */
    abstract void before(T task, String victim) throws Exception;

    /** After a kill, when all servers run again: what must be done before a query can pass. */
    abstract void mend(T task) throws Exception;

    /** Whether the asking party is promised the name of a server that has failed. */
    abstract boolean namesTheFailed(T task);

    /** Counts how long two parties greet each other: to be done once, before the first kill. */
    final void greet() throws Exception {
        greeting = despiteABusyMachine(() -> {
            parties.cut();
            ProtocolSteps counter = new ProtocolSteps(ProtocolSteps.Greeting.UNKNOWN, step -> {});
            parties.arm(counter);
            return greet(counter);
        });
        parties.disarm();
    }

    final void askExactly() throws Exception {
        despiteABusyMachine(() -> {
            ask();
            return true;
        });
    }

    /** Kills the victim at the steps of a task that are chosen, and prints how many they were. */
    final void killAtSteps(T task, String victim, UnaryOperator<List<ProtocolSteps.Step>> choice) throws Exception {
        List<ProtocolSteps.Step> steps = steps(task, victim);
        List<ProtocolSteps.Step> chosen = choice.apply(steps);
        System.out.printf(
                "%s has %d steps; the %s is killed at %d of them%n", task, steps.size(), victim, chosen.size());
        long longest = 0;
        long start = System.nanoTime();
        for (ProtocolSteps.Step step : chosen) {
            longest = Math.max(longest, kill(task, victim, step));
        }
        System.out.printf(
                "all ended within %.1f s; %.0f s for all kills%n", longest / 1e3, (System.nanoTime() - start) / 1e9);
    }

    private boolean serves(String party) {
        return parties.servers().contains(party);
    }

    /** Steps of the task where nothing goes wrong, from the connections on. */
    private List<ProtocolSteps.Step> steps(T task, String victim) throws Exception {
        return despiteABusyMachine(() -> {
            before(task, victim);
            ProtocolSteps counter = follow(step -> {});
            if (serves(victim)) {
                run(task);
            } else {
                try (PartyProcess asking = parties.command(victim, arguments(task))) {
                    asking.finish(RelayedParties.PATIENCE_SECONDS);
                }
            }
            parties.disarm();
            return counter.steps(streamSteps);
        });
    }

    /** All connections are made anew, and followed. */
    private ProtocolSteps follow(Consumer<ProtocolSteps.Step> before) {
        parties.cut();
        ProtocolSteps steps = new ProtocolSteps(greeting, before);
        parties.arm(steps);
        return steps;
    }

    /** Kills once. @return milliseconds until the asking party had ended */
    private long kill(T task, String victim, ProtocolSteps.Step step) throws Exception {
        for (int left = MOST_TRIES; left > 0; left--) {
            OptionalLong millis = tryToKill(task, victim, step);
            if (millis.isPresent()) {
                System.out.printf("%s: %.1f s%n", step, millis.getAsLong() / 1e3);
                return millis.getAsLong();
            }
            System.out.println("did not come to " + step + ": tried again");
        }
        throw new AssertionError(task + " never came to " + step);
    }

    /** Empty if the task ended, on a busy machine, before it came to the step. */
    private OptionalLong tryToKill(T task, String victim, ProtocolSteps.Step step) throws Exception {
        before(task, victim);
        CompletableFuture<ProcessHandle> process = new CompletableFuture<>();
        CompletableFuture<Long> killed = new CompletableFuture<>();
        follow(now -> {
            if (step.isAt(now) && !killed.isDone()) {
                if (serves(victim)) {
                    parties.kill(victim);
                } else {
                    process.join().destroyForcibly();
                    process.join().onExit().join();
                }
                killed.complete(System.nanoTime());
            }
        });
        String what = task + ", the " + victim + " killed at " + step;
        long end;
        if (serves(victim)) {
            end = endOf(task, victim, killed, what);
        } else {
            try (PartyProcess asking = parties.command(victim, arguments(task))) {
                ProcessHandle handle = ProcessHandle.of(asking.pid()).orElseThrow();
                process.complete(handle);
                handle.onExit().get(RelayedParties.PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            end = System.nanoTime();
        }
        boolean reached = comesToPass(killed);
        parties.disarm();
        checkStores();
        for (String server : parties.servers()) {
            boolean dead = reached && server.equals(victim);
            assertThat(parties.isAlive(server)).as(what + ": " + server).isEqualTo(!dead);
            if (dead) {
                parties.start(server);
            }
        }
        checkStores();
        mend(task);
        askExactly();
        checkStores();
        return reached
                ? OptionalLong.of(Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - killed.join())))
                : OptionalLong.empty();
    }

    /** What is still on its way when the asking party has ended may be the step. */
    private static boolean comesToPass(CompletableFuture<Long> killed) throws Exception {
        try {
            killed.get(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** The asking party ends in time: with what it wanted, or, like the servers that are left, with a reason. */
    private long endOf(T task, String victim, CompletableFuture<Long> killed, String what) throws Exception {
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> run(task), KillTrials::inAThreadOfItsOwn);
        CompletableFuture.anyOf(killed, asking.exceptionally(e -> null))
                .get(RelayedParties.PATIENCE_SECONDS, TimeUnit.SECONDS);
        long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        try {
            asking.get(END_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .as(what)
                    .isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class)
                    .hasMessageMatching("(?s).{10,}");
            if (namesTheFailed(task) && killed.isDone()) {
                assertThat(e.getCause()).as(() -> what + said()).hasMessageContaining(victim);
            }
            while (!parties.inUse().isEmpty() && System.nanoTime() < latest) {
                Thread.sleep(LOOK_MILLIS);
            }
            assertThat(parties.inUse())
                    .as(() -> what + ": connections that stand" + said())
                    .isEmpty();
        }
        return System.nanoTime();
    }

    /** Java's common threads may be one only, and the word that a process has ended comes by them as well. */
    private static void inAThreadOfItsOwn(Runnable asking) {
        Thread thread = new Thread(asking, "asking");
        thread.setDaemon(true);
        thread.start();
    }

    // ---- stores

    /** What has left {@code ready} never comes back, neither at once nor when the process has started anew. */
    private void checkStores() throws IOException {
        for (String server : parties.servers()) {
            Set<String> claimed = material(server, "claimed");
            Set<String> ready = material(server, "ready");
            assertThat(claimed).as(server).containsAll(spentAt(server));
            spentAt(server).addAll(claimed);
            assertThat(ready).as(server).noneMatch(spentAt(server)::contains);
        }
    }

    /** What lies ready at a server. */
    final Set<String> ready(String server) throws IOException {
        Set<String> ready = material(server, "ready");
        ready.removeAll(spentAt(server));
        return ready;
    }

    /** What lies ready at a server, and what it has claimed: all that it ever finished, but for what it dropped. */
    final Set<String> finished(String server) throws IOException {
        Set<String> finished = material(server, "ready");
        finished.addAll(material(server, "claimed"));
        return finished;
    }

    private Set<String> spentAt(String server) {
        return spent.computeIfAbsent(server, s -> new TreeSet<>());
    }

    private Set<String> material(String server, String part) throws IOException {
        Path folder = parties.state(server).resolve("material").resolve(part);
        if (!Files.isDirectory(folder)) {
            return new TreeSet<>();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    // ---- a busy machine

    /**
     * On a machine with much else to do two processes may not get through their greeting in its five seconds. That, and nothing
     * else, is tried again, be it the asking party's greeting or, as their logs tell, that of two servers; a server that a kill
     * had left unable to greet would stay so.
     */
    final <R> R despiteABusyMachine(Callable<R> task) throws Exception {
        for (int left = MOST_TRIES - 1; ; left--) {
            int before = lateGreetings();
            try {
                return task.call();
            } catch (PeerUnavailable | ProtocolAbort e) {
                if (left == 0
                        || !(String.valueOf(e.getMessage()).contains(LATE_GREETING) || lateGreetings() > before)) {
                    throw e;
                }
                System.out.println("tried again: " + e.getMessage());
            }
        }
    }

    private int lateGreetings() {
        return said().split(LATE_GREETING, -1).length;
    }

    /** Logs of all servers, each since its start. */
    private String said() {
        StringBuilder all = new StringBuilder();
        for (String server : parties.servers()) {
            try {
                all.append("\n").append(server).append(":\n").append(Files.readString(parties.log(server)));
            } catch (IOException e) {
                all.append("(no log: ").append(e).append(")\n");
            }
        }
        return all.toString();
    }

    /** Ends all parties. */
    @Override
    public void close() {
        parties.close();
    }
}
