package io.tacit.crypto.channel;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** One party's channels to all others. Parties are numbered from 0, the same everywhere. */
public final class Mesh {
    /** Most parties. */
    public static final int MAX_PARTIES = 16;

    private final int self;
    private final List<Optional<Channel>> channels;
    private final int[] others;

    /**
     * @param self number of this party
     * @param channels entry i leads to party i; the own one alone is empty
     */
    public Mesh(int self, List<Optional<Channel>> channels) {
        this.self = self;
        this.channels = List.copyOf(channels);
        int parties = channels.size();
        if (parties < 2 || parties > MAX_PARTIES) {
            throw new IllegalArgumentException(parties + " parties: 2 to " + MAX_PARTIES + " are allowed");
        }
        Objects.checkIndex(self, parties);
        this.others = IntStream.range(0, parties).filter(party -> party != self).toArray();
        for (int party = 0; party < parties; party++) {
            if (channels.get(party).isEmpty() != (party == self)) {
                throw new IllegalArgumentException("party " + self + " needs a channel to every other and to no other");
            }
        }
    }

    /** Number of this party. */
    public int self() {
        return self;
    }

    /** How many parties there are, this one included. */
    public int parties() {
        return channels.size();
    }

    /** Numbers of all other parties, ascending. */
    public int[] others() {
        return others.clone();
    }

    /** The channel to another party. */
    public Channel to(int party) {
        return channels.get(party).orElseThrow();
    }

    /**
     * Sends to all others and receives from all others, in an order in which nobody waits in a circle, whatever the carriers
     * hold: upwards, with the nearest numbers first, then back. All parties call it at once.
     *
     * @param send is given the number of each other party once; what it sends is flushed
     * @param receive likewise; receives what that party's {@code send} sends
     */
    public void exchange(IntConsumer send, IntConsumer receive) {
        for (int party = self + 1; party < parties(); party++) {
            send(party, send);
        }
        for (int party = self - 1; party >= 0; party--) {
            receive.accept(party);
        }
        for (int party = self - 1; party >= 0; party--) {
            send(party, send);
        }
        for (int party = self + 1; party < parties(); party++) {
            receive.accept(party);
        }
    }

    private void send(int party, IntConsumer send) {
        send.accept(party);
        to(party).flush();
    }
}
