package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.kernel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The exchange of encrypted inputs and results of some layers, in both directions at once.
 *
 * <p>Work is cut into windows, in the order of the layers. With I(k) the encrypted inputs and R(k) the results of window k,
 * each party sends I(0), I(1), R(0), I(2), R(1), I(3), ... and receives the same from its peer. Inputs of at most two
 * windows are held at a time.
 *
 * <p>There is no deadlock: sending waits only for the peer's receiver, which waits for its decryption, which waits for nothing,
 * or for room for I(k + 1), that is, until R(k - 1) of that peer has been handed to its sender, which comes earlier in the
 * order than anything this party could be waiting to send.
 */
final class TripletExchange {
    private static final int QUEUE_CIPHERTEXTS = 16;
    private static final int WINDOWS_HELD = 2;
    /** Pieces of work handed out at once, a thread: enough that threads end together, few enough to bound memory. */
    private static final int PIECES_PER_THREAD = 4;
    /** Output blocks that are computed at once, a thread, at least. */
    private static final int BLOCKS_PER_THREAD = 2;

    /** A window of a layer. */
    private record Window(LayerWork work, int firstGroup, int endGroup) {
        int groups() {
            return endGroup - firstGroup;
        }

        int blocks() {
            return work.plan().packing().planeBlocks();
        }

        int inputs() {
            return groups() * blocks();
        }

        int outputBlocks() {
            return work.plan().packing().outputBlocks();
        }

        int results() {
            return groups() * outputBlocks();
        }

        /** Results go by output block, then group; inputs by group, then block. */
        int groupOfResult(int index) {
            return firstGroup + index % groups();
        }

        int outputBlockOfResult(int index) {
            return index / groups();
        }
    }

    /** A result as it arrived. */
    private record Returned(Window window, int index, byte[] bytes) {}

    private final Channel channel;
    private final Workers workers;
    private final List<Window> windows = new ArrayList<>();

    TripletExchange(Channel channel, Workers workers, List<LayerWork> layers) {
        this.channel = channel;
        this.workers = workers;
        for (LayerWork work : layers) {
            for (int window = 0; window < work.plan().windows(); window++) {
                windows.add(new Window(
                        work, work.plan().firstGroup(window), work.plan().firstGroup(window + 1)));
            }
        }
    }

    // ---- the pieces of work

    private byte[][] encrypt(Window window, int from, int to) {
        byte[][] encrypted = new byte[to - from][];
        workers.forEach(to - from, i -> {
            int index = from + i;
            encrypted[i] =
                    window.work().encrypt(index % window.blocks(), window.firstGroup() + index / window.blocks());
        });
        return encrypted;
    }

    private Ciphertext[][] expand(Window window, byte[][] encoded) {
        Ciphertext[][] expanded = new Ciphertext[window.groups()][window.blocks()];
        workers.forEach(encoded.length, i -> {
            expanded[i / window.blocks()][i % window.blocks()] = window.work().expand(encoded[i], channel.peer());
            encoded[i] = new byte[0];
        });
        return expanded;
    }

    /** Results of some output blocks for all groups of the window. */
    private byte[][] multiply(Window window, Ciphertext[][] inputs, int fromBlock, int toBlock) {
        int blocks = toBlock - fromBlock;
        byte[][] results = new byte[blocks * window.groups()][];
        // With few output blocks the groups of one are divided, each part transforming the weights anew.
        int parts = Math.max(1, Math.min(window.groups(), BLOCKS_PER_THREAD * workers.threads() / blocks));
        workers.forEach(blocks * parts, piece -> {
            int block = piece / parts;
            int first = (int) ((long) window.groups() * (piece % parts) / parts);
            int end = (int) ((long) window.groups() * (piece % parts + 1) / parts);
            PlaintextPolynomial[] weights = window.work().transform(fromBlock + block);
            for (int group = first; group < end; group++) {
                results[block * window.groups() + group] =
                        window.work().multiply(fromBlock + block, window.firstGroup() + group, weights, inputs[group]);
            }
            for (PlaintextPolynomial polynomial : weights) {
                polynomial.close();
            }
        });
        return results;
    }

    private void decrypt(List<Returned> batch) {
        workers.forEach(batch.size(), i -> {
            Returned result = batch.get(i);
            Window window = result.window();
            window.work()
                    .decrypt(
                            window.outputBlockOfResult(result.index()),
                            window.groupOfResult(result.index()),
                            result.bytes(),
                            channel.peer());
        });
    }

    /** Does something before the first window of a layer. */
    private static void open(Window window, Consumer<LayerWork> opening) {
        if (window.firstGroup() == 0) {
            opening.accept(window.work());
        }
    }

    /** Whether no later window is of the same layer. */
    private boolean isLast(int window) {
        return window + 1 == windows.size()
                || windows.get(window + 1).work() != windows.get(window).work();
    }

    private int chunk() {
        return PIECES_PER_THREAD * workers.threads();
    }

    // ---- transport

    private void send(byte[] bytes) {
        for (int done = 0; done < bytes.length; done += Channel.MAX_MESSAGE_BYTES) {
            channel.send(bytes, done, Math.min(Channel.MAX_MESSAGE_BYTES, bytes.length - done));
        }
    }

