package io.tacit.protocol.flow;

import java.util.ArrayDeque;

/** A bounded queue between two threads that either may stop: then the other's next call throws. */
public final class HandOff<T> {
    private final int room;
    private final ArrayDeque<T> items = new ArrayDeque<>();
    private boolean stopped;

    /** @param room most items under way */
    public HandOff(int room) {
        this.room = room;
    }

    /** Waits for room. @throws IllegalStateException if it was stopped */
    public synchronized void put(T item) {
        while (items.size() >= room && !stopped) {
            await();
        }
        requireGoing();
        items.add(item);
        notifyAll();
    }

    /** Waits for an item. @throws IllegalStateException if it was stopped */
    public synchronized T take() {
        while (items.isEmpty() && !stopped) {
            await();
        }
        requireGoing();
        T item = items.remove();
        notifyAll();
        return item;
    }

    /** Ends all waiting. */
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    private void requireGoing() {
        if (stopped) {
            throw new IllegalStateException("the other side of a hand-off has stopped");
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
        }
    }
}
