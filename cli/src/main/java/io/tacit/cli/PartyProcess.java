package io.tacit.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One party of the demo or a benchmark: a {@code tacit} command in a JVM of its own, with this one's Java and options. */
final class PartyProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private PartyProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts {@code tacit} with the arguments.
     *
     * @param folder working folder; stderr goes to {@code NAME.log} in it
     * @param properties system properties such as {@code tacit.kernel=plain}
     */
    static PartyProcess start(Path folder, String name, List<String> properties, List<String> arguments)
            throws IOException {
        return start(folder, name, properties, List.of("-XX:+UseSerialGC"), arguments);
    }

    /**
     * The same.
     *
     * @param options of the Java virtual machine, such as the size of its heap
     */
    static PartyProcess start(
            Path folder, String name, List<String> properties, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--") || option.startsWith("-Dtacit."))
                .filter(option -> !option.startsWith("-Dtacit.terminal"))
                .forEach(command::add);
        properties.forEach(property -> command.add("-D" + property));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(log.toFile())
                .start();
        return new PartyProcess(name, process, log);
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(output lost: " + e.getMessage() + ")"); // the process was ended
        }
    }

    /** Role, or whatever else the party is called. */
    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Waits for a line that contains {@code text}. @throws BadInput with the party's own words if it ends before */
    String await(String text, long seconds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < deadline) {
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            if (line != null && line.contains(text)) {
                return line;
            }
            if (line == null && !process.isAlive() && !reader.isAlive() && lines.isEmpty()) {
                throw new BadInput(name + " ended early: " + lastWords());
            }
        }
        throw new BadInput(name + " was not ready within " + seconds + " s: " + lastWords());
    }

    /** Waits for the end. @throws BadInput with the party's own words unless the exit status is 0 */
    void finish(long seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new BadInput(name + " did not finish within " + seconds + " s: " + lastWords());
        }
        if (process.exitValue() != 0) {
            throw new BadInput(name + " failed: " + lastWords());
        }
    }

    private String lastWords() throws IOException {
        List<String> said = Files.readAllLines(log).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING: Using incubator"))
                .toList();
        return said.isEmpty() ? "it said nothing" : said.get(said.size() - 1);
    }

    /** Ends the process if it still runs. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