    private byte[] receive(int length) {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; done += Channel.MAX_MESSAGE_BYTES) {
            channel.receive(bytes, done, Math.min(Channel.MAX_MESSAGE_BYTES, length - done));
        }
        return bytes;
    }

    private byte[][] receiveInputs(Window window) {
        byte[][] encoded = new byte[window.inputs()][];
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = receive(window.work().plan().inputBytes());
        }
        return encoded;
    }

    private Returned receiveResult(Window window, int index) {
        int bytes = window.work()
                .plan()
                .format(window.outputBlockOfResult(index), window.groupOfResult(index))
                .bytes();
        return new Returned(window, index, receive(bytes));
    }

    private List<Returned> receiveResults(Window window) {
        List<Returned> results = new ArrayList<>();
        for (int i = 0; i < window.results(); i++) {
            results.add(receiveResult(window, i));
        }
        return results;
    }

    // ---- one stage after the other

    /** No two stages at the same time; only, as it must be, one party sends while the other receives. */
    void runInTurn(Executor executor) {
        Stages.run(executor, channel, List.of(() -> takeTurns(executor)));
    }

    private void takeTurns(Executor executor) throws InterruptedException {
        Ciphertext[][] inputs = {};
        for (int k = 0; k <= windows.size(); k++) {
            byte[][] arrived = {};
            if (k < windows.size()) {
                Window window = windows.get(k);
                open(window, LayerWork::openInputs);
                arrived = exchange(executor, encrypt(window, 0, window.inputs()), () -> receiveInputs(window));
            }
            if (k > 0) {
                Window window = windows.get(k - 1);
                open(window, LayerWork::openWeights);
                byte[][] results = multiply(window, inputs, 0, window.outputBlocks());
                decrypt(exchange(executor, results, () -> receiveResults(window)));
                if (isLast(k - 1)) {
                    window.work().finish(workers);
                }
            }
            inputs = k < windows.size() ? expand(windows.get(k), arrived) : new Ciphertext[0][];
        }
    }

    private <T> T exchange(Executor executor, byte[][] outgoing, Supplier<T> incoming) {
        AtomicReference<@Nullable T> received = new AtomicReference<>();
        Stages.run(
                executor,
                channel,
                List.of(
                        () -> {
                            for (byte[] bytes : outgoing) {
                                send(bytes);
                            }
                            channel.flush();
                        },
                        () -> received.set(incoming.get())));
        return Objects.requireNonNull(received.get());
    }

    // ---- all stages at once

    /** Every stage on a thread of its own. */
    void runTogether(Executor executor) {
        Semaphore room = new Semaphore(WINDOWS_HELD);
        BlockingQueue<byte[]> encrypted = new ArrayBlockingQueue<>(QUEUE_CIPHERTEXTS);
        BlockingQueue<byte[]> results = new ArrayBlockingQueue<>(QUEUE_CIPHERTEXTS);
        BlockingQueue<byte[][]> arrived = new ArrayBlockingQueue<>(WINDOWS_HELD);
        BlockingQueue<Returned> returned = new ArrayBlockingQueue<>(QUEUE_CIPHERTEXTS);
        Stages.run(
                executor,
                channel,
                List.of(
                        () -> encryptAll(encrypted),
                        () -> sendAll(encrypted, results),
                        () -> receiveAll(room, arrived, returned),
                        () -> multiplyAll(room, arrived, results),
                        () -> decryptAll(returned),
                        this::finishAll));
    }

    private void encryptAll(BlockingQueue<byte[]> encrypted) throws InterruptedException {
        for (Window window : windows) {
            open(window, LayerWork::openInputs);
            for (int from = 0; from < window.inputs(); from += chunk()) {
                for (byte[] bytes : encrypt(window, from, Math.min(window.inputs(), from + chunk()))) {
                    encrypted.put(bytes);
                }
            }
        }
    }

    private void sendAll(BlockingQueue<byte[]> encrypted, BlockingQueue<byte[]> results) throws InterruptedException {
        for (int k = 0; k <= windows.size(); k++) {
            if (k < windows.size()) {
                sendFrom(encrypted, windows.get(k).inputs());
            }
            if (k > 0) {
                sendFrom(results, windows.get(k - 1).results());
            }
        }
    }

    private void sendFrom(BlockingQueue<byte[]> queue, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            byte[] next = queue.poll();
            if (next == null) {
                channel.flush(); // nothing to send for a while: the peer gets what was held back
                next = queue.take();
            }
            send(next);
        }
        channel.flush();
    }

    private void receiveAll(Semaphore room, BlockingQueue<byte[][]> arrived, BlockingQueue<Returned> returned)
            throws InterruptedException {
        for (int k = 0; k <= windows.size(); k++) {
            if (k < windows.size()) {
                room.acquire();
                arrived.put(receiveInputs(windows.get(k)));
            }
            if (k > 0) {
                for (int i = 0; i < windows.get(k - 1).results(); i++) {
                    returned.put(receiveResult(windows.get(k - 1), i));
                }
            }
        }
    }

    private void multiplyAll(Semaphore room, BlockingQueue<byte[][]> arrived, BlockingQueue<byte[]> results)
            throws InterruptedException {
        for (Window window : windows) {
            Ciphertext[][] inputs = expand(window, arrived.take());
            open(window, LayerWork::openWeights);
            // with fewer output blocks, several threads would transform the weights of one
            int step = Math.max(BLOCKS_PER_THREAD * workers.threads(), chunk() / window.groups());
            for (int from = 0; from < window.outputBlocks(); from += step) {
                for (byte[] bytes : multiply(window, inputs, from, Math.min(window.outputBlocks(), from + step))) {
                    results.put(bytes);
                }
            }
            room.release();
        }
    }

    private void decryptAll(BlockingQueue<Returned> returned) throws InterruptedException {
        int left = windows.stream().mapToInt(Window::results).sum();
        while (left > 0) {
            List<Returned> batch = new ArrayList<>();
            batch.add(returned.take());
            returned.drainTo(batch, chunk() - 1);
            decrypt(batch);
            left -= batch.size();
        }
    }

    private void finishAll() throws InterruptedException {
        for (int k = 0; k < windows.size(); k++) {
            if (isLast(k)) {
                windows.get(k).work().finish(workers);
            }
        }
    }
}
