package io.tacit.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompilerQueueTest {
    private static final String OURS = "1669       4       io.tacit.kernel.vector.VectorBlocks::wires (26 bytes)\n";
    private static final String THEIRS = "1693       4       java.lang.String::startsWith (123 bytes)\n";

    @Test
    void codeThatWaitsIsFound() {
        assertThat(CompilerQueue.namesOurCode(queue("", THEIRS, THEIRS + OURS))).isTrue();
    }

    @Test
    void codeAtWorkIsFound() {
        assertThat(CompilerQueue.namesOurCode(queue("C2 CompilerThread0  " + OURS, "Empty\n", "Empty\n")))
                .isTrue();
    }

    @Test
    void theQuickCompilersWorkDoesNotMatterNorOthersCode() {
        assertThat(CompilerQueue.namesOurCode(queue("C1 CompilerThread0  " + OURS, OURS, THEIRS)))
                .isFalse();
    }

    private static String queue(String current, String quick, String slow) {
        return "Current compiles: \n" + current + "\nC1 compile queue:\n" + quick + "\nC2 compile queue:\n" + slow
                + "\n\n";
    }
}
