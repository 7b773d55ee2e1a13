package io.tacit.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FlowTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static InOrder.Maker worker(List<Integer> begun, List<Integer> ended, int failing) {
        return () -> new InOrder.Worker() {
            @Override
            public void begin(int piece) {
                begun.add(piece);
            }

            @Override
            public void work(int piece) {
                if (piece == failing) {
                    throw new IllegalArgumentException("piece " + piece);
                }
            }

            @Override
            public void end(int piece) {
                ended.add(piece);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void piecesBeginAndEndInOrder(int count) {
        List<Integer> begun = Collections.synchronizedList(new ArrayList<>());
        List<Integer> ended = Collections.synchronizedList(new ArrayList<>());
        InOrder.forEach(new Workers(threads, count), 500, worker(begun, ended, -1));
        List<Integer> all = IntStream.range(0, 500).boxed().toList();
        assertThat(begun).isEqualTo(all);
        assertThat(ended).isEqualTo(all);
        InOrder.forEach(new Workers(threads, count), 0, worker(begun, ended, -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theFirstFailureIsThrownAndNothingWaitsForIt(int count) {
        List<Integer> begun = Collections.synchronizedList(new ArrayList<>());
        List<Integer> ended = Collections.synchronizedList(new ArrayList<>());
        assertThatThrownBy(() -> InOrder.forEach(new Workers(threads, count), 500, worker(begun, ended, 100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("piece 100");
        assertThat(begun).hasSizeLessThanOrEqualTo(101 + count);
        assertThat(ended).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void aFailureOnEitherSideEndsBoth() {
        for (boolean otherFails : new boolean[] {true, false}) {
            HandOff<Integer> never = new HandOff<>(1);
            Runnable fails = () -> {
                throw new IllegalArgumentException("first");
            };
            Runnable waits = never::take;
            assertThatThrownBy(() -> SideBySide.run(
                            threads, otherFails ? fails : waits, otherFails ? waits : fails, e -> never.stop()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("first");
        }
    }

    @Test
    void handedOffInOrderWithBoundedRoom() {
        HandOff<Integer> queue = new HandOff<>(3);
        List<Integer> taken = new ArrayList<>();
        SideBySide.run(
                threads,
                () -> IntStream.range(0, 1000).forEach(queue::put),
                () -> IntStream.range(0, 1000).forEach(i -> taken.add(queue.take())),
                e -> queue.stop());
        assertThat(taken).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }
}
