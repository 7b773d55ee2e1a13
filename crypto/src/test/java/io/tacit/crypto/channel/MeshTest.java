package io.tacit.crypto.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MeshTest {
    private static final int PATIENCE_MILLIS = 30_000;

    /** A mesh for each of so many parties, all connected. */
    private static List<Mesh> connect(int parties) {
        List<List<Optional<Channel>>> channels = new ArrayList<>();
        for (int party = 0; party < parties; party++) {
            channels.add(new ArrayList<>(Collections.nCopies(parties, Optional.empty())));
        }
        for (int a = 0; a < parties; a++) {
            for (int b = a + 1; b < parties; b++) {
                MemoryChannel.Pair pair = MemoryChannel.connect("party " + a, "party " + b, PATIENCE_MILLIS);
                channels.get(a).set(b, Optional.of(pair.left()));
                channels.get(b).set(a, Optional.of(pair.right()));
            }
        }
        return IntStream.range(0, parties)
                .mapToObj(party -> new Mesh(party, channels.get(party)))
                .toList();
    }

    private static Optional<Channel> anyChannel() {
        return Optional.of(MemoryChannel.connect("a", "b", 1_000).left());
    }

    @Test
    void everyPartyKnowsItsNumberAndTheOthers() {
        List<Mesh> meshes = connect(4);
        Mesh mesh = meshes.get(2);
        assertThat(mesh.self()).isEqualTo(2);
        assertThat(mesh.parties()).isEqualTo(4);
        assertThat(mesh.others()).containsExactly(0, 1, 3);
        mesh.others()[0] = 7;
        assertThat(mesh.others()).containsExactly(0, 1, 3);
        for (int other : mesh.others()) {
            assertThat(mesh.to(other).peer()).isEqualTo("party " + other);
        }
        assertThatThrownBy(() -> mesh.to(2)).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void numbersAndChannelsAreChecked() {
        Optional<Channel> none = Optional.empty();
        List<Optional<Channel>> most = new ArrayList<>(Collections.nCopies(Mesh.MAX_PARTIES, anyChannel()));
        most.set(5, none);
        assertThat(new Mesh(5, most).parties()).isEqualTo(Mesh.MAX_PARTIES);
        List<Optional<Channel>> tooMany = new ArrayList<>(most);
        tooMany.add(anyChannel());
        assertThatThrownBy(() -> new Mesh(5, tooMany)).hasMessageContaining("2 to " + Mesh.MAX_PARTIES);
        assertThatThrownBy(() -> new Mesh(0, List.of(none))).hasMessageContaining("2 to");
        assertThatThrownBy(() -> new Mesh(2, List.of(none, anyChannel())))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Mesh(-1, List.of(none, anyChannel())))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Mesh(0, List.of(anyChannel(), anyChannel())))
                .hasMessageContaining("to every other");
        assertThatThrownBy(() -> new Mesh(0, List.of(none, none))).hasMessageContaining("to every other");
        assertThat(new Mesh(0, List.of(none, anyChannel())).others()).containsExactly(1);
    }

    /** More than a channel holds goes each way between every two parties: in a circle all would wait for ever. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void allSendToAllWithoutWaitingInACircle(int parties) throws Exception {
        int messages = MemoryChannel.CAPACITY_BYTES / Channel.MAX_MESSAGE_BYTES + 2;
        List<CompletableFuture<Void>> running = new ArrayList<>();
        List<List<Integer>> sent = new ArrayList<>();
        List<List<Integer>> received = new ArrayList<>();
        for (Mesh mesh : connect(parties)) {
            List<Integer> to = new ArrayList<>();
            List<Integer> from = new ArrayList<>();
            sent.add(to);
            received.add(from);
            CompletableFuture<Void> end = new CompletableFuture<>();
            running.add(end);
            Thread thread = new Thread(() -> {
                try {
                    mesh.exchange(
                            other -> {
                                to.add(other);
                                byte[] message = new byte[Channel.MAX_MESSAGE_BYTES];
                                message[0] = (byte) (10 * mesh.self() + other);
                                for (int i = 0; i < messages; i++) {
                                    mesh.to(other).send(message);
                                }
                            },
                            other -> {
                                from.add(other);
                                for (int i = 0; i < messages; i++) {
                                    assertThat(mesh.to(other).receive(Channel.MAX_MESSAGE_BYTES)[0])
                                            .isEqualTo((byte) (10 * other + mesh.self()));
                                }
                            });
                    end.complete(null);
                } catch (RuntimeException | Error e) {
                    end.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        for (CompletableFuture<Void> each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
        for (int party = 0; party < parties; party++) {
            int self = party;
            List<Integer> others = IntStream.range(0, parties)
                    .filter(other -> other != self)
                    .boxed()
                    .toList();
            assertThat(sent.get(party)).containsExactlyInAnyOrderElementsOf(others);
            assertThat(received.get(party)).containsExactlyInAnyOrderElementsOf(others);
        }
    }

    @Test
    void reasonsForThirdParties() {
        for (AbortReason reason : AbortReason.values()) {
            assertThat(reason.passedOn()).isEqualTo(reason == AbortReason.STOPPED ? AbortReason.CANCELLED : reason);
            assertThat(AbortReason.ofWireCode(reason.wireCode())).isEqualTo(reason);
        }
        assertThat(AbortReason.ofWireCode(200)).isEqualTo(AbortReason.MALFORMED);
    }
}
