package io.tacit.server.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a party hostile: one of the messages that its role sends is changed. Also watches for parties that fail inside, which no
 * message may bring about.
 */
final class InsecureTampering implements UnaryOperator<Channel> {

    /** What becomes of the message. */
    enum Change {
        FLIPPED,
        RANDOM,
        ZEROS,
        ONES,
        SHORTER,
        LONGER,
        EMPTY,
        LONGEST,
        TWICE,
        LEFT_OUT,
        AFTER_THE_NEXT,
        ABORTED,
        CLOSED
    }

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private int sent;
    private int at = -1;
    private long seed;
    private Change change = Change.FLIPPED;

    /** Changes the message with that number, of all that are sent from now on. */
    synchronized void arm(int message, Change how, long randomness) {
        sent = 0;
        at = message;
        change = how;
        seed = randomness;
    }

    /** Is honest again. @return messages sent since it was armed */
    synchronized int disarm() {
        at = -1;
        return sent;
    }

    /** Where a party has failed inside. */
    List<String> failures() {
        return failures;
    }

    private synchronized boolean isNext() {
        return sent++ == at;
    }

    @Override
    public Channel apply(Channel channel) {
        return new Tampered(channel);
    }

    private final class Tampered implements Channel {
        private final Channel real;
        private byte @Nullable [] heldBack;

        Tampered(Channel real) {
            this.real = real;
        }

        @Override
        public String peer() {
            return real.peer();
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            boolean chosen = isNext();
            byte[] waiting = heldBack;
            heldBack = null;
            if (chosen) {
                tamper(Arrays.copyOfRange(bytes, offset, offset + length));
            } else {
                watch(() -> real.send(bytes, offset, length));
            }
            if (waiting != null) {
                watch(() -> real.send(waiting));
            }
        }

        private void tamper(byte[] message) {
            SplittableRandom random = new SplittableRandom(seed);
            switch (change) {
                case FLIPPED -> {
                    if (message.length > 0) {
                        message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    watch(() -> real.send(message));
                }
                case RANDOM -> {
                    random.nextBytes(message);
                    watch(() -> real.send(message));
                }
                case ZEROS -> watch(() -> real.send(new byte[message.length]));
                case ONES -> {
                    Arrays.fill(message, (byte) -1);
                    watch(() -> real.send(message));
                }
                case SHORTER -> watch(() -> real.send(message, 0, random.nextInt(message.length + 1)));
                case LONGER -> {
                    int length = Math.min(MAX_MESSAGE_BYTES, message.length + 1 + random.nextInt(1000));
                    watch(() -> real.send(Arrays.copyOf(message, length)));
                }
                case EMPTY -> watch(() -> real.send(new byte[0]));
                case LONGEST -> watch(() -> real.send(new byte[MAX_MESSAGE_BYTES]));
                case TWICE -> {
                    watch(() -> real.send(message));
                    watch(() -> real.send(message));
                }
                case LEFT_OUT -> {}
                case AFTER_THE_NEXT -> heldBack = message;
                case ABORTED -> {
                    List<AbortReason> reasons = new ArrayList<>(List.of(AbortReason.values()));
                    reasons.remove(
                            AbortReason.INTERNAL_ERROR); // who says that has a fault of its own, and it is looked for
                    real.abort(reasons.get(random.nextInt(reasons.size())));
                }
                case CLOSED -> real.close();
            }
        }

        private void watch(Runnable call) {
            try {
                call.run();
            } catch (ProtocolAbort e) {
                note(e.reason(), "told by " + peer());
                throw e;
            }
        }

        private void note(AbortReason reason, String how) {
            if (reason == AbortReason.INTERNAL_ERROR) {
                failures.add(how);
            }
        }

        @Override
        public void receive(byte[] into, int offset, int length) {
            watch(() -> real.receive(into, offset, length));
        }

        @Override
        public boolean awaitMessage(Duration longest) {
            try {
                return real.awaitMessage(longest);
            } catch (ProtocolAbort e) {
                note(e.reason(), "told by " + peer());
                throw e;
            }
        }

        @Override
        public void flush() {
            real.flush();
        }

        @Override
        public void enter(Phase phase) {
            real.enter(phase);
        }

        @Override
        public Traffic traffic() {
            return real.traffic();
        }

        @Override
        public void abort(AbortReason reason) {
            note(reason, "telling " + peer());
            real.abort(reason);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
