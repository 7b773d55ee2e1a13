package io.tacit.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/**
 * The most heap that was in use, garbage included: each pool's peak, added up. How much garbage there is depends on the heap
 * that Java was given ({@code -Xmx}), so both are told.
 */
public final class PeakHeap {
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();

    /** From now on. */
    public PeakHeap() {
        pools.forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    public long bytes() {
        return pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    }
}
