package io.tacit.protocol.securenets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A cloud bounds what it is told before it allocates, and answers every deviation with a reason. */
class HostileUserTest {
    private static final CloudLimits LIMITS = new CloudLimits(10, 64, 1 << 20, 1 << 20, 1 << 24, Duration.ofSeconds(5));

    /** What a cloud throws for a user that does this and then closes, or waits. */
    private static RuntimeException thrown(boolean closing, Consumer<Channel> user) {
        MemoryChannel.Pair pair = MemoryChannel.connect("user", "cloud-1", 5_000);
        user.accept(pair.left());
        if (closing) {
            pair.left().close();
        }
        return catchThrowableOfType(RuntimeException.class, () -> new Cloud(LIMITS, Workers.NONE).serve(pair.right()));
    }

    private static void refused(AbortReason reason, Consumer<Channel> user) {
        assertThat(thrown(false, user))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static Command deploy(int field, int products, int images, int chunk, int shares) {
        return new Command(Command.Kind.DEPLOY, field, products, images, chunk, shares, 0);
    }

    private static int[] shape(ConvolutionGeometry geometry, int columns) {
        int[] numbers = new int[Command.GEOMETRY_INTS];
        Deployment.describe(new RemoteProduct(geometry, columns), numbers, 0);
        return numbers;
    }

    private static void send(Channel channel, Command command, int[] shapes) {
        command.send(channel);
        Bulk.sendInts(channel, shapes, 0, shapes.length);
    }

    @Test
    void commandsThatAreNone() {
        refused(AbortReason.VERSION_MISMATCH, user -> user.send(new byte[Command.BYTES]));
        byte[] unknownKind = new byte[Command.BYTES];
        unknownKind[0] = 1;
        unknownKind[4] = 77;
        refused(AbortReason.MALFORMED, user -> user.send(unknownKind));
        refused(AbortReason.UNEXPECTED_LENGTH, user -> user.send(new byte[Command.BYTES + 1]));
        refused(AbortReason.UNKNOWN_SESSION, user -> Command.predict(1, 1, 0).send(user));
    }

    @Test
    void numbersOutsideTheirBounds() {
        refused(AbortReason.MALFORMED, user -> deploy(30, 1, 1, 1, 1).send(user));
        refused(AbortReason.MALFORMED, user -> deploy(31, 1, 1, 1, 3).send(user));
        refused(AbortReason.MALFORMED, user -> deploy(31, 0, 1, 1, 1).send(user));
        refused(AbortReason.MALFORMED, user -> deploy(31, 1, 0, 0, 1).send(user));
        refused(AbortReason.MALFORMED, user -> deploy(31, 1, 4, 5, 1).send(user));
        refused(
                AbortReason.LIMIT_EXCEEDED,
                user -> deploy(31, Integer.MAX_VALUE, 1, 1, 1).send(user));
        refused(
                AbortReason.LIMIT_EXCEEDED,
                user -> deploy(31, 1, Integer.MAX_VALUE, 1, 1).send(user));
    }

    @Test
    void shapesBeyondTheLimits() {
        ConvolutionGeometry wide = ConvolutionGeometry.dense(1 << 14, 1 << 14); // a gibibyte of shares
        refused(AbortReason.LIMIT_EXCEEDED, user -> send(user, deploy(31, 1, 1, 1, 1), shape(wide, 1)));
        ConvolutionGeometry tall = ConvolutionGeometry.square(1, 512, 1, 1, 1, 0); // little to keep, much to work on
        refused(AbortReason.LIMIT_EXCEEDED, user -> send(user, deploy(31, 1, 64, 1, 1), shape(tall, 1)));
        ConvolutionGeometry busy =
                ConvolutionGeometry.square(32, 16, 32, 9, 1, 4); // little to keep or send, much to compute
        refused(AbortReason.LIMIT_EXCEEDED, user -> send(user, deploy(31, 1, 1, 1, 1), shape(busy, 1)));
        int[] negative = shape(ConvolutionGeometry.dense(4, 4), 1);
        negative[0] = -1;
        refused(AbortReason.MALFORMED, user -> send(user, deploy(31, 1, 1, 1, 1), negative));
        int[] noColumns = shape(ConvolutionGeometry.dense(4, 4), 1);
        noColumns[15] = 0;
        refused(AbortReason.MALFORMED, user -> send(user, deploy(31, 1, 1, 1, 1), noColumns));
    }

    @Test
    void residuesThatAreNone() {
        ConvolutionGeometry small = ConvolutionGeometry.dense(2, 2);
        refused(AbortReason.OUT_OF_RANGE, user -> {
            send(user, deploy(31, 1, 1, 1, 1), shape(small, 1));
            Bulk.sendInts(user, new int[] {0, 1, Integer.MAX_VALUE, 0}, 0, 4);
        });
        refused(AbortReason.OUT_OF_RANGE, user -> {
            send(user, deploy(61, 1, 1, 1, 1), shape(small, 1));
            Bulk.sendLongs(user, new long[] {1, 2, 3, 4}, 0, 4);
            Command.predict(1, 1, 0).send(user);
            Bulk.sendLongs(user, new long[] {1, -1}, 0, 2);
        });
    }

    @Test
    void roundsBeyondTheDeployment() {
        ConvolutionGeometry small = ConvolutionGeometry.dense(2, 2);
        for (Command round : new Command[] {
            Command.predict(0, 1, 0), Command.predict(3, 1, 0), Command.predict(1, 2, 0), Command.predict(-1, 1, 0)
        }) {
            refused(AbortReason.MALFORMED, user -> {
                send(user, deploy(31, 1, 2, 1, 1), shape(small, 1));
                Bulk.sendInts(user, new int[] {1, 2, 3, 4}, 0, 4);
                round.send(user);
            });
        }
    }

    @Test
    void aSecondDeploymentInTheSameSession() {
        ConvolutionGeometry small = ConvolutionGeometry.dense(2, 2);
        Consumer<Channel> deploying = user -> {
            send(user, deploy(31, 1, 1, 1, 1), shape(small, 1));
            Bulk.sendInts(user, new int[] {1, 2, 3, 4}, 0, 4);
        };
        refused(AbortReason.LIMIT_EXCEEDED, deploying.andThen(deploying));
    }

    @Test
    void randomBytesNeverDoMoreThanEndTheSession() {
        Random random = new Random(33);
        for (int i = 0; i < 5_000; i++) {
            long seed = random.nextLong();
            RuntimeException end = thrown(true, user -> {
                Random r = new Random(seed);
                int[] command = {
                    1,
                    r.nextInt(3),
                    r.nextBoolean() ? 31 : 61,
                    r.nextInt(4),
                    r.nextInt(6),
                    r.nextInt(4),
                    r.nextInt(3),
                    r.nextInt(4)
                };
                if (r.nextInt(4) == 0) {
                    command[r.nextInt(command.length)] = r.nextInt();
                }
                Bulk.sendInts(user, command, 0, command.length);
                int[] rest = r.ints(Command.GEOMETRY_INTS * (1 + r.nextInt(3)), -1, 6)
                        .toArray();
                Bulk.sendInts(user, rest, 0, rest.length);
                user.send(new byte[32]);
            });
            assertThat(end).as("seed %d", seed).isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class);
        }
    }
}
