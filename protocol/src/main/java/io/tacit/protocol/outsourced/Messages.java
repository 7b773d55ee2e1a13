package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Channel;

/** Contents that travel as one message, unless they are longer than a message may be. */
final class Messages {

    private Messages() {}

    static void send(Channel channel, byte[] bytes) {
        for (int done = 0; done < bytes.length; done += Channel.MAX_MESSAGE_BYTES) {
            channel.send(bytes, done, Math.min(Channel.MAX_MESSAGE_BYTES, bytes.length - done));
        }
        channel.flush();
    }

    static void receive(Channel channel, byte[] bytes) {
        for (int done = 0; done < bytes.length; done += Channel.MAX_MESSAGE_BYTES) {
            channel.receive(bytes, done, Math.min(Channel.MAX_MESSAGE_BYTES, bytes.length - done));
        }
    }
}
