package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GateTest {
    /** What a connection must show before it is greeted: a handshake record, whatever it says. */
    private static final byte[] FIRST_RECORD = {22, 3, 1, 0, 1, 0};

    @Test
    void anErrorInOneGreetingEndsThatConnectionAndNoOther() throws IOException {
        AtomicInteger greeted = new AtomicInteger();
        try (Parties parties = new Parties();
                Gate gate = new Gate(parties.cloud, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            gate.start((plain, consumed) -> {
                switch (greeted.getAndIncrement() % 3) {
                    case 0 -> throw new OutOfMemoryError("of this test");
                    case 1 -> throw new IllegalStateException("of this test");
                    default -> answer(plain);
                }
            });
            for (int round = 0; round < 100; round++) { // more than the places there are for greetings
                assertThat(connect(gate)).isEqualTo(-1);
                assertThat(connect(gate)).isEqualTo(-1);
                assertThat(connect(gate)).isEqualTo(7);
            }
        }
        assertThat(greeted).hasValue(300);
    }

    private static void answer(Socket plain) {
        try (plain) {
            plain.getOutputStream().write(7);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Shows a first record. @return the answer, or -1 if the connection is closed */
    private static int connect(Gate gate) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gate.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(FIRST_RECORD);
            return socket.getInputStream().read();
        }
    }
}
